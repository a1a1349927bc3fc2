//! What became of deliveries, and what waits, as figures.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::domain::backlog::Backlog;
use crate::domain::channel::ChannelKind;
use crate::domain::codes::Code as _;
use crate::domain::delivery::Lane;
use crate::engine::delivery::DeliveryResult;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabels {
    kind: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LaneLabel {
    lane: &'static str,
}

/// What is one figure, and may be absent.
type NoLabels = [(&'static str, &'static str); 0];

#[derive(Clone, Debug, Default)]
pub(super) struct DeliveryMetrics {
    tries: Family<ResultLabels, Counter>,
    waiting: Family<LaneLabel, Gauge>,
    oldest: Family<LaneLabel, Gauge<f64, AtomicU64>>,
    outbox_waiting: Family<NoLabels, Gauge>,
    outbox_oldest: Family<NoLabels, Gauge<f64, AtomicU64>>,
}

impl DeliveryMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register(
            "deliveries",
            "Tries of this instance to deliver a message, by what it leaves by and what came of it",
            metrics.tries.clone(),
        );
        let queue = registry.sub_registry_with_prefix("deliveries");
        queue.register(
            "waiting",
            "Deliveries that are to be made, those included that wait for another try; absent while the database \
             does not answer",
            metrics.waiting.clone(),
        );
        queue.register(
            "oldest_seconds",
            "For how long the oldest of them has waited; 0 when there is none",
            metrics.oldest.clone(),
        );
        let outbox = registry.sub_registry_with_prefix("outbox");
        outbox.register(
            "waiting",
            "Messages that are to become deliveries; absent while the database does not answer",
            metrics.outbox_waiting.clone(),
        );
        outbox.register(
            "oldest_seconds",
            "For how long the oldest of them has waited; 0 when there is none",
            metrics.outbox_oldest.clone(),
        );
        metrics
    }

    /// What the deliveries of this instance came to.
    pub(super) fn show_own(&self, counts: Vec<(ChannelKind, DeliveryResult, u64)>) {
        for (kind, result, count) in counts {
            let tries = self.tries.get_or_create_owned(&ResultLabels {
                kind: kind.code(),
                result: result.code(),
            });
            tries.inc_by(count.saturating_sub(tries.get()));
        }
    }

    pub(super) fn show(&self, backlogs: Vec<(Lane, Backlog, Duration)>) {
        for (lane, backlog, age) in backlogs {
            let label = LaneLabel { lane: lane.code() };
            let waiting = i64::try_from(backlog.waiting).unwrap_or(i64::MAX);
            self.waiting.get_or_create(&label).set(waiting);
            self.oldest.get_or_create(&label).set(age.as_secs_f64());
        }
    }

    pub(super) fn show_outbox(&self, backlog: Backlog, age: Duration) {
        let waiting = i64::try_from(backlog.waiting).unwrap_or(i64::MAX);
        self.outbox_waiting.get_or_create(&[]).set(waiting);
        self.outbox_oldest.get_or_create(&[]).set(age.as_secs_f64());
    }

    pub(super) fn clear(&self) {
        self.waiting.clear();
        self.oldest.clear();
    }

    pub(super) fn clear_outbox(&self) {
        self.outbox_waiting.clear();
        self.outbox_oldest.clear();
    }
}
