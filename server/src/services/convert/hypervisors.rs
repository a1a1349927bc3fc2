//! Hypervisors and what they offer.

use hostler_proto::v1;

use super::number::wire_i64;
use super::reader::Reader;
use crate::domain::fields::FieldErrors;
use crate::domain::guest::{Finding, Severity};
use crate::engine::catalog::{NamedHypervisor, OfferedTemplate};

const MAX_NAME: usize = 64;

/// The hypervisor whose templates to list; `None` is all.
#[derive(Debug)]
pub(in crate::services) struct TemplatesOf(pub(in crate::services) Option<String>);

impl TryFrom<v1::ListTemplatesRequest> for TemplatesOf {
    type Error = FieldErrors;

    fn try_from(request: v1::ListTemplatesRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let name = read.line("hypervisor", &request.hypervisor, 0, MAX_NAME);
        read.finish(|| Some(Self(Some(name?).filter(|name| !name.is_empty()))))
    }
}

/// A hypervisor by its name in the configuration.
#[derive(Debug)]
pub(in crate::services) struct HypervisorName(pub(in crate::services) String);

impl TryFrom<v1::CheckHypervisorRequest> for HypervisorName {
    type Error = FieldErrors;

    fn try_from(request: v1::CheckHypervisorRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let name = read.line("name", &request.name, 1, MAX_NAME);
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
