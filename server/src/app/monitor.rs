//! What those who take figures and those who show them share.

use std::sync::Arc;
use std::time::Duration;

use crate::config::MonitoringConfig;
use crate::engine::background::{LiveLooks, ReconcileSettings, Sweep, SweepShared, Task};
use crate::engine::context::Ports;
use crate::engine::stats::{Board, Lookout, StatsSettings, SweepLog};

pub(super) struct Monitor {
    pub(super) board: Arc<Board>,
    pub(super) log: Arc<SweepLog>,
    pub(super) settings: StatsSettings,
}

impl Monitor {
    pub(super) fn new(ports: &Ports, config: &MonitoringConfig) -> Self {
        let settings = StatsSettings {
            sweep_period: Duration::from_secs(config.sweep_seconds),
            live_period: Duration::from_secs(config.live_seconds),
        };
        let names = ports.hypervisors.iter().map(|(name, _)| name.to_owned());
        Self {
            board: Board::new(settings.stale_after()),
            log: Arc::new(SweepLog::new(names)),
            settings,
        }
    }

    /// A sweep and a look for watchers of each hypervisor.
    pub(super) fn tasks(&self, ports: &Ports) -> Vec<Arc<dyn Task>> {
        let shared = SweepShared {
            board: Arc::clone(&self.board),
            log: Arc::clone(&self.log),
            settings: self.settings,
            reconcile: ReconcileSettings::default(),
        };
        let mut tasks: Vec<Arc<dyn Task>> = Vec::new();
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
                shared.clone(),
            )));
            let board = Arc::clone(&self.board);
            tasks.push(Arc::new(LiveLooks::new(name, lookout, board, self.settings)));
        }
        tasks
    }
}
