//! What can be wrong with the state directory.

use std::io;
use std::path::{Path, PathBuf};

/// A file or directory of the agent's state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("cannot {verb} {path}{advice}")]
    File {
        verb: &'static str,
        path: PathBuf,
        /// What to do about it; empty where the cause says enough.
        advice: &'static str,
        source: io::Error,
    },
    #[error("{path} is damaged: {problem}; enrol this machine anew with hostler-agent enrol --force")]
    Damaged { path: PathBuf, problem: String },
    #[error(
        "another hostler-agent uses {path}: stop it first, or give this one a directory of its own by --state-dir"
    )]
    InUse { path: PathBuf },
}

impl StateError {
    /// An error of `verb`, such as "read", at this path.
    pub(crate) fn at(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            verb,
            path,
            advice: if source.kind() == io::ErrorKind::PermissionDenied {
                " (run this as the user that the agent runs as, or as root)"
            } else {
                ""
            },
            source,
        }
    }
}
