//! Figures that nobody counts as they happen: they are asked for when somebody reads the metrics.
//!
//! A scrape costs the database five queries at most, and none if the last one was a moment ago: many may scrape,
//! and the table of operations only grows.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::domain::codes::Code as _;
use crate::domain::time::Timestamp;
use crate::engine::vitals::Vitals;
use crate::services::alert_metrics::AlertMetrics;
use crate::services::delivery_metrics::DeliveryMetrics;
use crate::services::metrics::PREFIX;
use crate::services::process_metrics::ProcessMetrics;
use crate::services::remote_write_metrics::RemoteWriteMetrics;
use crate::services::sweep_metrics::SweepMetrics;

/// How long what the database said is good for.
const FRESH: Duration = Duration::from_secs(10);
/// A scrape has to end, whatever the database does.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabel {
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PoolLabel {
    pool: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BuildLabels {
    version: &'static str,
}

/// Made once, before the registry is shared; cheap to clone.
#[derive(Clone, Debug)]
pub struct VitalMetrics {
    vitals: Arc<Vitals>,
    operations: Family<StateLabel, Gauge>,
    in_use: Family<PoolLabel, Gauge>,
    limit: Family<PoolLabel, Gauge>,
    waiting: Family<PoolLabel, Gauge>,
    sweeps: SweepMetrics,
    alerts: AlertMetrics,
    deliveries: DeliveryMetrics,
    remote_write: RemoteWriteMetrics,
    stats_watchers: Gauge,
    live_samplers: Gauge,
    asked: Arc<Mutex<Option<Instant>>>,
}

impl VitalMetrics {
    pub fn register(registry: &mut Registry, vitals: Vitals, start_time: Timestamp) -> Self {
        registry.register_collector(Box::new(ProcessMetrics { start_time }));
        let hostler = registry.sub_registry_with_prefix(PREFIX);
        let metrics = Self {
            vitals: Arc::new(vitals),
            operations: Family::default(),
            in_use: Family::default(),
            limit: Family::default(),
            waiting: Family::default(),
            sweeps: SweepMetrics::register(hostler),
            alerts: AlertMetrics::register(hostler),
            deliveries: DeliveryMetrics::register(hostler),
            remote_write: RemoteWriteMetrics::register(hostler),
            stats_watchers: Gauge::default(),
            live_samplers: Gauge::default(),
            asked: Arc::default(),
        };
        let version = env!("CARGO_PKG_VERSION");
        hostler.register("build", "What is running", Info::new(BuildLabels { version }));
        hostler.register(
            "operations",
            "Operations in each state; absent while the database does not answer",
            metrics.operations.clone(),
        );
        hostler.register(
            "stats_watchers",
            "Streams of servers' figures that callers follow",
            metrics.stats_watchers.clone(),
        );
        hostler.register(
            "stats_live_samplers",
            "Hypervisors that are looked at more often because somebody watches servers on them",
            metrics.live_samplers.clone(),
        );
        let pools = hostler.sub_registry_with_prefix("database_connections");
        pools.register(
            "in_use",
            "Database connections lent to somebody",
            metrics.in_use.clone(),
        );
        pools.register("limit", "Database connections at most", metrics.limit.clone());
        pools.register(
            "waiting",
            "Calls and tasks that wait for a database connection",
            metrics.waiting.clone(),
        );
        metrics
    }

    /// Brings the figures up to date. No figure says more than an old one: what the database does not tell is
    /// absent.
    pub(super) async fn refresh(&self) {
        for usage in self.vitals.pools() {
            let label = PoolLabel { pool: usage.pool };
            self.in_use.get_or_create(&label).set(signed(usage.in_use));
            self.limit.get_or_create(&label).set(signed(usage.limit));
            self.waiting.get_or_create(&label).set(signed(usage.waiting));
        }
        self.stats_watchers.set(whole(self.vitals.watchers()));
        self.live_samplers.set(whole(self.vitals.live_samplers()));
        // Held over the query: of many scrapes at once, one asks and the others wait for its answer.
        let mut asked = self.asked.lock().await;
        self.sweeps.show_own(self.vitals.own_sweeps());
        let (evaluations, transitions) = self.vitals.own_alerts();
        self.alerts.show_own(evaluations, &transitions);
        self.deliveries.show_own(self.vitals.own_deliveries());
        self.remote_write.show(self.vitals.passed_on());
        if asked.is_some_and(|at| at.elapsed() < FRESH) {
            return;
        }
        tokio::join!(
            self.refresh_operations(),
            self.refresh_sweeps(),
            self.refresh_alerts(),
            self.refresh_backlog(),
            self.refresh_outbox()
        );
        *asked = Some(Instant::now());
    }

    async fn refresh_operations(&self) {
        match timeout(PATIENCE, self.vitals.operations()).await {
            Ok(Ok(counts)) => {
                for (state, count) in counts {
                    let label = StateLabel { state: state.code() };
                    self.operations.get_or_create(&label).set(signed(count));
                }
            }
            Ok(Err(_)) | Err(_) => self.operations.clear(),
        }
    }

    async fn refresh_alerts(&self) {
        match timeout(PATIENCE, self.vitals.firing()).await {
            Ok(Ok(firing)) => self.alerts.show(&firing),
            Ok(Err(_)) | Err(_) => self.alerts.clear(),
        }
    }

    async fn refresh_backlog(&self) {
        match timeout(PATIENCE, self.vitals.backlog()).await {
            Ok(Ok(backlog)) => self.deliveries.show(backlog),
            Ok(Err(_)) | Err(_) => self.deliveries.clear(),
        }
    }

    async fn refresh_outbox(&self) {
        match timeout(PATIENCE, self.vitals.outbox()).await {
            Ok(Ok((backlog, age))) => self.deliveries.show_outbox(backlog, age),
            Ok(Err(_)) | Err(_) => self.deliveries.clear_outbox(),
        }
    }

    async fn refresh_sweeps(&self) {
        match timeout(PATIENCE, self.vitals.sweeps()).await {
            Ok(Ok(reports)) => self.sweeps.show(reports),
            Ok(Err(_)) | Err(_) => self.sweeps.clear(),
        }
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
