//! What an agent tells of its machine at one moment.

use super::sample::Values;
use super::time::Timestamp;

/// The figures of one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeLook {
    /// Grows from look to look.
    pub sequence: u64,
    /// By the agent's clock.
    pub time: Timestamp,
    pub values: Values,
    /// Use of each core, counted as ratios are.
    pub cores: Vec<u16>,
    pub file_systems: Vec<FileSystem>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSystem {
    pub mount_point: String,
    pub device: String,
    pub kind: String,
    pub used_bytes: u64,
    pub limit_bytes: u64,
    pub used_inodes: u64,
    /// 0 where they are not counted.
    pub limit_inodes: u64,
}

/// What uses a machine most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeProcesses {
    pub time: Timestamp,
    pub processes: Vec<NodeProcess>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeProcess {
    pub pid: u32,
    pub name: String,
    pub user: String,
    /// In thousandths of a core.
    pub cpu_millis: Option<u32>,
    pub memory_bytes: u64,
}

/// Units of systemd that have failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeUnits {
    pub time: Timestamp,
    pub failed: Vec<String>,
}
