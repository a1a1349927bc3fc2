//! What tests see of the world: comparable, and without times, which differ from run to run.

use super::faults::Method;
use super::guest::GuestState;
use super::task::Task;
use crate::domain::guest::GuestNetwork;
use crate::domain::ids::ServerId;
use crate::domain::resources::Resources;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimGuest {
    pub vmid: u32,
    pub node: String,
    pub name: String,
    /// Whose mark it carries.
    pub server_id: Option<ServerId>,
    pub running: bool,
    pub lock: Option<String>,
    pub resources: Resources,
    pub network: Option<GuestNetwork>,
    pub template: String,
    pub nesting: bool,
    pub root_password_hash: String,
    pub ssh_public_keys: Vec<String>,
    pub snapshots: Vec<SimSnapshot>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimSnapshot {
    pub name: String,
    pub description: String,
    pub incomplete: bool,
}

/// Something that a call has brought about or set going. Calls that found nothing to do leave none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    pub method: Method,
    pub vmid: u32,
}

/// The lock that is seen on a guest: a held one, or that of the task at work.
pub(super) fn visible_lock(guest: &GuestState, task: Option<&Task>) -> Option<String> {
    match &guest.lock {
        Some(lock) => Some(lock.name.clone()),
        None => task.and_then(|task| task.work.lock()).map(str::to_owned),
    }
}

impl SimGuest {
    pub(super) fn of(guest: &GuestState, task: Option<&Task>) -> Self {
        Self {
            vmid: guest.vmid,
            node: guest.node.clone(),
            name: guest.content.config.name.clone(),
            server_id: guest.mark(),
            running: guest.running_since.is_some(),
            lock: visible_lock(guest, task),
            resources: guest.content.config.resources,
            network: guest.content.config.network.clone(),
            template: guest.content.template.clone(),
            nesting: guest.content.nesting,
            root_password_hash: guest.content.root_password_hash.clone(),
            ssh_public_keys: guest.content.ssh_public_keys.clone(),
            snapshots: guest
                .snapshots
                .iter()
                .map(|snapshot| SimSnapshot {
                    name: snapshot.name.clone(),
                    description: snapshot.description.clone(),
                    incomplete: snapshot.incomplete,
                })
                .collect(),
        }
    }
}
