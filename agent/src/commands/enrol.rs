//! `hostler-agent enrol`: where the token comes from, and what is said at the end.

use std::collections::BTreeMap;
use std::io::Read as _;

use anyhow::{Context as _, bail, ensure};

use crate::config::Config;
use crate::enrolment::{Enrolled, Enrolment};
use crate::host::Roots;
use crate::timing::Timing;

const TOKEN: &str = "HOSTLER_AGENT__TOKEN";
const TOKEN_FILE: &str = "HOSTLER_AGENT__TOKEN_FILE";
/// No token comes near it: what is longer is another file.
const LONGEST_TOKEN: u64 = 4096;

pub(super) fn prepare(
    config: &Config,
    environment: &BTreeMap<String, String>,
    token_stdin: bool,
    force: bool,
) -> anyhow::Result<Enrolment> {
    ensure!(
        !config.server.url.is_empty(),
        "which server is not known: add --server URL, such as --server https://hostler.example:8600"
    );
    let ca = match &config.server.ca_file {
        Some(path) => Some(std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?),
        None => None,
    };
    Ok(Enrolment {
        server_url: config.server.url.clone(),
        ca,
        token: token(environment, token_stdin)?,
        state_dir: config.state_dir.clone(),
        force,
        roots: Roots::machine(),
        timing: Timing::default(),
    })
}

fn token(environment: &BTreeMap<String, String>, token_stdin: bool) -> anyhow::Result<String> {
    let text = if token_stdin {
        let mut text = String::new();
        std::io::stdin()
            .take(LONGEST_TOKEN)
            .read_to_string(&mut text)
            .context("cannot read the token from standard input")?;
        text
    } else if let Some(token) = environment.get(TOKEN) {
        token.clone()
    } else if let Some(path) = environment.get(TOKEN_FILE) {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {path} ({TOKEN_FILE})"))?
    } else {
        bail!(
            "there is no token: write it to standard input and add --token-stdin, or set {TOKEN} or {TOKEN_FILE}"
        );
    };
    let token = text.trim();
    ensure!(!token.is_empty(), "the token is empty");
    Ok(token.to_owned())
}

pub(super) fn done(enrolled: &Enrolled) -> String {
    let Enrolled {
        node_id,
        display_name,
    } = enrolled;
    format!(
        "this machine is enrolled as {display_name} (node {node_id})\nnext: hostler-agent run, or start its service\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_token_comes_from_a_variable_or_from_the_file_that_one_names() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hse_file\n").unwrap();
        let path = file.path().to_str().unwrap();
        assert_eq!(
            token(&environment(&[(TOKEN, "hse_a"), (TOKEN_FILE, path)]), false).unwrap(),
            "hse_a"
        );
        assert_eq!(
            token(&environment(&[(TOKEN_FILE, path)]), false).unwrap(),
            "hse_file"
        );
    }

    #[test]
    fn what_is_missing_is_told_with_what_to_do() {
        let error = token(&environment(&[]), false).unwrap_err().to_string();
        assert!(error.contains("--token-stdin"), "{error}");
        let error = prepare(
            &Config::default(),
            &environment(&[(TOKEN, "hse_a")]),
            false,
            false,
        )
        .err()
        .unwrap()
        .to_string();
        assert!(error.contains("--server URL"), "{error}");
    }
}
