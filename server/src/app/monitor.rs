//! What those who take figures and those who show them share.

use std::sync::Arc;
use std::time::Duration;

use crate::config::MonitoringConfig;
use crate::engine::alerts::{AlertLog, AlertWriter, ConditionAlerts, GuestAlerts, Shelf};
use crate::engine::background::{AlertConditions, LiveLooks, ReconcileSettings, Sweep, SweepShared, Task};
use crate::engine::context::Ports;
use crate::engine::heartbeat::HEARTBEAT;
use crate::engine::stats::{Board, Lookout, StatsSettings, SweepLog};

pub(super) struct Monitor {
    pub(super) board: Arc<Board>,
    pub(super) log: Arc<SweepLog>,
    pub(super) settings: StatsSettings,
    pub(super) shelf: Arc<Shelf>,
    pub(super) alert_log: Arc<AlertLog>,
    /// Of the streams that show it.
    pub(super) heartbeat: Duration,
}

impl Monitor {
    pub(super) fn new(ports: &Ports, config: &MonitoringConfig, heartbeat: Option<Duration>) -> Self {
        let settings = StatsSettings {
            sweep_period: Duration::from_secs(config.sweep_seconds),
            live_period: Duration::from_secs(config.live_seconds),
        };
        let names = ports.hypervisors.iter().map(|(name, _)| name.to_owned());
        Self {
            board: Board::new(settings.stale_after()),
            log: Arc::new(SweepLog::new(names)),
            settings,
            shelf: Arc::new(Shelf::new(ports.clone())),
            alert_log: Arc::default(),
            heartbeat: heartbeat.unwrap_or(HEARTBEAT),
        }
    }

    pub(super) fn alert_writer(&self, ports: &Ports) -> AlertWriter {
        AlertWriter::new(ports.clone(), Arc::clone(&self.alert_log))
    }

    fn guest_alerts(&self, ports: &Ports) -> GuestAlerts {
        GuestAlerts::new(
            ports.clone(),
            Arc::clone(&self.shelf),
            self.alert_writer(ports),
            Arc::clone(&self.alert_log),
            self.settings.stale_after(),
        )
    }

    /// A sweep and a look for watchers of each hypervisor, and what judges everything else.
    pub(super) fn tasks(&self, ports: &Ports) -> Vec<Arc<dyn Task>> {
        let shared = SweepShared {
            board: Arc::clone(&self.board),
            log: Arc::clone(&self.log),
            settings: self.settings,
            reconcile: ReconcileSettings::default(),
        };
        let conditions = ConditionAlerts::new(
            ports.clone(),
            Arc::clone(&self.shelf),
            self.alert_writer(ports),
            Arc::clone(&self.alert_log),
        );
        let mut tasks: Vec<Arc<dyn Task>> = vec![Arc::new(AlertConditions::new(
            conditions,
            self.settings.sweep_period,
        ))];
        for (name, hypervisor) in ports.hypervisors.iter() {
            let lookout = Arc::new(Lookout::new(
                Arc::clone(hypervisor),
                Arc::clone(&ports.clock),
                self.settings.stale_after(),
            ));
            tasks.push(Arc::new(Sweep::new(
                ports.clone(),
                name,
                Arc::clone(hypervisor),
                Arc::clone(&lookout),
                self.guest_alerts(ports),
                shared.clone(),
            )));
            let board = Arc::clone(&self.board);
            tasks.push(Arc::new(LiveLooks::new(name, lookout, board, self.settings)));
        }
        tasks
    }
}
