//! Brings back what a clock that was ahead has put off: under it, retries and leases end at times that do not come for
//! long once the clock is right again.

use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::task::{Schedule, Task, TaskError};
use crate::engine::context::Ports;

/// Nothing is put off, and nothing is leased, for as long as this.
const LONGEST: Duration = Duration::from_hours(2);

#[derive(Debug)]
pub struct DueTimes {
    ports: Ports,
}

impl DueTimes {
    pub const fn new(ports: Ports) -> Self {
        Self { ports }
    }
}

#[async_trait]
impl Task for DueTimes {
    fn name(&self) -> &'static str {
        "due_times"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: Duration::from_mins(5),
            leader_only: true,
        }
    }

    async fn run_once(&self, _token: &CancellationToken) -> Result<String, TaskError> {
        let now = self.ports.clock.now();
        let cut = self.ports.store.due_times_cut(now, now + LONGEST).await;
        let cut = cut.map_err(TaskError::during("look for what was put off for too long"))?;
        if cut > 0 {
            tracing::warn!(
                cut,
                "a clock was ahead: work that it had put off for hours is due now"
            );
        }
        Ok(format!("brought back {cut}"))
    }
}
