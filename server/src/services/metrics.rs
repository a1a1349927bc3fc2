//! What the edge counts.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Seconds. Most answers take milliseconds; the last bucket is the deadline.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0, 60.0];

/// What the names of our own figures begin with; those of the process have the names all programs give them.
pub(super) const PREFIX: &str = "hostler";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    method: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MethodLabel {
    method: &'static str,
}

/// Made once, before the registry is shared; cheap to clone.
#[derive(Clone, Debug)]
pub struct EdgeMetrics {
    calls: Family<CallLabels, Counter>,
    seconds: Family<MethodLabel, Histogram, fn() -> Histogram>,
    open: Gauge,
    streams: Gauge,
    connections: Gauge,
}

/// A call, a stream or a connection: counted as open until it is dropped.
#[derive(Debug)]
pub(super) struct Open(Gauge);

impl EdgeMetrics {
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            calls: Family::default(),
            seconds: Family::new_with_constructor(histogram as fn() -> Histogram),
            open: Gauge::default(),
            streams: Gauge::default(),
            connections: Gauge::default(),
        };
        let hostler = registry.sub_registry_with_prefix(PREFIX);
        hostler.register(
            "connections_open",
            "Connections of clients",
            metrics.connections.clone(),
        );
        let grpc = hostler.sub_registry_with_prefix("grpc");
        grpc.register(
            "calls",
            "Calls that ended, by method and code",
            metrics.calls.clone(),
        );
        grpc.register(
            "call_seconds",
            "Time to the head of a call's response, by method",
            metrics.seconds.clone(),
        );
        grpc.register(
            "calls_open",
            "Calls under way, streams included",
            metrics.open.clone(),
        );
        grpc.register(
            "streams_open",
            "Streams that callers follow",
            metrics.streams.clone(),
        );
        metrics
    }

    pub(super) fn begin(&self) -> Open {
        Open::count(&self.open)
    }

    pub(super) fn stream(&self) -> Open {
        Open::count(&self.streams)
    }

    pub(super) fn connection(&self) -> Open {
        Open::count(&self.connections)
    }

    pub(super) fn answered(&self, method: &'static str, after: Duration) {
        self.seconds
            .get_or_create(&MethodLabel { method })
            .observe(after.as_secs_f64());
    }

    pub(super) fn ended(&self, method: &'static str, code: &'static str) {
        self.calls.get_or_create(&CallLabels { method, code }).inc();
    }
}

impl Open {
    fn count(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}
