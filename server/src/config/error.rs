//! Why there is no configuration.

use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {path} ({what})")]
    Read {
        /// The key that names it.
        what: String,
        path: PathBuf,
        source: io::Error,
    },
    /// Without the line itself, which may hold a secret.
    #[error("{path} is not valid TOML: line {line}: {problem}")]
    Syntax {
        path: PathBuf,
        line: usize,
        problem: String,
    },
    #[error("the configuration is wrong: {0}")]
    Invalid(String),
}
