//! What the alerts are doing, as figures.

use std::collections::BTreeMap;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::domain::alert::TransitionKind;
use crate::domain::alert_rule::AlertSeverity;
use crate::domain::codes::Code as _;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SeverityLabel {
    severity: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabel {
    kind: &'static str,
}

#[derive(Clone, Debug, Default)]
pub(super) struct AlertMetrics {
    evaluations: Counter,
    transitions: Family<KindLabel, Counter>,
    firing: Family<SeverityLabel, Gauge>,
}

impl AlertMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        let alerts = registry.sub_registry_with_prefix("alert");
        alerts.register(
            "evaluations",
            "Times that this instance held a rule against a look at a server",
            metrics.evaluations.clone(),
        );
        alerts.register(
            "transitions",
            "What happened to alerts that fired, by kind, as written by this instance",
            metrics.transitions.clone(),
        );
        alerts.register(
            "firing",
            "Alerts that fire, by severity; absent while the database does not answer",
            metrics.firing.clone(),
        );
        metrics
    }

    /// Counted since the start of the process.
    pub(super) fn show_own(&self, evaluations: u64, transitions: &BTreeMap<TransitionKind, u64>) {
        raise(&self.evaluations, evaluations);
        for kind in TransitionKind::ALL {
            let counter = self.transitions.get_or_create(&KindLabel { kind: kind.code() });
            raise(&counter, transitions.get(kind).copied().unwrap_or_default());
        }
    }

    pub(super) fn show(&self, firing: &BTreeMap<AlertSeverity, u64>) {
        for severity in AlertSeverity::ALL {
            let label = SeverityLabel {
                severity: severity.code(),
            };
            let count = firing.get(severity).copied().unwrap_or_default();
            self.firing
                .get_or_create(&label)
                .set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    pub(super) fn clear(&self) {
        self.firing.clear();
    }
}

/// A counter that somebody else keeps.
fn raise(counter: &Counter, to: u64) {
    counter.inc_by(to.saturating_sub(counter.get()));
}
