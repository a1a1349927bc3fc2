//! Nodes, how they join, and what happens to them.

use std::collections::BTreeMap;

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::{size, time};

#[derive(Clone, Debug, Serialize)]
pub(crate) struct NodeView {
    id: String,
    display_name: String,
    labels: BTreeMap<String, String>,
    hypervisor_node: Option<HypervisorNodeView>,
    state: String,
    facts: Option<FactsView>,
    create_time: Option<String>,
    update_time: Option<String>,
    attach_time: Option<String>,
    seen_time: Option<String>,
    etag: String,
    #[serde(skip)]
    tone: Tone,
}

/// The machine of a hypervisor that it is.
#[derive(Clone, Debug, Serialize)]
struct HypervisorNodeView {
    hypervisor: String,
    node: String,
}

impl From<v1::HypervisorNode> for HypervisorNodeView {
    fn from(machine: v1::HypervisorNode) -> Self {
        Self {
            hypervisor: machine.hypervisor,
            node: machine.node,
        }
    }
}

/// What its agent said when it came last.
#[derive(Clone, Debug, Serialize)]
struct FactsView {
    hostname: String,
    operating_system: String,
    kernel: String,
    architecture: String,
    virtualization: String,
    cpu_count: i32,
    memory_bytes: i64,
    boot_time: Option<String>,
    agent_version: String,
    capabilities: Vec<String>,
}

impl From<v1::NodeFacts> for FactsView {
    fn from(facts: v1::NodeFacts) -> Self {
        let capabilities = facts
            .capabilities()
            .map(|one| enum_word(one.as_str_name(), "AGENT_CAPABILITY_"))
            .collect();
        Self {
            hostname: facts.hostname,
            operating_system: facts.operating_system,
            kernel: facts.kernel,
            architecture: facts.architecture,
            virtualization: facts.virtualization,
            cpu_count: facts.cpu_count,
            memory_bytes: facts.memory_bytes,
            boot_time: time::machine(facts.boot_time),
            agent_version: facts.agent_version,
            capabilities,
        }
    }
}

impl From<v1::Node> for NodeView {
    fn from(node: v1::Node) -> Self {
        let state = node.state();
        Self {
            id: node.id,
            display_name: node.display_name,
            labels: node.labels.into_iter().collect(),
            hypervisor_node: node.hypervisor_node.map(HypervisorNodeView::from),
            state: enum_word(state.as_str_name(), "NODE_STATE_"),
            facts: node.facts.map(FactsView::from),
            create_time: time::machine(node.create_time),
            update_time: time::machine(node.update_time),
            attach_time: time::machine(node.attach_time),
            seen_time: time::machine(node.seen_time),
            etag: node.etag,
            tone: match state {
                v1::NodeState::Unspecified => Tone::Plain,
                v1::NodeState::New => Tone::Changing,
                v1::NodeState::Online => Tone::Good,
                v1::NodeState::Offline | v1::NodeState::Revoked => Tone::Bad,
            },
        }
    }
}

impl NodeView {
    /// What a line about its coming and going says.
    pub(crate) fn brief(&self) -> Vec<Cell> {
        vec![self.display_name.as_str().into(), self.state()]
    }

    fn state(&self) -> Cell {
        Cell::toned(self.state.as_str(), self.tone)
    }

    /// As it is written on the command line.
    fn machine(&self) -> String {
        let machine = self.hypervisor_node.as_ref();
        machine.map_or_else(String::new, |machine| {
            format!("{}/{}", machine.hypervisor, machine.node)
        })
    }

    fn fact(&self, of: impl Fn(&FactsView) -> String) -> Cell {
        self.facts.as_ref().map(of).unwrap_or_default().into()
    }
}

