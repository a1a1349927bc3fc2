//! What agents say. It comes from machines that may be in anybody's hands: every length is bounded, and words that
//! people will read lose their control characters.

use hostler_proto::v1;

use super::node_commands::wire_action;
use super::reader::Reader;
use super::time::{wire_duration, wire_time};
use super::words::words;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::NodeId;
use crate::domain::node::{Capability, NodeFacts};
use crate::domain::session::SecretHash;
use crate::domain::time::Timestamp;
use crate::engine::agents::{AgentSettings, Order};

const MAX_HOSTNAME: usize = 253;
const MAX_WORDS: usize = 200;
const MAX_BOOT_ID: usize = 64;
const MAX_CAPABILITIES: usize = 64;

/// A machine that asks to join.
#[derive(Debug)]
pub(in crate::services) struct Joining {
    pub(in crate::services) token: String,
    pub(in crate::services) key: SecretHash,
    pub(in crate::services) hostname: String,
}

impl TryFrom<v1::EnrolRequest> for Joining {
    type Error = FieldErrors;

    fn try_from(request: v1::EnrolRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let token = read.opaque("token", &request.token);
        let key = key_hash(&mut read, request.key_hash);
        let hostname = read.line("hostname", &request.hostname, 1, MAX_HOSTNAME);
        read.finish(|| {
            Some(Self {
                token: token?,
                key: key?,
                hostname: hostname?,
            })
        })
    }
}

impl TryFrom<v1::RotateKeyRequest> for SecretHash {
    type Error = FieldErrors;

    fn try_from(request: v1::RotateKeyRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let key = key_hash(&mut read, request.key_hash);
        read.finish(|| key)
    }
}

fn key_hash(read: &mut Reader, bytes: Vec<u8>) -> Option<SecretHash> {
    let hash = bytes.try_into().ok().map(SecretHash);
    if hash.is_none() {
        read.bad("key_hash", "must be the SHA-256 of the key: 32 bytes");
    }
    hash
}

/// How an agent introduces itself.
#[derive(Debug)]
pub(in crate::services) struct Introduction {
    pub(in crate::services) node_id: NodeId,
    pub(in crate::services) boot_id: String,
    pub(in crate::services) facts: NodeFacts,
}

impl TryFrom<v1::Hello> for Introduction {
    type Error = FieldErrors;

    fn try_from(hello: v1::Hello) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("hello.");
        let node_id = read.id("node_id", &hello.node_id);
        let boot_id = read.line("boot_id", &hello.boot_id, 0, MAX_BOOT_ID);
        let facts = facts(&mut read, hello.facts.unwrap_or_default());
        read.finish(|| {
            Some(Self {
                node_id: node_id?,
                boot_id: boot_id?,
                facts: facts?,
            })
        })
    }
}

fn facts(read: &mut Reader, facts: v1::NodeFacts) -> Option<NodeFacts> {
    if facts.capabilities.len() > MAX_CAPABILITIES {
        read.bad(
            "facts.capabilities",
            format!("must be at most {MAX_CAPABILITIES}"),
        );
        return None;
    }
    let boot_time = read.time("facts.boot_time", facts.boot_time);
    // Those of a newer agent mean nothing to this server, and it will not ask for them.
    let mut capabilities: Vec<Capability> = facts.capabilities.into_iter().filter_map(capability).collect();
    capabilities.sort_unstable();
    capabilities.dedup();
    Some(NodeFacts {
        hostname: words(&facts.hostname, MAX_HOSTNAME),
        operating_system: words(&facts.operating_system, MAX_WORDS),
        kernel: words(&facts.kernel, MAX_WORDS),
        architecture: words(&facts.architecture, MAX_WORDS),
        virtualization: words(&facts.virtualization, MAX_WORDS),
        cpu_count: u32::try_from(facts.cpu_count).unwrap_or(0),
        memory_bytes: u64::try_from(facts.memory_bytes).unwrap_or(0),
        boot_time: boot_time?,
        agent_version: words(&facts.agent_version, MAX_WORDS),
        capabilities,
    })
}

fn capability(value: i32) -> Option<Capability> {
    match v1::AgentCapability::try_from(value).ok()? {
        v1::AgentCapability::Unspecified => None,
        v1::AgentCapability::ContainersRead => Some(Capability::ContainersRead),
        v1::AgentCapability::ContainersLogs => Some(Capability::ContainersLogs),
        v1::AgentCapability::ContainersControl => Some(Capability::ContainersControl),
        v1::AgentCapability::ContainersRemove => Some(Capability::ContainersRemove),
        v1::AgentCapability::ImagesPull => Some(Capability::ImagesPull),
        v1::AgentCapability::SecurityRead => Some(Capability::SecurityRead),
        v1::AgentCapability::BansWrite => Some(Capability::BansWrite),
        v1::AgentCapability::GuestsPassword => Some(Capability::GuestsPassword),
        v1::AgentCapability::AgentUpdate => Some(Capability::AgentUpdate),
    }
}

pub(in crate::services) fn wire_welcome(
    display_name: String,
    settings: AgentSettings,
    now: Timestamp,
) -> v1::AttachResponse {
    said(v1::attach_response::Message::Welcome(v1::Welcome {
        display_name,
        heartbeat_interval: Some(wire_duration(settings.heartbeat)),
        sample_interval: Some(wire_duration(settings.sample)),
        time: wire_time(now),
    }))
}

pub(in crate::services) fn wire_order(order: &Order) -> v1::AttachResponse {
    said(match order {
        Order::SamplesStored { sequence } => {
            v1::attach_response::Message::SamplesStored(v1::SamplesStored { sequence: *sequence })
        }
        Order::Command {
            id,
            action,
            secret,
            timeout,
        } => v1::attach_response::Message::Command(v1::NodeCommandOrder {
            node_command_id: id.to_string(),
            action: Some(wire_action(action, secret.as_ref())),
            timeout: Some(wire_duration(*timeout)),
        }),
        Order::Cancel { id } => v1::attach_response::Message::Cancellation(v1::NodeCommandCancellation {
            node_command_id: id.to_string(),
        }),
        Order::Settled { id } => v1::attach_response::Message::Settled(v1::NodeCommandSettled {
            node_command_id: id.to_string(),
        }),
    })
}

const fn said(message: v1::attach_response::Message) -> v1::AttachResponse {
    v1::AttachResponse {
        message: Some(message),
    }
}
