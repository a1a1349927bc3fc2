//! The program as a person or a script meets it, without a server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the program in a home folder of its own. What is given as input becomes its standard input.
fn hostler(home: &Path, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hostler"))
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What it said and the code it ended with.
fn outcome(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = hostler(home.path(), arguments, variables, "");
    assert!(output.stdout.is_empty(), "errors leave the results alone");
    format!(
        "{}exit code {}",
        String::from_utf8(output.stderr).unwrap(),
        output.status.code().unwrap()
    )
}

#[test]
fn without_a_server_it_says_how_to_name_one() {
    insta::assert_snapshot!(outcome(&["whoami"], &[]), @r#"
    error: profile "default" names no server
      next: hostler login URL, or set --server or HOSTLER_CLI_SERVER
    exit code 2
    "#);
}

#[test]
fn without_a_session_it_says_how_to_sign_in() {
    insta::assert_snapshot!(outcome(&["servers", "list", "--server", "https://127.0.0.1:1", "--ca-file", "/dev/null"], &[]), @r"
    error: nobody is signed in
      next: sign in with: hostler login
      reason: NOT_SIGNED_IN
    exit code 3
    ");
}

#[test]
fn a_server_that_cannot_be_reached_is_unavailable() {
    let token = [
        ("HOSTLER_CLI_TOKEN", "hst_test"),
        ("HOSTLER_CLI_SERVER", "http://127.0.0.1:1"),
    ];
    insta::assert_snapshot!(outcome(&["whoami"], &token), @r"
    error: the server cannot be reached
      cause: Connection refused (os error 111)
      next: check the server's address, and that it runs
      reason: CONNECTION
    exit code 6
    ");
}

#[test]
fn plain_text_to_another_machine_has_to_be_allowed() {
    insta::assert_snapshot!(outcome(&["whoami", "--server", "http://hostler.example:8600"], &[]), @r"
    error: plain http would show passwords and tokens to the network: use https for hostler.example, or allow plain text
      next: --plain-text allows it
      reason: CONFIGURATION
    exit code 2
    ");
}

#[test]
fn two_tokens_are_one_too_many() {
    let tokens = [
        ("HOSTLER_CLI_TOKEN", "hst_a"),
        ("HOSTLER_CLI_TOKEN_FILE", "b"),
        ("HOSTLER_CLI_SERVER", "http://127.0.0.1:1"),
    ];
    insta::assert_snapshot!(outcome(&["whoami"], &tokens), @r"
    error: HOSTLER_CLI_TOKEN and HOSTLER_CLI_TOKEN_FILE are both set: keep one
    exit code 2
    ");
}

#[test]
fn a_size_without_a_clear_unit_is_explained() {
    insta::assert_snapshot!(outcome(&["servers", "resize", "web-1", "--memory", "2GB"], &[]), @r"
    error: invalid value '2GB' for '--memory <SIZE>': write a size with its unit, such as 512MiB, 2GiB or 1TiB

    For more information, try '--help'.
    exit code 2
    ");
}

#[test]
fn a_sign_in_that_fails_leaves_no_profile() {
    let home = tempfile::tempdir().unwrap();
    let arguments = [
        "login",
        "http://127.0.0.1:1",
        "--email",
        "me@hostler.example",
        "--password-stdin",
    ];
    let output = hostler(home.path(), &arguments, &[], "correct horse\n");
    assert_eq!(output.status.code(), Some(6));
    assert!(!home.path().join(".config/hostler/config.toml").exists());
}

#[test]
fn without_a_terminal_login_says_how_to_be_told_who_signs_in() {
    insta::assert_snapshot!(outcome(&["login", "http://127.0.0.1:1"], &[]), @r"
    error: Email is missing, and there is no terminal to ask at
      next: name it with --email, and use --password-stdin
    exit code 2
    ");
}

#[test]
fn the_catalog_is_not_changed_without_a_change() {
    for noun in ["tariffs", "systems", "pools"] {
        assert!(
            outcome(&[noun, "update", "one"], &[]).ends_with("exit code 2"),
            "{noun}"
        );
    }
}

#[test]
fn completions_are_written_without_a_server() {
    let home = tempfile::tempdir().unwrap();
    let output = hostler(home.path(), &["completions", "bash"], &[], "");
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("_hostler()"));
}
