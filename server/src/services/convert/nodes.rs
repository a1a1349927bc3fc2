//! Nodes, and how they join.

use std::time::Duration;

use hostler_proto::v1;

use super::labels::labels;
use super::number::{wire_i32, wire_i64};
use super::reader::Reader;
use super::time::wire_time;
use super::update::{Guarded, Update};
use crate::domain::enrolment::EnrolmentTokenState;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{EnrolmentTokenId, NodeId};
use crate::domain::names::MAX_HYPERVISOR_NAME;
use crate::domain::node::{Capability, HypervisorNode, Node, NodeEvent, NodeEventKind, NodeFacts, NodeState};
use crate::engine::nodes::{NewToken, NodePatch, NodesEvent, ShownToken};

const MAX_NAME: usize = 100;
const USUAL_TTL: Duration = Duration::from_hours(1);
const SHORTEST_TTL: Duration = Duration::from_mins(1);
const LONGEST_TTL: Duration = Duration::from_hours(7 * 24);
/// As host names are.
const MAX_MACHINE_NAME: usize = 63;
const MAX_WATCHED: usize = 100;
const FIELDS: [&str; 3] = ["display_name", "labels", "hypervisor_node"];

impl TryFrom<v1::CreateEnrolmentTokenRequest> for NewToken {
    type Error = FieldErrors;

    fn try_from(request: v1::CreateEnrolmentTokenRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let display_name = read.line("display_name", &request.display_name, 0, MAX_NAME);
        let again = !request.node_id.is_empty();
        if again && (!request.display_name.is_empty() || !request.labels.is_empty()) {
            read.bad(
                "node_id",
                "must be empty when a name or labels are given: the node keeps its own",
            );
        }
        let labels = labels(&mut read, "labels", request.labels);
        let ttl = read.duration("ttl", request.ttl, LONGEST_TTL);
        if ttl.flatten().is_some_and(|ttl| ttl < SHORTEST_TTL) {
            read.bad("ttl", "must be at least 1 minute");
        }
        let node_id = read.optional_id("node_id", &request.node_id);
        read.finish(|| {
            Some(Self {
                display_name: display_name?,
                labels: labels?,
                ttl: ttl?.unwrap_or(USUAL_TTL),
                node_id: node_id?,
            })
        })
    }
}

impl TryFrom<v1::RevokeEnrolmentTokenRequest> for EnrolmentTokenId {
    type Error = FieldErrors;

    fn try_from(request: v1::RevokeEnrolmentTokenRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("enrolment_token_id", &request.enrolment_token_id);
        read.finish(|| id)
    }
}

/// Nodes in one state, or all.
#[derive(Debug)]
pub(in crate::services) struct NodesIn(pub(in crate::services) Option<NodeState>);

impl TryFrom<v1::ListNodesRequest> for NodesIn {
    type Error = FieldErrors;

    fn try_from(request: v1::ListNodesRequest) -> Result<Self, FieldErrors> {
        let state = match v1::NodeState::try_from(request.state) {
            Ok(v1::NodeState::Unspecified) => None,
            Ok(v1::NodeState::New) => Some(NodeState::New),
            Ok(v1::NodeState::Online) => Some(NodeState::Online),
            Ok(v1::NodeState::Offline) => Some(NodeState::Offline),
            Ok(v1::NodeState::Revoked) => Some(NodeState::Revoked),
            Err(_) => {
                return Err(FieldErrors::one(
                    "state",
                    "must be a state that this server knows",
                ));
            }
        };
        Ok(Self(state))
    }
}

impl TryFrom<v1::GetNodeRequest> for NodeId {
    type Error = FieldErrors;

