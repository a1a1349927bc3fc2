//! What the simulation knows of one guest.

use serde::{Deserialize, Serialize};

use crate::domain::guest::{GuestNetwork, GuestPlan, NewGuest};
use crate::domain::ids::ServerId;
use crate::domain::resources::{GIB, MIB, Resources};
use crate::domain::time::Timestamp;

/// The part of a guest that a snapshot keeps and a rollback sets back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Config {
    pub(super) name: String,
    pub(super) resources: Resources,
    pub(super) network: Option<GuestNetwork>,
}

impl Config {
    /// What the listing shows of a guest whose configuration is not written yet.
    pub(super) fn unwritten(vmid: u32) -> Self {
        Self {
            name: format!("CT{vmid}"),
            resources: Resources {
                cpu_millicores: 1000,
                memory_bytes: 512 * MIB,
                disk_bytes: 4 * GIB,
            },
            network: None,
        }
    }

    pub(super) fn planned(plan: &GuestPlan) -> Self {
        Self {
            name: plan.name.to_string(),
            resources: plan.resources,
            network: Some(plan.network.clone()),
        }
    }
}

/// What creation puts into a guest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) config: Config,
    pub(super) template: String,
    pub(super) nesting: bool,
    pub(super) root_password_hash: String,
    pub(super) ssh_public_keys: Vec<String>,
}

impl Content {
    pub(super) fn of(new: &NewGuest) -> Self {
        Self {
            config: Config::planned(&new.plan),
            template: new.template.clone(),
            nesting: new.nesting,
            root_password_hash: new.root_password_hash.clone(),
            ssh_public_keys: new.ssh_public_keys.clone(),
        }
    }

    pub(super) fn unwritten(vmid: u32) -> Self {
        Self {
            config: Config::unwritten(vmid),
            template: String::new(),
            nesting: false,
            root_password_hash: String::new(),
            ssh_public_keys: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Lock {
    pub(super) name: String,
    /// Nobody is at work any more: only somebody on the node can lift it.
    pub(super) stuck: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SnapshotState {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) create_time: Timestamp,
    pub(super) incomplete: bool,
    pub(super) config: Config,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct GuestState {
    pub(super) vmid: u32,
    pub(super) node: String,
    pub(super) content: Content,
    /// What a creation under way will put in.
    pub(super) coming: Option<Content>,
    /// Whom it was created for; `None` for a guest of somebody else.
    pub(super) made_for: Option<ServerId>,
    /// Carries the mark of the server it was made for.
    pub(super) marked: bool,
    pub(super) create_time: Timestamp,
    pub(super) running_since: Option<Timestamp>,
    pub(super) lock: Option<Lock>,
    /// The number of the task at work on it.
    pub(super) task: Option<u64>,
    /// Pays no heed to being asked to shut down.
    pub(super) ignores_shutdown: bool,
    /// Share of its processors that it is made to use.
    #[serde(default)]
    pub(super) burns: Option<f64>,
    pub(super) snapshots: Vec<SnapshotState>,
}

impl GuestState {
    /// A guest that has only its place.
    pub(super) fn empty(vmid: u32, node: String, create_time: Timestamp) -> Self {
        Self {
            vmid,
            node,
            content: Content::unwritten(vmid),
            coming: None,
            made_for: None,
            marked: false,
            create_time,
            running_since: None,
            lock: None,
            task: None,
            ignores_shutdown: false,
            burns: None,
            snapshots: Vec::new(),
        }
    }

    pub(super) fn mark(&self) -> Option<ServerId> {
        self.made_for.filter(|_| self.marked)
    }

    pub(super) fn disk_bytes(&self) -> u64 {
        self.coming
            .as_ref()
            .unwrap_or(&self.content)
            .config
            .resources
            .disk_bytes
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        self.coming
            .as_ref()
            .unwrap_or(&self.content)
            .config
            .resources
            .memory_bytes
    }

    pub(super) fn snapshot(&self, name: &str) -> Option<&SnapshotState> {
        self.snapshots.iter().find(|snapshot| snapshot.name == name)
    }

    pub(super) fn snapshot_mut(&mut self, name: &str) -> Option<&mut SnapshotState> {
        self.snapshots.iter_mut().find(|snapshot| snapshot.name == name)
    }

    pub(super) fn drop_snapshot(&mut self, name: &str) {
        self.snapshots.retain(|snapshot| snapshot.name != name);
    }
}
