//! Which node has room.

use super::cluster::{Cluster, rejected};
use super::guest::GuestState;
use crate::domain::resources::Resources;
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

impl Cluster {
    /// The node with the least memory promised, of those that have room on their storage.
    pub(super) fn choose_node(&self, resources: &Resources) -> HypervisorResult<String> {
        let online: Vec<&String> = self
            .settings
            .nodes
            .iter()
            .filter(|node| self.faults.is_online(node))
            .collect();
        if online.is_empty() {
            return Err(HypervisorError::Unavailable("no node answers".to_owned()));
        }
        online
            .into_iter()
            .filter(|node| self.free_disk_bytes(node) >= resources.disk_bytes)
            .min_by_key(|node| self.promised_memory_bytes(node))
            .cloned()
            .ok_or_else(|| {
                rejected(
                    Rejection::Storage,
                    "no node has that much free space on its storage",
                )
            })
    }

    pub(super) fn free_disk_bytes(&self, node: &str) -> u64 {
        let promised: u64 = self
            .state
            .guests
            .values()
            .filter(|guest| guest.node == node)
            .map(GuestState::disk_bytes)
            .sum();
        self.settings.node_disk_bytes.saturating_sub(promised)
    }

    pub(super) fn promised_memory_bytes(&self, node: &str) -> u64 {
        self.state
            .guests
            .values()
            .filter(|guest| guest.node == node)
            .map(GuestState::memory_bytes)
            .sum()
    }
}
