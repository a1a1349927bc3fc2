//! Tests that need what a machine may lack: they say loudly that they are skipped, and fail where
//! nothing may be.

use std::path::PathBuf;

/// Says that a test is skipped; fails when `HOSTLER_TEST_REQUIRED` is 1.
pub fn skip(test: &str, why: &str) {
    let required = std::env::var("HOSTLER_TEST_REQUIRED").is_ok_and(|value| value == "1");
    assert!(!required, "{test}: {why}, and nothing may be skipped");
    eprintln!("skipped: {test}, because {why}");
}

/// The program that an environment variable names, or a skip.
pub fn program(test: &str, variable: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(PathBuf::from);
    if found.is_none() {
        skip(test, &format!("{variable} is not set (see `make test`)"));
    }
    found
}
