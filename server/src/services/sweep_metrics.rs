//! What the last sweep of each hypervisor found, and how the sweeps of this instance went, as figures.
//!
//! A label is the name of a hypervisor of the configuration or a kind of finding: there are only so many.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::domain::sweep::SweepReport;
use crate::engine::stats::SweepRecord;

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
    age: Family<HypervisorLabel, Gauge<f64, AtomicU64>>,
    missed: Family<HypervisorLabel, Counter>,
    duration: Family<HypervisorLabel, Gauge<f64, AtomicU64>>,
    guests: Family<HypervisorLabel, Gauge>,
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
        sweeps.register(
            "age_seconds",
            "How long ago the last complete sweep of the hypervisor began, by whichever instance",
            metrics.age.clone(),
        );
        sweeps.register(
            "duration_seconds",
            "How long the last sweep of the hypervisor took that this instance made, complete or not",
            metrics.duration.clone(),
        );
        sweeps.register(
            "guests",
            "Guests that the last sweep of this instance saw on the hypervisor; absent when they were not listed",
            metrics.guests.clone(),
        );
        registry.register(
            "sweeps_missed",
            "Sweeps of this instance that failed, or took longer than from one to the next",
            metrics.missed.clone(),
        );
        metrics
    }

    /// How the sweeps of this instance went.
    pub(super) fn show_own(&self, records: Vec<(String, SweepRecord)>) {
        for (hypervisor, record) in records {
            let label = HypervisorLabel { hypervisor };
            let missed = self.missed.get_or_create_owned(&label);
            missed.inc_by(record.missed.saturating_sub(missed.get()));
            let Some(last) = record.last else { continue };
            self.duration.get_or_create(&label).set(last.took.as_secs_f64());
            match last.guests {
                Some(guests) => {
                    let shown = self.guests.get_or_create(&label);
                    shown.set(i64::try_from(guests).unwrap_or(i64::MAX));
                }
                None => {
                    self.guests.remove(&label);
                }
            }
        }
    }

    pub(super) fn show(&self, reports: Vec<(SweepReport, Option<Duration>)>) {
        for (report, age) in reports {
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
            if let Some(age) = age {
                self.age.get_or_create(&label).set(age.as_secs_f64());
            }
        }
    }

    pub(super) fn clear(&self) {
        self.findings.clear();
        self.swept.clear();
        self.age.clear();
    }
}
