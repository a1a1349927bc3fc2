//! What the documentation lists is what there is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The scopes that calls ask for, beside their definitions: `scope: "servers.read"`.
fn scopes_of_the_contract() -> BTreeSet<String> {
    let folder = root().join("proto/proto/hostler/v1");
    let files = std::fs::read_dir(folder).unwrap();
    let texts = files.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    texts
        .flat_map(|text| {
            let scopes = text.lines().filter_map(|line| {
                let scope = line.trim().strip_prefix("scope: \"")?;
                Some(scope.trim_end_matches('"').to_owned())
            });
            scopes.collect::<Vec<_>>()
        })
        .collect()
}

/// The first column of the table of scopes.
fn scopes_of_the_documentation() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("docs/cli.md")).unwrap();
    let table = text.split("| scopes |").nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with("| "));
    rows.flat_map(|row| row.split(" | ").next().unwrap().split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_scope_of_the_contract_is_in_the_documentation_and_no_other() {
    let contract = scopes_of_the_contract();
    assert!(contract.len() > 20, "{contract:?}");
    assert_eq!(scopes_of_the_documentation(), contract);
}

#[test]
fn the_help_of_a_new_token_lists_every_scope() {
    let output = Command::new(env!("CARGO_BIN_EXE_hostler"))
        .args(["tokens", "create", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let words: BTreeSet<_> = help.split([' ', ',', '\n']).collect();
    for scope in scopes_of_the_contract() {
        assert!(words.contains(scope.as_str()), "{scope} is missing: {help}");
    }
}
