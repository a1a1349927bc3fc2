//! A guest as the hypervisor knows it, and what is asked of it.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::codes::coded;
use super::ids::ServerId;
use super::names::ServerName;
use super::resources::Resources;
use super::time::Timestamp;

/// Which guest: the vmid decides, the node is where it was last seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GuestRef {
    pub node: String,
    pub vmid: u32,
    /// Whose it must be: a guest without this mark is never changed or deleted.
    pub server_id: ServerId,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuestAddressing {
    Static {
        address: IpAddr,
        prefix_length: u8,
        gateway: Option<IpAddr>,
    },
    Dhcp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestNetwork {
    pub bridge: String,
    pub vlan_tag: Option<u16>,
    pub addressing: GuestAddressing,
    pub nameservers: Vec<IpAddr>,
    /// 0 is unlimited.
    pub bytes_per_second: u64,
}

/// Everything a guest is made of and set back to after a rollback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestPlan {
    pub name: ServerName,
    pub resources: Resources,
    pub network: GuestNetwork,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGuest {
    pub guest: GuestRef,
    pub plan: GuestPlan,
    /// As `OperatingSystem::template` has it.
    pub template: String,
    pub nesting: bool,
    /// `$6$` crypt; the plain password never leaves the control plane.
    pub root_password_hash: String,
    pub ssh_public_keys: Vec<String>,
}

coded! {
    GuestStatus {
        Running = "running",
        Stopped = "stopped",
        /// Its node is away, or it is too young to be known.
        Unknown = "unknown",
    }
}

/// A guest in the hypervisor's inventory.
#[derive(Clone, Debug, PartialEq)]
pub struct Guest {
    pub vmid: u32,
    pub node: String,
    pub name: String,
    pub status: GuestStatus,
    /// `create`, `backup`, `migrate`, `snapshot`, …: work in progress, ours or somebody's.
    pub lock: Option<String>,
    /// Carries the mark of this control plane.
    pub ours: bool,
    /// The server the mark names, where the listing shows it.
    pub server_id: Option<ServerId>,
    /// As configured; disk of the root file system.
    pub resources: Resources,
    pub usage: GuestUsage,
}

/// Live figures of a guest, as its hypervisor tells them: `None` is what it does not tell. Counters begin anew
/// when the guest starts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GuestUsage {
    /// Part of the guest's own processors in use, 0 to 1; as it was told, which may be beyond.
    pub cpu_ratio: Option<f64>,
    pub memory_bytes: Option<u64>,
    pub disk_bytes: Option<u64>,
    pub network_in_bytes: Option<u64>,
    pub network_out_bytes: Option<u64>,
    pub disk_read_bytes: Option<u64>,
    pub disk_write_bytes: Option<u64>,
    pub uptime: Option<Duration>,
}

/// A snapshot in the hypervisor's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestSnapshot {
    pub name: String,
    pub description: String,
    pub create_time: Option<Timestamp>,
    /// Half made or half deleted.
    pub incomplete: bool,
}

/// What is written down of a remote task, such as a Proxmox UPID.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskRef(pub String);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskStatus {
    Running {
        percent: Option<u8>,
    },
    /// With the hypervisor's warnings, if it gave any.
    Succeeded {
        warnings: Option<String>,
    },
    Failed {
        text: String,
        /// Only the moment was wrong, such as a lock held by a backup: the call may be made again.
        transient: bool,
    },
    /// The worker was killed or the task log is gone: look at the guest itself.
    Unknown,
}

coded! {
    /// What a task does: to find one whose answer was lost.
    TaskKind {
        Create = "create",
        Start = "start",
        Stop = "stop",
        Shutdown = "shutdown",
        Restart = "restart",
        Delete = "delete",
        Resize = "resize",
        SnapshotCreate = "snapshot_create",
        SnapshotDelete = "snapshot_delete",
        SnapshotRollback = "snapshot_rollback",
    }
}

/// A template the hypervisor offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub node: String,
    pub storage: String,
    /// Such as `local:vztmpl/debian-13-standard_13.1-1_amd64.tar.zst`.
    pub volume_id: String,
    /// The file name in it.
    pub name: String,
    pub size_bytes: u64,
}

coded! {
    Severity {
        Ok = "ok",
        Warning = "warning",
        Error = "error",
    }
}

/// One line of a check of the hypervisor's set-up, in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    /// What was looked at, such as "Token privileges".
    pub subject: String,
    /// What was found.
    pub text: String,
    /// What to do about it; empty when nothing.
    pub advice: String,
}

/// What a hypervisor is and how it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HypervisorStatus {
    /// `proxmox` or `sim`.
    pub kind: &'static str,
    pub simulated: bool,
    /// Empty while it cannot be reached.
    pub version: String,
    pub nodes: Vec<String>,
    pub available: bool,
}
