//! The Python that runs the programs in `tests/python`.

use std::path::{Path, PathBuf};

const PYTHON: &str = "HOSTLER_TEST_PYTHON";
const REQUIRED: &str = "HOSTLER_TEST_REQUIRED";

/// The interpreter, or `None` after saying loudly that the test is skipped. Where nothing may be
/// skipped, its absence fails the test.
#[expect(clippy::print_stderr, reason = "a skipped test must be heard")]
pub fn interpreter() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(PYTHON) {
        return Some(PathBuf::from(path));
    }
    let required = std::env::var(REQUIRED).is_ok_and(|value| value == "1");
    assert!(!required, "{PYTHON} is not set, and nothing may be skipped");
    eprintln!("skipped: {PYTHON} is not set");
    None
}

/// A program of `tests/python`.
pub fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(name)
}