    fn try_from(request: v1::GetNodeRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("node_id", &request.node_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::UpdateNodeRequest> for Update<NodeId, NodePatch> {
    type Error = FieldErrors;

    fn try_from(request: v1::UpdateNodeRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("node.");
        let mask = read.mask(request.update_mask, &FIELDS);
        let node = request.node.unwrap_or_default();
        let id = read.id("id", &node.id);
        let mut patch = NodePatch::default();
        if mask.names("display_name", !node.display_name.is_empty()) {
            patch.display_name = read.line("display_name", &node.display_name, 1, MAX_NAME);
        }
        if mask.names("labels", !node.labels.is_empty()) {
            patch.labels = labels(&mut read, "labels", node.labels);
        }
        if mask.names("hypervisor_node", node.hypervisor_node.is_some()) {
            patch.hypervisor_node = hypervisor_node(&mut read, node.hypervisor_node);
        }
        let etag = read.etag(&request.etag);
        read.finish(|| {
            Some(Self {
                id: id?,
                patch,
                etag: etag?,
            })
        })
    }
}

/// `Some(None)` takes it away.
fn hypervisor_node(read: &mut Reader, wanted: Option<v1::HypervisorNode>) -> Option<Option<HypervisorNode>> {
    let Some(wanted) = wanted else {
        return Some(None);
    };
    let hypervisor = read.line(
        "hypervisor_node.hypervisor",
        &wanted.hypervisor,
        1,
        MAX_HYPERVISOR_NAME,
    );
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '.' || letter == '-';
    let named = (1..=MAX_MACHINE_NAME).contains(&wanted.node.len()) && wanted.node.chars().all(fits);
    if !named {
        read.bad(
            "hypervisor_node.node",
            format!("must be 1 to {MAX_MACHINE_NAME} letters, digits, dots or hyphens"),
        );
    }
    Some(Some(HypervisorNode {
        hypervisor: hypervisor?,
        node: named.then_some(wanted.node)?,
    }))
}

impl TryFrom<v1::RevokeNodeRequest> for Guarded<NodeId> {
    type Error = FieldErrors;

    fn try_from(request: v1::RevokeNodeRequest) -> Result<Self, FieldErrors> {
        guarded(&request.node_id, &request.etag)
    }
}

impl TryFrom<v1::DeleteNodeRequest> for Guarded<NodeId> {
    type Error = FieldErrors;

    fn try_from(request: v1::DeleteNodeRequest) -> Result<Self, FieldErrors> {
        guarded(&request.node_id, &request.etag)
    }
}

fn guarded(node_id: &str, etag: &str) -> Result<Guarded<NodeId>, FieldErrors> {
    let mut read = Reader::default();
    let id = read.id("node_id", node_id);
    let etag = read.etag(etag);
    read.finish(|| Some(Guarded { id: id?, etag: etag? }))
}

impl TryFrom<v1::ListNodeEventsRequest> for NodeId {
    type Error = FieldErrors;

    fn try_from(request: v1::ListNodeEventsRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("node_id", &request.node_id);
        read.finish(|| id)
    }
}

/// Nodes to follow; none is all.
#[derive(Debug)]
pub(in crate::services) struct WatchedNodes(pub(in crate::services) Vec<NodeId>);

impl TryFrom<v1::WatchNodesRequest> for WatchedNodes {
    type Error = FieldErrors;

    fn try_from(request: v1::WatchNodesRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        if request.node_ids.len() > MAX_WATCHED {
            read.bad("node_ids", format!("must be at most {MAX_WATCHED} ids"));
            return read.finish(|| None);
        }
        let ids: Vec<_> = request
            .node_ids
            .iter()
            .enumerate()
            .map(|(index, text)| read.id(&format!("node_ids[{index}]"), text))
            .collect();
        read.finish(|| Some(Self(ids.into_iter().collect::<Option<_>>()?)))
    }
}

pub(in crate::services) fn wire_enrolment_token(shown: ShownToken) -> v1::EnrolmentToken {
    let state = match shown.state {
        EnrolmentTokenState::Active => v1::EnrolmentTokenState::Active,
        EnrolmentTokenState::Used => v1::EnrolmentTokenState::Used,
        EnrolmentTokenState::Expired => v1::EnrolmentTokenState::Expired,
        EnrolmentTokenState::Revoked => v1::EnrolmentTokenState::Revoked,
    };
    let token = shown.token;
    let text = |id: Option<NodeId>| id.map(|id| id.to_string()).unwrap_or_default();
    v1::EnrolmentToken {
        id: token.id.to_string(),
        display_name: token.display_name,
        labels: token.labels.into_iter().collect(),
        node_id: text(token.node_id),
        state: state.into(),
        create_time: wire_time(token.create_time),
        expire_time: wire_time(token.expire_time),
        use_time: token.use_time.and_then(wire_time),
        enrolled_node_id: text(token.enrolled_node_id),
    }
}

pub(in crate::services) fn wire_node(node: Node) -> v1::Node {
    v1::Node {
        id: node.id.to_string(),
        display_name: node.display_name,
        labels: node.labels.into_iter().collect(),
        hypervisor_node: node.hypervisor_node.map(|machine| v1::HypervisorNode {
            hypervisor: machine.hypervisor,
            node: machine.node,
        }),
        state: match node.state {
            NodeState::New => v1::NodeState::New,
            NodeState::Online => v1::NodeState::Online,
            NodeState::Offline => v1::NodeState::Offline,
            NodeState::Revoked => v1::NodeState::Revoked,
        }
        .into(),
        facts: node.facts.map(wire_facts),
        create_time: wire_time(node.create_time),
        update_time: wire_time(node.update_time),
        attach_time: node.attach_time.and_then(wire_time),
        seen_time: node.seen_time.and_then(wire_time),
        etag: node.generation.to_string(),
    }
}

fn wire_facts(facts: NodeFacts) -> v1::NodeFacts {
    v1::NodeFacts {
        hostname: facts.hostname,
        operating_system: facts.operating_system,
        kernel: facts.kernel,
        architecture: facts.architecture,
        virtualization: facts.virtualization,
        cpu_count: wire_i32(facts.cpu_count),
        memory_bytes: wire_i64(facts.memory_bytes),
        boot_time: facts.boot_time.and_then(wire_time),
        agent_version: facts.agent_version,
        capabilities: facts
            .capabilities
            .into_iter()
            .map(|capability| wire_capability(capability).into())
            .collect(),
    }
}

const fn wire_capability(capability: Capability) -> v1::AgentCapability {
    match capability {
        Capability::ContainersRead => v1::AgentCapability::ContainersRead,
        Capability::ContainersLogs => v1::AgentCapability::ContainersLogs,
        Capability::ContainersControl => v1::AgentCapability::ContainersControl,
        Capability::ContainersRemove => v1::AgentCapability::ContainersRemove,
        Capability::ImagesPull => v1::AgentCapability::ImagesPull,
        Capability::SecurityRead => v1::AgentCapability::SecurityRead,
        Capability::BansWrite => v1::AgentCapability::BansWrite,
        Capability::GuestsPassword => v1::AgentCapability::GuestsPassword,
        Capability::AgentUpdate => v1::AgentCapability::AgentUpdate,
    }
}

pub(in crate::services) fn wire_node_event(event: NodeEvent) -> v1::NodeEvent {
    v1::NodeEvent {
        id: event.id.to_string(),
        node_id: event.node_id.to_string(),
        time: wire_time(event.time),
        kind: match event.kind {
            NodeEventKind::Enrolled => v1::NodeEventKind::Enrolled,
            NodeEventKind::Online => v1::NodeEventKind::Online,
            NodeEventKind::Offline => v1::NodeEventKind::Offline,
            NodeEventKind::Rebooted => v1::NodeEventKind::Rebooted,
            NodeEventKind::AgentChanged => v1::NodeEventKind::AgentChanged,
            NodeEventKind::KeyRotated => v1::NodeEventKind::KeyRotated,
            NodeEventKind::Revoked => v1::NodeEventKind::Revoked,
        }
        .into(),
        detail: event.detail,
    }
}

pub(in crate::services) fn wire_nodes_event(event: NodesEvent) -> v1::WatchNodesResponse {
    use v1::watch_nodes_response::Event;
    let event = match event {
        NodesEvent::Snapshot(nodes) => Event::Snapshot(v1::NodesSnapshot {
            nodes: nodes.into_iter().map(wire_node).collect(),
        }),
        NodesEvent::Changed(node) => Event::Changed(wire_node(*node)),
        NodesEvent::Removed(id) => Event::Removed(v1::NodeRemoved {
            node_id: id.to_string(),
        }),
        NodesEvent::Heartbeat(time) => Event::Heartbeat(v1::NodesHeartbeat {
            time: wire_time(time),
        }),
    };
    v1::WatchNodesResponse { event: Some(event) }
}
