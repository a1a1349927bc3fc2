//! Where values come from: flag > environment > file > default.
//!
//! `HOSTLER_AGENT__SECTION__KEY` sets `section.key`; lists are written as in TOML, everything else as it is. An unknown key is an
//! error, so that a typo does not silently become a default.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};
use tracing_subscriber::filter::Targets;

use super::error::ConfigError;
use super::settings::{Config, SpoolConfig};

const PREFIX: &str = "HOSTLER_AGENT__";
/// Read by the command that needs it: a token is used once, and is no part of the configuration.
const TOKEN_VARIABLES: &[&str] = &["HOSTLER_AGENT__TOKEN", "HOSTLER_AGENT__TOKEN_FILE"];
const USUAL_FILE: &str = "/etc/hostler/agent.toml";

/// Which file is read.
#[derive(Clone, Debug, Default)]
pub enum ConfigFile {
    /// One that must exist.
    Named(PathBuf),
    /// `/etc/hostler/agent.toml`, if it is there.
    Usual,
    #[default]
    Nothing,
}

/// The places to look, highest last.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    pub file: ConfigFile,
    pub environment: BTreeMap<String, String>,
    /// `section.key` and its value, from flags.
    pub flags: Vec<(String, String)>,
}

pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let usual = Path::new(USUAL_FILE);
    let mut table = match &sources.file {
        ConfigFile::Named(path) => read_table(path)?,
        ConfigFile::Usual if usual.exists() => read_table(usual)?,
        ConfigFile::Usual | ConfigFile::Nothing => Table::new(),
    };
    let defaults =
        Table::try_from(Config::default()).map_err(|error| wrong("defaults", &error.to_string()))?;
    let mut names = BTreeMap::new();
    for (name, key, text) in given(sources) {
        let path: Vec<&str> = key.split('.').collect();
        let value = typed(text, example(&defaults, &path)).map_err(|problem| wrong(name, &problem))?;
        set(&mut table, &path, value).map_err(|problem| wrong(name, &problem))?;
        names.insert(key, name);
    }
    let config: Config = serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
        let key = error.path().to_string();
        // An element of a list came with the list.
        let key = key.split('[').next().unwrap_or_default();
        let error: &toml::de::Error = error.inner();
        wrong(names.get(key).copied().unwrap_or(key), error.message())
    })?;
    check(&config)?;
    Ok(config)
}

/// The name to put into errors, the key and the text of each value that came as text.
fn given(sources: &Sources) -> impl Iterator<Item = (&str, String, &str)> {
    let variables = sources
        .environment
        .iter()
        .filter(|(name, _)| !TOKEN_VARIABLES.contains(&name.as_str()))
        .filter_map(|(name, text)| {
            let key = name.strip_prefix(PREFIX)?.to_ascii_lowercase();
            Some((name.as_str(), key.replace("__", "."), text.as_str()))
        });
    let flags = sources
        .flags
        .iter()
        .map(|(key, text)| (key.as_str(), key.clone(), text.as_str()));
    variables.chain(flags)
}

fn check(config: &Config) -> Result<(), ConfigError> {
    let least = SpoolConfig::LEAST_BYTES;
    if config.spool.max_bytes < least {
        return Err(wrong("spool.max_bytes", &format!("must be at least {least}")));
    }
    if config.log.level.parse::<Targets>().is_err() {
        return Err(wrong(
            "log.level",
            "must be error, warn, info, debug or trace, or a list such as info,hostler_agent::session=debug",
        ));
    }
    Ok(())
}

fn wrong(name: &str, problem: &str) -> ConfigError {
    ConfigError::Invalid(if name.is_empty() || name == "." {
        problem.to_owned()
    } else {
        format!("{name}: {problem}")
    })
}

fn read_table(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
    })?;
    text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        ConfigError::Syntax {
            path: path.to_owned(),
            line: before.unwrap_or_default().matches('\n').count() + 1,
            problem: error.message().to_owned(),
        }
    })
}

fn example<'a>(defaults: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(defaults.get(*first)?, |value, key| value.get(*key))
}

/// The text as a value like `example`. Keys without one are optional paths.
fn typed(text: &str, example: Option<&Value>) -> Result<Value, String> {
    match example {
        Some(Value::Integer(example)) => text
            .parse()
            .map(Value::Integer)
            .map_err(|_| format!("must be a whole number, such as {example}")),
        Some(Value::Array(_)) => {
            list(text).ok_or_else(|| "must be a list, such as [\"containers.read\"]".to_owned())
        }
        Some(Value::Table(_)) => Err("is a section: write its name, two underscores and a key".to_owned()),
        Some(Value::String(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_)) | None => {
            Ok(Value::String(text.to_owned()))
        }
    }
}

