//! Which node this machine is, and how an enrolment takes effect as a whole.
//!
//! An enrolment changes several files. Writing `node.json` with `settling` set is what decides; [`NodeFile::settle`] does the
//! rest, and does it again after a crash.

use serde::{Deserialize, Serialize};

use super::directory::StateDirectory;
use super::error::StateError;
use super::key_files::KeyFiles;
use super::private_file;

const NODE: &str = "node.json";
const CA: &str = "ca.pem";
const PENDING_CA: &str = "ca.pem.pending";

/// What the server said when this machine joined, and where that was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NodeRecord {
    pub(crate) node_id: String,
    pub(crate) display_name: String,
    pub(crate) server_url: String,
    /// The server is trusted by `ca.pem` beside this file, not by the system's roots.
    pub(crate) has_ca: bool,
    /// The files of the enrolment have not all taken the places of the former ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) settling: bool,
}

/// `node.json` and `ca.pem` in a state directory.
#[derive(Clone, Debug)]
pub(crate) struct NodeFile {
    state: StateDirectory,
}

impl NodeFile {
    pub(crate) fn of(state: &StateDirectory) -> Self {
        Self { state: state.clone() }
    }

    /// Which node this is; `None` before it is enrolled.
    pub(crate) fn read(&self) -> Result<Option<NodeRecord>, StateError> {
        let path = self.state.join(NODE);
        let bytes = private_file::read(&path).map_err(StateError::at("read", &path))?;
        bytes
            .map(|bytes| {
                serde_json::from_slice(&bytes).map_err(|error| StateError::Damaged {
                    path,
                    problem: error.to_string(),
                })
            })
            .transpose()
    }

    /// The authorities that the server is trusted by, in PEM.
    pub(crate) fn ca(&self) -> Result<Option<Vec<u8>>, StateError> {
        let path = self.state.join(CA);
        private_file::read(&path).map_err(StateError::at("read", &path))
    }

    /// Says which node this is from now on. The key is the pending one.
    pub(crate) fn take(&self, record: &NodeRecord, ca: Option<&[u8]>) -> Result<(), StateError> {
        if let Some(pem) = ca {
            let path = self.state.join(PENDING_CA);
            private_file::write(&path, pem).map_err(StateError::at("write", &path))?;
        }
        self.write(&NodeRecord {
            settling: true,
            ..record.clone()
        })
    }

    /// Finishes an enrolment that was decided: true when there was one to finish.
    pub(crate) fn settle(&self, keys: &KeyFiles) -> Result<bool, StateError> {
        let Some(record) = self.read()?.filter(|record| record.settling) else {
            return Ok(false);
        };
        if keys.has_pending() {
            keys.promote_pending()?;
        }
        keys.remove_next()?;
        let (ca, pending) = (self.state.join(CA), self.state.join(PENDING_CA));
        if !record.has_ca {
            private_file::remove(&ca).map_err(StateError::at("remove", &ca))?;
        } else if pending.exists() {
            private_file::rename(&pending, &ca).map_err(StateError::at("rename", &pending))?;
        }
        self.write(&NodeRecord {
            settling: false,
            ..record
        })?;
        Ok(true)
    }

    fn write(&self, record: &NodeRecord) -> Result<(), StateError> {
        let path = self.state.join(NODE);
        let text = serde_json::to_vec_pretty(record).map_err(|error| StateError::Damaged {
            path: path.clone(),
            problem: error.to_string(),
        })?;
        private_file::write(&path, &text).map_err(StateError::at("write", &path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{AgentKey, sha256};
    use crate::state::PendingKey;

    fn record(id: &str, has_ca: bool) -> NodeRecord {
        NodeRecord {
            node_id: id.to_owned(),
            display_name: "web-1".to_owned(),
            server_url: "https://hostler.example:8600".to_owned(),
            has_ca,
            settling: false,
        }
    }

    #[test]
    fn an_enrolment_that_was_cut_off_after_its_decision_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDirectory::make(folder.path()).unwrap();
        let (keys, node) = (KeyFiles::of(&state), NodeFile::of(&state));
        for (id, has_ca) in [("first", true), ("second", false)] {
            let key = AgentKey::generate().unwrap();
            keys.write_pending(&PendingKey {
                key: key.clone(),
                token_hash: sha256("hse_1"),
            })
            .unwrap();
            node.take(&record(id, has_ca), has_ca.then_some(b"pem")).unwrap();
            // The process ends here, and another one begins.
            assert!(node.settle(&keys).unwrap());
            assert!(!node.settle(&keys).unwrap());
            assert_eq!(node.read().unwrap(), Some(record(id, has_ca)));
            assert_eq!(keys.current().unwrap(), Some(key));
            assert_eq!(node.ca().unwrap().is_some(), has_ca);
        }
    }
}
