//! How the simulated cluster is set up.

use std::path::PathBuf;
use std::time::Duration;

use crate::domain::resources::{GIB, TIB};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimSettings {
    /// The hypervisor's name in the configuration.
    pub name: String,
    pub nodes: Vec<String>,
    /// Memory of each node. Guests may be promised more than there is.
    pub node_memory_bytes: u64,
    /// Storage of each node. Guests may not be promised more than there is.
    pub node_disk_bytes: u64,
    /// First and last vmid of guests that are created here.
    pub vmid_first: u32,
    pub vmid_last: u32,
    /// How long a start takes; other tasks take multiples of it. At zero, every task has ended
    /// before the call that began it returns.
    pub task_time: Duration,
    /// Where the guests are kept from one run of the program to the next.
    pub state_file: Option<PathBuf>,
}

impl Default for SimSettings {
    fn default() -> Self {
        Self {
            name: "sim".to_owned(),
            nodes: vec!["sim-1".to_owned(), "sim-2".to_owned()],
            node_memory_bytes: 256 * GIB,
            node_disk_bytes: 8 * TIB,
            vmid_first: 10_000,
            vmid_last: 999_999,
            task_time: Duration::from_secs(1),
            state_file: None,
        }
    }
}

impl SimSettings {
    /// Says what is wrong with the settings, if anything is.
    pub(super) fn check(&self) -> Result<(), SimError> {
        if self.nodes.is_empty() {
            return Err(SimError::Settings("there must be at least one node".to_owned()));
        }
        for (index, node) in self.nodes.iter().enumerate() {
            let plain = !node.is_empty() && node.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            if !plain {
                return Err(SimError::Settings(format!(
                    "node name {node:?} must be letters, digits and hyphens"
                )));
            }
            if self.nodes[..index].contains(node) {
                return Err(SimError::Settings(format!("node {node} is named twice")));
            }
        }
        if self.vmid_first < 100 || self.vmid_first > self.vmid_last {
            return Err(SimError::Settings(
                "vmid_first must be at least 100 and at most vmid_last".to_owned(),
            ));
        }
        Ok(())
    }
}

/// Why the simulation does not start.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    #[error("the simulated hypervisor cannot be set up: {0}")]
    Settings(String),
    #[error("the state of the simulated hypervisor cannot be read or written at {path}")]
    StateFile {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}
