//! The state directory: where each file is, and who may use it at the moment.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::error::StateError;
use super::private_file;

/// Held by the agent that runs; its time of change says when it last did something.
const LOCK: &str = "lock";
/// Held while keys are changed.
const KEY_LOCK: &str = "key.lock";

/// A directory that only its owner may look into.
#[derive(Clone, Debug)]
pub(crate) struct StateDirectory {
    path: PathBuf,
}

/// A lock that lasts until this is dropped.
#[derive(Debug)]
pub(crate) struct Held(File);

impl StateDirectory {
    /// Makes it, unless it is there.
    pub(crate) fn make(path: &Path) -> Result<Self, StateError> {
        private_file::make_directory(path).map_err(StateError::at("make", path))?;
        Ok(Self::existing(path))
    }

    /// Takes it as it is.
    pub(crate) fn existing(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A file or directory in it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Says that this process is the agent of this directory; an error when another one is.
    pub(crate) fn hold(&self) -> Result<Held, StateError> {
        self.try_hold(LOCK)?.ok_or_else(|| StateError::InUse {
            path: self.path.clone(),
        })
    }

    /// Keeps others from changing keys; `None` when somebody is at it.
    pub(crate) fn hold_keys(&self) -> Result<Option<Held>, StateError> {
        self.try_hold(KEY_LOCK)
    }

    /// The file that tells whether an agent runs; `None` when none ever has.
    pub(crate) fn lock_of_agent(&self) -> Result<Option<File>, StateError> {
        let path = self.join(LOCK);
        match File::open(&path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StateError::at("read", &path)(error)),
        }
    }

    fn try_hold(&self, name: &str) -> Result<Option<Held>, StateError> {
        let path = self.join(name);
        let file = private_file::open_lock(&path).map_err(StateError::at("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Held(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(StateError::at("lock", &path)(error)),
        }
    }
}

impl Held {
    /// Leaves the present time for those who wonder whether the holder still does something.
    pub(crate) fn sign_of_life(&self, now: std::time::Duration) {
        // Nothing depends on it but what `health` says.
        self.0
            .set_modified(std::time::UNIX_EPOCH + now)
            .unwrap_or_else(|error| tracing::debug!(%error, "cannot leave a sign of life"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_serves_one_agent_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDirectory::make(&folder.path().join("a/b")).unwrap();
        let held = state.hold().unwrap();
        let refused = state.hold().unwrap_err().to_string();
        assert!(refused.starts_with("another hostler-agent uses"), "{refused}");
        drop(held);
        state.hold().unwrap();
    }
}
