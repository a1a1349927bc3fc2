//! The hypervisors of the configuration: how they are, what they offer, what is wrong with them.

use futures_util::future::join_all;

use super::service::Catalog;
use crate::domain::guest::{Finding, HypervisorStatus, Severity, Template};
use crate::domain::sweep::SweepReport;
use crate::engine::error::{Error, Noun, Result};
use crate::ports::hypervisor::HypervisorError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedHypervisor {
    /// As the configuration calls it.
    pub name: String,
    pub status: HypervisorStatus,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedTemplate {
    /// Name of the hypervisor.
    pub hypervisor: String,
    pub template: Template,
}

impl Catalog {
    /// By name.
    pub async fn list_hypervisors(&self) -> Vec<NamedHypervisor> {
        let asked = self
            .ports
            .hypervisors
            .iter()
            .map(|(name, hypervisor)| async move {
                NamedHypervisor {
                    name: name.to_owned(),
                    status: hypervisor.status().await,
                }
            });
        join_all(asked).await
    }

    /// By name, then by where they are. Without a name: of all hypervisors that answer.
    pub async fn list_templates(&self, hypervisor: Option<&str>) -> Result<Vec<OfferedTemplate>> {
        let mut offered = match hypervisor {
            Some(name) => {
                let hypervisor = self
                    .ports
                    .hypervisors
                    .get(name)
                    .ok_or(Error::NotFound(Noun::Hypervisor))?;
                offered_by(name, hypervisor.templates().await.map_err(unanswered)?)
            }
            None => self.all_templates().await,
        };
        offered.sort_by(|a, b| {
            let place = |offered: &OfferedTemplate| {
                let template = &offered.template;
                (
                    template.name.clone(),
                    offered.hypervisor.clone(),
                    template.node.clone(),
                    template.volume_id.clone(),
                )
            };
            place(a).cmp(&place(b))
        });
        Ok(offered)
    }

    async fn all_templates(&self) -> Vec<OfferedTemplate> {
        let asked = self
            .ports
            .hypervisors
            .iter()
            .map(|(name, hypervisor)| async move {
                match hypervisor.templates().await {
                    Ok(templates) => offered_by(name, templates),
                    Err(error) => {
                        tracing::warn!(hypervisor = name, error = %error, "the templates are not known");
                        Vec::new()
                    }
                }
            });
        join_all(asked).await.into_iter().flatten().collect()
    }

    /// What the last comparison of its guests with our servers found. One that was never compared has an
    /// empty report.
    pub async fn hypervisor_report(&self, name: &str) -> Result<SweepReport> {
        if self.ports.hypervisors.get(name).is_none() {
            return Err(Error::NotFound(Noun::Hypervisor));
        }
        let reports = self.ports.store.sweep_list().await?;
        let found = reports.into_iter().find(|report| report.hypervisor == name);
        Ok(found.unwrap_or_else(|| SweepReport {
            hypervisor: name.to_owned(),
            ..SweepReport::default()
        }))
    }

    /// The worst first. A hypervisor that is down is a finding, not an error.
    pub async fn check_hypervisor(&self, name: &str) -> Result<Vec<Finding>> {
        let hypervisor = self
            .ports
            .hypervisors
            .get(name)
            .ok_or(Error::NotFound(Noun::Hypervisor))?;
        let mut findings = hypervisor.check().await;
        findings.sort_by_key(|finding| match finding.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Ok => 2,
        });
        Ok(findings)
    }
}

fn offered_by(hypervisor: &str, templates: Vec<Template>) -> Vec<OfferedTemplate> {
    let offered = |template| OfferedTemplate {
        hypervisor: hypervisor.to_owned(),
        template,
    };
    templates.into_iter().map(offered).collect()
}

/// Operators read the hypervisor's own words; there is nobody else who can act on them.
fn unanswered(error: HypervisorError) -> Error {
    match error {
        HypervisorError::Unavailable(_) | HypervisorError::Busy(_) => Error::HypervisorDown(Box::new(error)),
        HypervisorError::NotFound(_)
        | HypervisorError::AlreadyThere(_)
        | HypervisorError::Rejected { .. }
        | HypervisorError::TaskFailed(_) => Error::Precondition {
            reason: "HYPERVISOR_REJECTED",
            message: error.to_string(),
        },
    }
}
