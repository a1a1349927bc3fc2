//! A machine with an agent on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::codes::coded;
use super::etag::Generation;
use super::ids::{NodeEventId, NodeId};
use super::time::Timestamp;

/// Words to choose nodes by.
pub type Labels = BTreeMap<String, String>;

coded! {
    /// Whether a node is there.
    NodeState {
        /// It has joined, and its agent has not come yet.
        New = "new",
        Online = "online",
        /// Heartbeats were missed.
        Offline = "offline",
        /// Its key was taken away.
        Revoked = "revoked",
    }
}

coded! {
    /// What an agent's own configuration lets the server ask of it.
    Capability {
        ContainersRead = "containers.read",
        ContainersLogs = "containers.logs",
        ContainersControl = "containers.control",
        ContainersRemove = "containers.remove",
        ImagesPull = "images.pull",
        SecurityRead = "security.read",
        BansWrite = "bans.write",
        GuestsPassword = "guests.password",
        AgentUpdate = "agent.update",
    }
}

/// What an agent says of its machine when it comes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeFacts {
    pub hostname: String,
    pub operating_system: String,
    pub kernel: String,
    pub architecture: String,
    /// Empty on bare metal and where it is not known.
    pub virtualization: String,
    pub cpu_count: u32,
    pub memory_bytes: u64,
    pub boot_time: Option<Timestamp>,
    pub agent_version: String,
    pub capabilities: Vec<Capability>,
}

/// A machine that runs guests, as its hypervisor calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HypervisorNode {
    /// As it is called in the configuration.
    pub hypervisor: String,
    pub node: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub id: NodeId,
    pub display_name: String,
    pub labels: Labels,
    /// What an operator says that this machine is.
    pub hypervisor_node: Option<HypervisorNode>,
    pub state: NodeState,
    /// `None` before its agent came.
    pub facts: Option<NodeFacts>,
    /// Grows with each session: what an older one still says does not count.
    pub epoch: i64,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    /// When its session began; `None` while there is none.
    pub attach_time: Option<Timestamp>,
    pub seen_time: Option<Timestamp>,
    /// Of what operators change.
    pub generation: Generation,
}

impl Node {
    /// Whether its agent is there and its machine's owner lets it do this.
    pub fn can(&self, capability: Capability) -> bool {
        let granted = |facts: &NodeFacts| facts.capabilities.contains(&capability);
        self.state == NodeState::Online && self.facts.as_ref().is_some_and(granted)
    }
}

/// A session that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Changes when the machine starts anew.
    pub boot_id: String,
    pub facts: NodeFacts,
    /// The server process that holds the session.
    pub instance: String,
}

/// A node that counts as online while nobody holds its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Orphan {
    pub node_id: NodeId,
    pub epoch: i64,
    pub seen_time: Timestamp,
}

coded! {
    /// What happened to a node.
    NodeEventKind {
        Enrolled = "enrolled",
        Online = "online",
        Offline = "offline",
        Rebooted = "rebooted",
        AgentChanged = "agent_changed",
        KeyRotated = "key_rotated",
        Revoked = "revoked",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeEvent {
    pub id: NodeEventId,
    pub node_id: NodeId,
    pub kind: NodeEventKind,
    /// More about it, for people; may be empty.
    pub detail: String,
    pub time: Timestamp,
}

impl NodeEvent {
    pub fn new(node_id: NodeId, kind: NodeEventKind, detail: impl Into<String>, time: Timestamp) -> Self {
        Self {
            id: NodeEventId::generate(),
            node_id,
            kind,
            detail: detail.into(),
            time,
        }
    }
}