fn list(text: &str) -> Option<Value> {
    let mut table: Table = format!("list = {text}").parse().ok()?;
    table.remove("list").filter(Value::is_array)
}

fn set(table: &mut Table, path: &[&str], value: Value) -> Result<(), String> {
    match path {
        [] => Err("an empty key".to_owned()),
        [key] => {
            table.insert((*key).to_owned(), value);
            Ok(())
        }
        [section, rest @ ..] => match table
            .entry((*section).to_owned())
            .or_insert_with(|| Value::Table(Table::new()))
        {
            Value::Table(inner) => set(inner, rest, value),
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => Err(format!("{section} is a value, not a section")),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::config::{Grant, LogFormat};

    fn loaded(
        file: &str,
        environment: &[(&str, &str)],
        flags: &[(&str, &str)],
    ) -> Result<Config, ConfigError> {
        let mut kept = tempfile::NamedTempFile::new().unwrap();
        kept.write_all(file.as_bytes()).unwrap();
        let own = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs
                .iter()
                .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
                .collect()
        };
        load(&Sources {
            file: ConfigFile::Named(kept.path().to_owned()),
            environment: own(environment).into_iter().collect(),
            flags: own(flags),
        })
    }

    fn refused(file: &str, environment: &[(&str, &str)]) -> String {
        loaded(file, environment, &[]).unwrap_err().to_string()
    }

    #[test]
    fn a_flag_beats_the_environment_and_that_beats_the_file() {
        let config = loaded(
            "state_dir = \"/a\"\ngrants = [\"bans.write\"]\n[server]\nurl = \"https://file\"\n[log]\nformat = \"json\"",
            &[
                ("HOSTLER_AGENT__STATE_DIR", "/b"),
                ("HOSTLER_AGENT__SERVER__URL", "https://environment"),
                ("HOSTLER_AGENT__SERVER__CA_FILE", "/ca.pem"),
                ("HOSTLER_AGENT__SPOOL__MAX_BYTES", "2000000"),
                ("HOSTLER_AGENT__GRANTS", "[\"containers.read\", \"agent.update\"]"),
                ("HOSTLER_AGENT__TOKEN", "hse_secret"),
                ("HOSTLER_SERVER__LISTEN", "another program's"),
            ],
            &[("state_dir", "/c")],
        )
        .unwrap();
        assert_eq!(config.state_dir, Path::new("/c"));
        assert_eq!(config.server.url, "https://environment");
        assert_eq!(config.server.ca_file.as_deref(), Some(Path::new("/ca.pem")));
        assert_eq!(config.spool.max_bytes, 2_000_000);
        assert_eq!(config.grants, [Grant::ContainersRead, Grant::AgentUpdate]);
        assert_eq!(config.log.format, LogFormat::Json);
        assert_eq!(config.log.level, "info");
    }

    #[test]
    fn an_unknown_key_is_named() {
        for (file, environment, wanted) in [
            ("spol = 1", None, "spol"),
            ("[spool]\nsize = 1", None, "spool.size"),
            (
                "",
                Some(("HOSTLER_AGENT__LOG__COLOUR", "red")),
                "HOSTLER_AGENT__LOG__COLOUR",
            ),
        ] {
            let error = refused(file, environment.as_slice());
            assert!(error.contains(wanted), "{error} does not name {wanted}");
        }
    }

    #[test]
    fn an_unknown_grant_is_told_with_those_that_there_are() {
        let error = refused("grants = [\"containers.eat\"]", &[]);
        assert!(
            error.contains("containers.eat") && error.contains("containers.read"),
            "{error}"
        );
    }

    #[test]
    fn values_that_cannot_be_are_refused_by_name() {
        for (file, environment, wanted) in [
            (
                "[spool]\nmax_bytes = 1",
                None,
                "spool.max_bytes: must be at least 1048576",
            ),
            ("[log]\nlevel = \"a=b=c\"", None, "log.level: must be error"),
            ("[log]\nformat = \"xml\"", None, "log.format"),
            ("a = ", None, "line 1"),
            (
                "",
                Some(("HOSTLER_AGENT__SPOOL__MAX_BYTES", "1M")),
                "must be a whole number",
            ),
            ("", Some(("HOSTLER_AGENT__GRANTS", "all")), "must be a list"),
            ("", Some(("HOSTLER_AGENT__SPOOL", "1")), "is a section"),
        ] {
            let error = refused(file, environment.as_slice());
            assert!(error.contains(wanted), "{error} does not say {wanted}");
        }
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let sources = Sources {
            file: ConfigFile::Named(PathBuf::from("/nowhere/agent.toml")),
            ..Sources::default()
        };
        let error = load(&sources).unwrap_err().to_string();
        assert_eq!(error, "cannot read the configuration /nowhere/agent.toml");
    }
}
