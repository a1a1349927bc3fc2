//! What the last comparison of each hypervisor with its servers found, as figures.
//!
//! A label is the name of a hypervisor of the configuration or a kind of finding: there are only so many.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::domain::sweep::SweepReport;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HypervisorLabel {
    hypervisor: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FindingLabels {
    hypervisor: String,
    kind: &'static str,
}

#[derive(Clone, Debug, Default)]
pub(super) struct SweepMetrics {
    findings: Family<FindingLabels, Gauge>,
    swept: Family<HypervisorLabel, Gauge>,
}

impl SweepMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        let sweeps = registry.sub_registry_with_prefix("hypervisor_sweep");
        sweeps.register(
            "findings",
            "What the last complete sweep of the hypervisor found, of each kind; absent before the first and while \
             the database does not answer",
            metrics.findings.clone(),
        );
        sweeps.register(
            "timestamp_seconds",
            "When the last complete sweep of the hypervisor began, in seconds since 1970",
            metrics.swept.clone(),
        );
        metrics
    }

    pub(super) fn show(&self, reports: Vec<SweepReport>) {
        for report in reports {
            // One that was never complete has found nothing, which is not the same as nothing to find.
            let Some(swept) = report.swept else { continue };
            let kinds = [
                ("orphan", report.orphans.count),
                ("lost", report.lost.count),
                ("unmarked", report.unmarked.count),
            ];
            for (kind, count) in kinds {
                let hypervisor = report.hypervisor.clone();
                let found = self.findings.get_or_create(&FindingLabels { hypervisor, kind });
                found.set(i64::try_from(count).unwrap_or(i64::MAX));
            }
            let hypervisor = report.hypervisor;
            let label = HypervisorLabel { hypervisor };
            self.swept.get_or_create(&label).set(swept.as_seconds());
        }
    }

    pub(super) fn clear(&self) {
        self.findings.clear();
        self.swept.clear();
    }
}
