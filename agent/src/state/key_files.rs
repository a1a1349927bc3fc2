//! The files of keys, and the steps in which they change.
//!
//! | file | holds |
//! | --- | --- |
//! | `key` | the key of this node |
//! | `key.pending` | the key of an enrolment whose answer has not come yet, and the SHA-256 of the token that it is for |
//! | `key.next` | the key of a rotation whose answer has not come yet |
//!
//! Each step is one file that appears or is renamed, so a crash between two of them leaves something to go on from.

use std::path::{Path, PathBuf};

use super::directory::StateDirectory;
use super::error::StateError;
use super::private_file;
use crate::key::AgentKey;

const KEY: &str = "key";
const PENDING: &str = "key.pending";
const NEXT: &str = "key.next";

/// The files of keys in a state directory.
#[derive(Clone, Debug)]
pub(crate) struct KeyFiles {
    state: StateDirectory,
}

/// A key that is on its way to the server, with a token.
#[derive(Debug)]
pub(crate) struct PendingKey {
    pub(crate) key: AgentKey,
    /// SHA-256 of the token: another token gets another key.
    pub(crate) token_hash: Vec<u8>,
}

impl KeyFiles {
    pub(crate) fn of(state: &StateDirectory) -> Self {
        Self { state: state.clone() }
    }

    /// The key of this node; `None` before it is enrolled.
    pub(crate) fn current(&self) -> Result<Option<AgentKey>, StateError> {
        self.read_key(KEY)
    }

    /// The key that may be the next one.
    pub(crate) fn next(&self) -> Result<Option<AgentKey>, StateError> {
        self.read_key(NEXT)
    }

    /// Keeps the key that is to be the next one.
    pub(crate) fn write_next(&self, key: &AgentKey) -> Result<(), StateError> {
        self.write(NEXT, key.expose())
    }

    /// Makes the next key the key.
    pub(crate) fn promote_next(&self) -> Result<(), StateError> {
        self.rename(NEXT, KEY)
    }

    /// Forgets the next key.
    pub(crate) fn remove_next(&self) -> Result<(), StateError> {
        let path = self.state.join(NEXT);
        private_file::remove(&path).map_err(StateError::at("remove", &path))
    }

    /// The key of the enrolment that was begun last; one that cannot be read is none.
    pub(crate) fn pending(&self) -> Result<Option<PendingKey>, StateError> {
        let Some(text) = self.read(PENDING)? else {
            return Ok(None);
        };
        let mut lines = text.lines();
        let key = lines.next().and_then(|line| AgentKey::parse(line).ok());
        let token_hash = lines.next().and_then(from_hex);
        Ok(key
            .zip(token_hash)
            .map(|(key, token_hash)| PendingKey { key, token_hash }))
    }

    /// Keeps the key of an enrolment.
    pub(crate) fn write_pending(&self, pending: &PendingKey) -> Result<(), StateError> {
        let text = format!("{}\n{}\n", pending.key.expose(), to_hex(&pending.token_hash));
        self.write(PENDING, &text)
    }

    /// Makes the key of an enrolment the key.
    pub(crate) fn promote_pending(&self) -> Result<(), StateError> {
        if let Some(pending) = self.pending()? {
            // The token has done its work: nothing of it stays.
            self.write(PENDING, pending.key.expose())?;
        }
        self.rename(PENDING, KEY)
    }

    /// True when there is a key of an enrolment.
    pub(crate) fn has_pending(&self) -> bool {
        self.state.join(PENDING).exists()
    }

    fn read(&self, name: &str) -> Result<Option<String>, StateError> {
        let path = self.state.join(name);
        let bytes = private_file::read(&path).map_err(StateError::at("read", &path))?;
        bytes
            .map(|bytes| String::from_utf8(bytes).map_err(|_| damaged(&path, "it is not text")))
            .transpose()
    }

    fn read_key(&self, name: &str) -> Result<Option<AgentKey>, StateError> {
        let text = self.read(name)?;
        text.map(|text| {
            AgentKey::parse(text.trim_end())
                .map_err(|problem| damaged(&self.state.join(name), &problem.to_string()))
        })
        .transpose()
    }

    fn write(&self, name: &str, text: &str) -> Result<(), StateError> {
        let path = self.state.join(name);
        private_file::write(&path, text.as_bytes()).map_err(StateError::at("write", &path))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), StateError> {
        let (from, to) = (self.state.join(from), self.state.join(to));
        private_file::rename(&from, &to).map_err(StateError::at("rename", &from))
    }
}

fn damaged(path: &Path, problem: &str) -> StateError {
    StateError::Damaged {
        path: PathBuf::from(path),
        problem: problem.to_owned(),
    }
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 15)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs
        .remainder()
        .is_empty()
        .then(|| pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::sha256;

    fn files() -> (tempfile::TempDir, KeyFiles) {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDirectory::make(&folder.path().join("state")).unwrap();
        (folder, KeyFiles::of(&state))
    }

    #[test]
    fn a_pending_key_is_read_as_it_was_written_and_becomes_the_key() {
        let (_folder, files) = files();
        assert!(files.pending().unwrap().is_none());
        let pending = PendingKey {
            key: AgentKey::generate().unwrap(),
            token_hash: sha256("hse_1"),
        };
        files.write_pending(&pending).unwrap();
        let read = files.pending().unwrap().unwrap();
        assert_eq!(read.key, pending.key);
        assert_eq!(read.token_hash, pending.token_hash);
        files.promote_pending().unwrap();
        assert_eq!(files.current().unwrap(), Some(pending.key));
        assert!(!files.has_pending());
    }

    #[test]
    fn a_damaged_key_is_told_with_what_to_do() {
        let (_folder, files) = files();
        files.write(KEY, "hsa_abc").unwrap();
        let error = files.current().unwrap_err().to_string();
        assert!(error.contains("enrol this machine anew"), "{error}");
    }

    #[test]
    fn hexadecimal_digits_are_read_back() {
        assert_eq!(from_hex(&to_hex(&[0, 15, 255])), Some(vec![0, 15, 255]));
        for text in ["0", "0g", "é"] {
            assert_eq!(from_hex(text), None, "{text}");
        }
    }
}
