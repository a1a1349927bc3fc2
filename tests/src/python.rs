//! The Python that runs the programs in `tests/python`.

use std::path::{Path, PathBuf};

use crate::required;

/// The interpreter, or `None` after saying loudly that the test is skipped.
pub fn interpreter() -> Option<PathBuf> {
    required::program("a test with a Python program", "HOSTLER_TEST_PYTHON")
}

/// A program of `tests/python`.
pub fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(name)
}
