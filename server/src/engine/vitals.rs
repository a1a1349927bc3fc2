//! How the system itself is: what those who watch over an installation draw and alert on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::alert::TransitionKind;
use crate::domain::alert_rule::AlertSeverity;
use crate::domain::backlog::Backlog;
use crate::domain::channel::ChannelKind;
use crate::domain::codes::Code as _;
use crate::domain::delivery::Lane;
use crate::domain::operation::OperationState;
use crate::domain::pool_usage::PoolUsage;
use crate::domain::sink_counts::SinkCounts;
use crate::domain::sweep::SweepReport;
use crate::engine::alerts::AlertLog;
use crate::engine::context::Ports;
use crate::engine::delivery::{DeliveryCounters, DeliveryResult};
use crate::engine::error::Result;
use crate::engine::stats::{Board, SweepLog, SweepRecord};

pub struct Vitals {
    ports: Ports,
    board: Arc<Board>,
    log: Arc<SweepLog>,
    alerts: Arc<AlertLog>,
    deliveries: Arc<DeliveryCounters>,
}

impl Vitals {
    pub fn new(
        ports: Ports,
        board: Arc<Board>,
        log: Arc<SweepLog>,
        alerts: Arc<AlertLog>,
        deliveries: Arc<DeliveryCounters>,
    ) -> Self {
        Self {
            ports,
            board,
            log,
            alerts,
            deliveries,
        }
    }

    /// Operations in each state, those that nothing is in included.
    pub async fn operations(&self) -> Result<Vec<(OperationState, u64)>> {
        let counted = self.ports.store.operation_counts().await?;
        let count = |state: OperationState| {
            counted
                .iter()
                .find(|(counted, _)| *counted == state)
                .map_or(0, |(_, count)| *count)
        };
        Ok(OperationState::ALL
            .iter()
            .map(|state| (*state, count(*state)))
            .collect())
    }

    /// The last report of each hypervisor of the configuration that has one, and how long ago its last good
    /// sweep was.
    pub async fn sweeps(&self) -> Result<Vec<(SweepReport, Option<Duration>)>> {
        let reports = self.ports.store.sweep_list().await?;
        let now = self.ports.clock.now();
        let known = |report: &SweepReport| self.ports.hypervisors.get(&report.hypervisor).is_some();
        let aged = |report: SweepReport| {
            let age = report.swept.map(|swept| now.since(swept));
            (report, age)
        };
        Ok(reports.into_iter().filter(known).map(aged).collect())
    }

    /// How the sweeps of this instance went, by hypervisor.
    pub fn own_sweeps(&self) -> Vec<(String, SweepRecord)> {
        self.log.records()
    }

    /// What the deliveries of this instance came to.
    pub fn own_deliveries(&self) -> Vec<(ChannelKind, DeliveryResult, u64)> {
        self.deliveries.all()
    }

    /// What became of the samples that this instance passes on; `None` when it passes none on.
    pub fn passed_on(&self) -> Option<SinkCounts> {
        self.ports.samples.counts()
    }

    /// What waits to be delivered, and for how long the oldest has.
    pub async fn backlog(&self) -> Result<Vec<(Lane, Backlog, Duration)>> {
        let now = self.ports.clock.now();
        let aged = |(lane, backlog): (Lane, Backlog)| (lane, backlog, backlog.age(now));
        let backlogs = self.ports.store.delivery_backlog().await?;
        Ok(backlogs.into_iter().map(aged).collect())
    }

    /// What waits in the outbox to become deliveries, and for how long the oldest has.
    pub async fn outbox(&self) -> Result<(Backlog, Duration)> {
        let backlog = self.ports.store.outbox_backlog().await?;
        Ok((backlog, backlog.age(self.ports.clock.now())))
    }

    /// Streams of figures that this instance serves.
    pub fn watchers(&self) -> usize {
        self.board.watchers()
    }

    /// Hypervisors that this instance looks at for those who watch.
    pub fn live_samplers(&self) -> usize {
        self.board.watched_by_hypervisor().len()
    }

    /// Alerts that fire, by severity.
    pub async fn firing(&self) -> Result<BTreeMap<AlertSeverity, u64>> {
        let counted = self.ports.store.alert_firing_counts().await?;
        Ok(counted.into_iter().collect())
    }

    /// How often this instance held a rule against a look, and what it wrote.
    pub fn own_alerts(&self) -> (u64, BTreeMap<TransitionKind, u64>) {
        (self.alerts.evaluations(), self.alerts.transitions())
    }

    pub fn pools(&self) -> Vec<PoolUsage> {
        self.ports.store.pools()
    }
}

impl std::fmt::Debug for Vitals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vitals(..)")
    }
}
