//! Hypervisors, what examining them finds, and the templates they offer.

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::{size, time};

/// A hypervisor of the server's configuration.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HypervisorView {
    name: String,
    kind: String,
    simulated: bool,
    version: String,
    nodes: Vec<String>,
    state: String,
    #[serde(skip)]
    tone: Tone,
}

impl From<v1::Hypervisor> for HypervisorView {
    fn from(hypervisor: v1::Hypervisor) -> Self {
        let state = hypervisor.state();
        Self {
            name: hypervisor.name,
            kind: hypervisor.kind,
            simulated: hypervisor.simulated,
            version: hypervisor.version,
            nodes: hypervisor.nodes,
            state: enum_word(state.as_str_name(), "HYPERVISOR_STATE_"),
            tone: match state {
                v1::HypervisorState::Unspecified => Tone::Plain,
                v1::HypervisorState::Available => Tone::Good,
                v1::HypervisorState::Unavailable => Tone::Bad,
            },
        }
    }
}

impl View for HypervisorView {
    const COLUMNS: &'static [&'static str] = &["NAME", "KIND", "STATE", "VERSION", "NODES"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Name", self.name.as_str().into()),
            ("Kind", self.kind.as_str().into()),
            ("State", Cell::toned(self.state.as_str(), self.tone)),
            ("Version", self.version.as_str().into()),
            ("Nodes", self.nodes.join(", ").into()),
        ]
    }
}

/// What comparing a hypervisor's guests with the servers found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReportView {
    hypervisor: String,
    sweep_time: Option<String>,
    problem: String,
    guest_count: i32,
    server_count: i32,
    orphan_count: i32,
    orphans: Vec<OrphanView>,
    lost_count: i32,
    lost_server_ids: Vec<String>,
    unmarked_count: i32,
    unmarked_server_ids: Vec<String>,
}

/// A guest that carries Hostler's mark and belongs to no server.
#[derive(Clone, Debug, Serialize)]
struct OrphanView {
    vmid: i32,
    node: String,
    name: String,
    server_id: String,
}

impl From<v1::HypervisorReport> for ReportView {
    fn from(report: v1::HypervisorReport) -> Self {
        Self {
            hypervisor: report.hypervisor,
            sweep_time: time::machine(report.sweep_time),
            problem: report.problem,
            guest_count: report.guest_count,
            server_count: report.server_count,
            orphan_count: report.orphan_count,
            orphans: report.orphans.into_iter().map(OrphanView::from).collect(),
            lost_count: report.lost_count,
            lost_server_ids: report.lost_server_ids,
            unmarked_count: report.unmarked_count,
            unmarked_server_ids: report.unmarked_server_ids,
        }
    }
}

impl From<v1::OrphanGuest> for OrphanView {
    fn from(orphan: v1::OrphanGuest) -> Self {
        Self {
            vmid: orphan.vmid,
            node: orphan.node,
            name: orphan.name,
            server_id: orphan.server_id,
        }
    }
}

impl ReportView {
    fn orphans(&self) -> String {
        let named = self.orphans.iter();
        let named = named.map(|orphan| format!("{} ({} on {})", orphan.vmid, orphan.name, orphan.node));
        counted(self.orphan_count, &named.collect::<Vec<_>>())
    }
}

/// How many, and which; the hypervisor's own numbers and ids are what one searches for.
fn counted(count: i32, named: &[String]) -> String {
    if count == 0 {
        "none".to_owned()
    } else {
        format!("{count}: {}", named.join(", "))
    }
}

impl View for ReportView {
    const COLUMNS: &'static [&'static str] =
        &["HYPERVISOR", "COMPARED", "PROBLEM", "ORPHANS", "LOST", "UNMARKED"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.hypervisor.as_str().into(),
            time::human(self.sweep_time.as_deref()).into(),
            self.problem.as_str().into(),
            self.orphan_count.to_string().into(),
            self.lost_count.to_string().into(),
            self.unmarked_count.to_string().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let problem = if self.problem.is_empty() {
            Cell::from("none")
        } else {
            Cell::toned(self.problem.as_str(), Tone::Bad)
        };
        vec![
            ("Hypervisor", self.hypervisor.as_str().into()),
            ("Compared", time::human(self.sweep_time.as_deref()).into()),
            ("Problem", problem),
            ("Guests", self.guest_count.to_string().into()),
            ("Servers", self.server_count.to_string().into()),
            ("Orphans", self.orphans().into()),
            ("Lost", counted(self.lost_count, &self.lost_server_ids).into()),
            (
                "Unmarked",
                counted(self.unmarked_count, &self.unmarked_server_ids).into(),
            ),
        ]
    }
}

/// One thing that an examination found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FindingView {
    severity: String,
    subject: String,
    text: String,
    advice: String,
    #[serde(skip)]
    tone: Tone,
}

impl From<v1::HypervisorFinding> for FindingView {
    fn from(finding: v1::HypervisorFinding) -> Self {
        let severity = finding.severity();
        Self {
            severity: enum_word(severity.as_str_name(), "FINDING_SEVERITY_"),
            subject: finding.subject,
            text: finding.text,
            advice: finding.advice,
            tone: match severity {
                v1::FindingSeverity::Unspecified => Tone::Plain,
                v1::FindingSeverity::Ok => Tone::Good,
                v1::FindingSeverity::Warning => Tone::Changing,
                v1::FindingSeverity::Error => Tone::Bad,
            },
        }
    }
}

impl View for FindingView {
    const COLUMNS: &'static [&'static str] = &["SEVERITY", "SUBJECT", "FINDING", "ADVICE"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Severity", Cell::toned(self.severity.as_str(), self.tone)),
            ("Subject", self.subject.as_str().into()),
            ("Finding", self.text.as_str().into()),
            ("Advice", self.advice.as_str().into()),
        ]
    }
}

/// A container template.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TemplateView {
    hypervisor: String,
    node: String,
    storage: String,
    volume_id: String,
    name: String,
    size_bytes: i64,
}

impl From<v1::Template> for TemplateView {
    fn from(template: v1::Template) -> Self {
        Self {
            hypervisor: template.hypervisor,
            node: template.node,
            storage: template.storage,
            volume_id: template.volume_id,
            name: template.name,
            size_bytes: template.size_bytes,
        }
    }
}

impl View for TemplateView {
    const COLUMNS: &'static [&'static str] = &["NAME", "HYPERVISOR", "NODE", "STORAGE", "SIZE"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let size = if self.size_bytes == 0 {
            String::new()
        } else {
            size::format(self.size_bytes)
        };
        vec![
            ("Name", self.name.as_str().into()),
            ("Hypervisor", self.hypervisor.as_str().into()),
            (
                "Node",
                if self.node.is_empty() {
                    "every"
                } else {
                    self.node.as_str()
                }
                .into(),
            ),
            ("Storage", self.storage.as_str().into()),
            ("Size", size.into()),
        ]
    }
}
