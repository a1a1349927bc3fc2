//! Where the machine's files are: elsewhere in tests.

use std::path::{Path, PathBuf};

/// The directories below which the machine is read.
#[derive(Clone, Debug)]
pub struct Roots {
    /// Where `etc`, `run` and mount points are.
    pub root: PathBuf,
    pub proc: PathBuf,
    pub sys: PathBuf,
}

impl Roots {
    /// Those of this machine.
    pub fn machine() -> Self {
        Self {
            root: PathBuf::from("/"),
            proc: PathBuf::from("/proc"),
            sys: PathBuf::from("/sys"),
        }
    }

    /// All three below one directory, as on a disk that is mounted elsewhere.
    pub fn below(directory: &Path) -> Self {
        Self {
            root: directory.to_owned(),
            proc: directory.join("proc"),
            sys: directory.join("sys"),
        }
    }

    /// What stands at this absolute path of the machine.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }
}
