//! What became of the samples that are passed on to another store.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::domain::sink_counts::SinkCounts;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabel {
    result: &'static str,
}

/// Empty where samples go nowhere.
#[derive(Clone, Debug, Default)]
pub(super) struct RemoteWriteMetrics {
    samples: Family<ResultLabel, Counter>,
    waiting: Gauge,
}

impl RemoteWriteMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        let written = registry.sub_registry_with_prefix("remote_write");
        written.register(
            "samples",
            "Samples that this instance has written to the other store (sent), that newer ones pushed out because it \
             did not keep up (overflowed), and that it refused (refused)",
            metrics.samples.clone(),
        );
        written.register(
            "samples_waiting",
            "Samples of this instance that wait to be written to the other store",
            metrics.waiting.clone(),
        );
        metrics
    }

    pub(super) fn show(&self, counts: Option<SinkCounts>) {
        let Some(counts) = counts else { return };
        let results = [
            ("sent", counts.sent),
            ("overflowed", counts.overflowed),
            ("refused", counts.refused),
        ];
        for (result, count) in results {
            let shown = self.samples.get_or_create_owned(&ResultLabel { result });
            shown.inc_by(count.saturating_sub(shown.get()));
        }
        let waiting = i64::try_from(counts.waiting).unwrap_or(i64::MAX);
        self.waiting.set(waiting);
    }
}
