//! Hypervisors and what they offer.

use hostler_proto::v1;

use super::number::{wire_i32, wire_i64};
use super::reader::Reader;
use super::time::wire_time;
use crate::domain::fields::FieldErrors;
use crate::domain::guest::{Finding, Severity};
use crate::domain::ids::ServerId;
use crate::domain::names::MAX_HYPERVISOR_NAME;
use crate::domain::sweep::{Orphan, SweepReport};
use crate::engine::catalog::{NamedHypervisor, OfferedTemplate};

/// The hypervisor whose templates to list; `None` is all.
#[derive(Debug)]
pub(in crate::services) struct TemplatesOf(pub(in crate::services) Option<String>);

impl TryFrom<v1::ListTemplatesRequest> for TemplatesOf {
    type Error = FieldErrors;

    fn try_from(request: v1::ListTemplatesRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let name = read.line("hypervisor", &request.hypervisor, 0, MAX_HYPERVISOR_NAME);
        read.finish(|| Some(Self(Some(name?).filter(|name| !name.is_empty()))))
    }
}

/// A hypervisor by its name in the configuration.
#[derive(Debug)]
pub(in crate::services) struct HypervisorName(pub(in crate::services) String);

impl TryFrom<v1::CheckHypervisorRequest> for HypervisorName {
    type Error = FieldErrors;

    fn try_from(request: v1::CheckHypervisorRequest) -> Result<Self, FieldErrors> {
        Self::read(&request.name)
    }
}

impl TryFrom<v1::GetHypervisorReportRequest> for HypervisorName {
    type Error = FieldErrors;

    fn try_from(request: v1::GetHypervisorReportRequest) -> Result<Self, FieldErrors> {
        Self::read(&request.name)
    }
}

impl HypervisorName {
    fn read(name: &str) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let name = read.line("name", name, 1, MAX_HYPERVISOR_NAME);
        read.finish(|| Some(Self(name?)))
    }
}

pub(in crate::services) fn wire_hypervisor(hypervisor: NamedHypervisor) -> v1::Hypervisor {
    let state = if hypervisor.status.available {
        v1::HypervisorState::Available
    } else {
        v1::HypervisorState::Unavailable
    };
    v1::Hypervisor {
        name: hypervisor.name,
        kind: hypervisor.status.kind.to_owned(),
        simulated: hypervisor.status.simulated,
        version: hypervisor.status.version,
        nodes: hypervisor.status.nodes,
        state: state.into(),
    }
}

pub(in crate::services) fn wire_template(offered: OfferedTemplate) -> v1::Template {
    v1::Template {
        hypervisor: offered.hypervisor,
        node: offered.template.node,
        storage: offered.template.storage,
        volume_id: offered.template.volume_id,
        name: offered.template.name,
        size_bytes: wire_i64(offered.template.size_bytes),
    }
}

pub(in crate::services) fn wire_sweep_report(report: SweepReport) -> v1::HypervisorReport {
    let texts = |ids: Vec<ServerId>| ids.iter().map(ToString::to_string).collect();
    v1::HypervisorReport {
        hypervisor: report.hypervisor,
        sweep_time: report.swept.and_then(wire_time),
        problem: report.problem,
        guest_count: wire_count(report.guest_count),
        server_count: wire_count(report.server_count),
        orphan_count: wire_count(report.orphans.count),
        orphans: report.orphans.named.into_iter().map(wire_orphan).collect(),
        lost_count: wire_count(report.lost.count),
        lost_server_ids: texts(report.lost.named),
        unmarked_count: wire_count(report.unmarked.count),
        unmarked_server_ids: texts(report.unmarked.named),
    }
}

fn wire_orphan(orphan: Orphan) -> v1::OrphanGuest {
    v1::OrphanGuest {
        vmid: wire_i32(orphan.vmid),
        node: orphan.node,
        name: orphan.name,
        server_id: orphan.server_id.map(|id| id.to_string()).unwrap_or_default(),
    }
}

fn wire_count(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

pub(in crate::services) fn wire_finding(finding: Finding) -> v1::HypervisorFinding {
    let severity = match finding.severity {
        Severity::Ok => v1::FindingSeverity::Ok,
        Severity::Warning => v1::FindingSeverity::Warning,
        Severity::Error => v1::FindingSeverity::Error,
    };
    v1::HypervisorFinding {
        severity: severity.into(),
        subject: finding.subject,
        text: finding.text,
        advice: finding.advice,
    }
}
