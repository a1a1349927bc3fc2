//! What the listing shows: guests, nodes, and the state of the cluster in plain words.

use super::cluster::Cluster;
use super::guest::GuestState;
use super::usage::usage;
use super::view::visible_lock;
use crate::domain::guest::{Finding, Guest, GuestStatus, GuestUsage, HypervisorStatus, Severity};
use crate::domain::resources::GIB;
use crate::ports::hypervisor::HypervisorResult;

impl Cluster {
    pub(super) fn status(&self) -> HypervisorStatus {
        let available = self.faults.is_cluster_online();
        HypervisorStatus {
            kind: "sim",
            simulated: true,
            version: if available {
                concat!("simulation ", env!("CARGO_PKG_VERSION")).to_owned()
            } else {
                String::new()
            },
            nodes: self.settings.nodes.clone(),
            available,
        }
    }

    pub(super) fn inventory(&self) -> Vec<Guest> {
        self.state
            .guests
            .values()
            .map(|guest| self.listed(guest))
            .collect()
    }

    /// `None` only when every node answers, and the guest is on none of them.
    pub(super) fn find_listed(&self, vmid: u32) -> HypervisorResult<Option<Guest>> {
        if let Some(guest) = self.state.guests.get(&vmid) {
            return Ok(Some(self.listed(guest)));
        }
        self.reachable(vmid)?;
        Ok(None)
    }

    /// As the listing shows it: without live figures when its node is away.
    pub(super) fn listed(&self, guest: &GuestState) -> Guest {
        let online = self.faults.is_online(&guest.node);
        let task = guest.task.and_then(|number| self.state.task(number));
        Guest {
            vmid: guest.vmid,
            node: guest.node.clone(),
            name: guest.content.config.name.clone(),
            status: match guest.running_since {
                _ if !online => GuestStatus::Unknown,
                Some(_) => GuestStatus::Running,
                None => GuestStatus::Stopped,
            },
            lock: visible_lock(guest, task),
            ours: guest.mark().is_some(),
            server_id: guest.mark(),
            resources: guest.content.config.resources,
            usage: if online {
                usage(guest, self.now)
            } else {
                GuestUsage::default()
            },
        }
    }

    pub(super) fn check(&self) -> Vec<Finding> {
        let mut findings = vec![Finding {
            severity: Severity::Warning,
            subject: "Simulation".to_owned(),
            text: format!(
                "{} is a simulated hypervisor: its servers cannot be logged into",
                self.settings.name
            ),
            advice: "Configure a Proxmox VE cluster to sell real servers".to_owned(),
        }];
        if !self.faults.is_cluster_online() {
            findings.push(offline("Cluster", "the cluster does not answer".to_owned()));
            return findings;
        }
        for node in &self.settings.nodes {
            findings.push(self.check_node(node));
        }
        findings
    }

    fn check_node(&self, node: &str) -> Finding {
        let subject = format!("Node {node}");
        if !self.faults.is_online(node) {
            return offline(&subject, format!("node {node} does not answer"));
        }
        let free = self.free_disk_bytes(node) / GIB;
        let scarce = self.free_disk_bytes(node) < self.settings.node_disk_bytes / 10;
        Finding {
            severity: if scarce { Severity::Warning } else { Severity::Ok },
            subject,
            text: format!(
                "{free} GiB of storage are free; {} GiB of {} GiB of memory are promised to guests",
                self.promised_memory_bytes(node) / GIB,
                self.settings.node_memory_bytes / GIB
            ),
            advice: if scarce {
                "Give the simulated nodes more storage, or delete servers".to_owned()
            } else {
                String::new()
            },
        }
    }
}

fn offline(subject: &str, text: String) -> Finding {
    Finding {
        severity: Severity::Error,
        subject: subject.to_owned(),
        text,
        advice: "It was taken offline by hand; put it back online".to_owned(),
    }
}
