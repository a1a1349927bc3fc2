//! Holds nodes that are offline against the alert rules, on one instance at a time.

use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::task::{Schedule, Task, TaskError};
use crate::engine::alerts::OfflineAlerts;
use crate::ports::bus::Notice;

pub struct NodeAbsences {
    alerts: OfflineAlerts,
    period: Duration,
}

impl std::fmt::Debug for NodeAbsences {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NodeAbsences")
            .field("period", &self.period)
            .finish_non_exhaustive()
    }
}

impl NodeAbsences {
    pub const fn new(alerts: OfflineAlerts, period: Duration) -> Self {
        Self { alerts, period }
    }
}

#[async_trait]
impl Task for NodeAbsences {
    fn name(&self) -> &'static str {
        "alerts/nodes"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: self.period,
            leader_only: true,
        }
    }

    fn wakes_on(&self, notice: &Notice) -> bool {
        matches!(notice, Notice::AlertRulesChanged)
    }

    async fn run_once(&self, _token: &CancellationToken) -> Result<String, TaskError> {
        let written = self.alerts.evaluate().await;
        let written = written.map_err(TaskError::during("hold nodes against alert rules"))?;
        Ok(format!("wrote {written} changes of alerts"))
    }
}