impl View for NodeView {
    const COLUMNS: &'static [&'static str] = &["NAME", "STATE", "HOST", "SYSTEM", "AGENT", "SEEN", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.display_name.as_str().into(),
            self.state(),
            self.fact(|facts| facts.hostname.clone()),
            self.fact(|facts| facts.operating_system.clone()),
            self.fact(|facts| facts.agent_version.clone()),
            time::human(self.seen_time.as_deref()).into(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Name", self.display_name.as_str().into()),
            ("State", self.state()),
            ("Labels", pairs(&self.labels).into()),
            ("Hypervisor", self.machine().into()),
            ("Host", self.fact(|facts| facts.hostname.clone())),
            ("System", self.fact(|facts| facts.operating_system.clone())),
            ("Kernel", self.fact(|facts| facts.kernel.clone())),
            ("Architecture", self.fact(|facts| facts.architecture.clone())),
            ("Runs in", self.fact(|facts| facts.virtualization.clone())),
            ("Processors", self.fact(|facts| facts.cpu_count.to_string())),
            ("Memory", self.fact(|facts| size::format(facts.memory_bytes))),
            (
                "Started",
                self.fact(|facts| time::human(facts.boot_time.as_deref())),
            ),
            ("Agent", self.fact(|facts| facts.agent_version.clone())),
            ("Grants", self.fact(|facts| facts.capabilities.join(", "))),
            ("Joined", time::human(self.create_time.as_deref()).into()),
            ("Connected", time::human(self.attach_time.as_deref()).into()),
            ("Seen", time::human(self.seen_time.as_deref()).into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}

fn pairs(labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<_> = labels
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.join(", ")
}

/// What a machine joins by, without its secret.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EnrolmentView {
    id: String,
    display_name: String,
    labels: BTreeMap<String, String>,
    node_id: String,
    state: String,
    create_time: Option<String>,
    expire_time: Option<String>,
    use_time: Option<String>,
    enrolled_node_id: String,
}

impl From<v1::EnrolmentToken> for EnrolmentView {
    fn from(token: v1::EnrolmentToken) -> Self {
        Self {
            state: enum_word(token.state().as_str_name(), "ENROLMENT_TOKEN_STATE_"),
            id: token.id,
            display_name: token.display_name,
            labels: token.labels.into_iter().collect(),
            node_id: token.node_id,
            create_time: time::machine(token.create_time),
            expire_time: time::machine(token.expire_time),
            use_time: time::machine(token.use_time),
            enrolled_node_id: token.enrolled_node_id,
        }
    }
}

impl EnrolmentView {
    pub(crate) fn until(&self) -> String {
        time::human(self.expire_time.as_deref())
    }
}

impl View for EnrolmentView {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME", "STATE", "EXPIRES", "USED", "NODE"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let node = [&self.enrolled_node_id, &self.node_id]
            .into_iter()
            .find(|id| !id.is_empty());
        vec![
            ("Id", self.id.as_str().into()),
            ("Name", self.display_name.as_str().into()),
            ("State", self.state.as_str().into()),
            ("Expires", self.until().into()),
            ("Used", time::human(self.use_time.as_deref()).into()),
            ("Node", node.map(String::as_str).unwrap_or_default().into()),
        ]
    }
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct NodeEventView {
    id: String,
    node_id: String,
    time: Option<String>,
    kind: String,
    detail: String,
}

impl From<v1::NodeEvent> for NodeEventView {
    fn from(event: v1::NodeEvent) -> Self {
        Self {
            kind: enum_word(event.kind().as_str_name(), "NODE_EVENT_KIND_"),
            id: event.id,
            node_id: event.node_id,
            time: time::machine(event.time),
            detail: event.detail,
        }
    }
}

impl View for NodeEventView {
    const COLUMNS: &'static [&'static str] = &["WHEN", "EVENT", "DETAIL"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("When", time::human(self.time.as_deref()).into()),
            ("Event", self.kind.as_str().into()),
            ("Detail", self.detail.as_str().into()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_says_of_itself_cannot_move_the_cursor() {
        let node = NodeView::from(v1::Node {
            id: "0190".to_owned(),
            display_name: "db-1".to_owned(),
            state: v1::NodeState::Online.into(),
            labels: [("site".to_owned(), "berlin".to_owned())].into(),
            facts: Some(v1::NodeFacts {
                hostname: "db\x1b[2J-1".to_owned(),
                operating_system: "Debian GNU/Linux 12".to_owned(),
                agent_version: "0.1.0".to_owned(),
                cpu_count: 2,
                memory_bytes: 4 << 30,
                capabilities: vec![v1::AgentCapability::SecurityRead.into()],
                ..Default::default()
            }),
            ..Default::default()
        });
        let text = crate::table::rows(NodeView::COLUMNS, &[node.cells()], false);
        insta::assert_snapshot!(text, @r"
        NAME  STATE   HOST      SYSTEM               AGENT  SEEN  ID
        db-1  online  db [2J-1  Debian GNU/Linux 12  0.1.0  -     0190
        ");
        let details = crate::table::pairs(&node.details(), false);
        assert!(details.contains("site=berlin") && details.contains("security_read"));
    }
}
