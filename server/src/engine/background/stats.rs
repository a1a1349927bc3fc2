//! Keeps the figures compact: packs hours, rolls up days, removes what is older than it is kept. Each in small
//! steps, between which others get their turn; a turn that is cut short is gone on with by the next one.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::task::{Schedule, Task, TaskError};
use crate::domain::codes::Code;
use crate::domain::tier::Tier;
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::ports::store::{Left, StoreResult};

/// An hour or a day is over this long after its end: looks on their way are in by then.
const LAG: Duration = Duration::from_mins(5);
/// Steps of one kind in one turn; the next turn goes on. A day of ten thousand subjects is rolled up in 640.
const STEPS: u32 = 2000;

/// What is done, in this order.
#[derive(Clone, Copy, Debug)]
enum Work {
    Compact,
    RollUp,
    Prune(Tier, Duration),
}

/// Steps taken in one turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatsStatus {
    pub packed: u32,
    pub rolled_up: u32,
    pub pruned: u32,
}

pub struct StatsUpkeep {
    ports: Ports,
}

impl StatsUpkeep {
    pub const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    pub async fn keep_up(&self, token: &CancellationToken) -> StoreResult<StatsStatus> {
        let retention = self.ports.store.stats_retention().await?.retention;
        let mut status = StatsStatus {
            packed: self.all(Work::Compact, token).await?,
            rolled_up: self.all(Work::RollUp, token).await?,
            pruned: 0,
        };
        for tier in Tier::ALL {
            let work = Work::Prune(*tier, retention.of(*tier));
            status.pruned += self.all(work, token).await?;
        }
        Ok(status)
    }

    /// Tells how many steps had something to do.
    async fn all(&self, work: Work, token: &CancellationToken) -> StoreResult<u32> {
        let now = self.ports.clock.now();
        for step in 0..STEPS {
            if token.is_cancelled() {
                return Ok(step);
            }
            self.ports.faults.reach(work.fault_point()).await;
            match self.step(work, now).await? {
                Left::More => tokio::task::yield_now().await,
                Left::Nothing => return Ok(step),
            }
        }
        Ok(STEPS)
    }

    async fn step(&self, work: Work, now: Timestamp) -> StoreResult<Left> {
        let store = &self.ports.store;
        match work {
            Work::Compact => store.stats_compact(now - LAG).await,
            Work::RollUp => store.stats_roll_up(now - LAG).await,
            Work::Prune(tier, keep) => store.stats_prune(tier, now - keep).await,
        }
    }
}

impl Work {
    const fn fault_point(self) -> &'static str {
        match self {
            Self::Compact => "stats compact",
            Self::RollUp => "stats roll_up",
            Self::Prune(..) => "stats prune",
        }
    }
}

#[async_trait]
impl Task for StatsUpkeep {
    fn name(&self) -> &'static str {
        "stats"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: Duration::from_mins(5),
            leader_only: true,
        }
    }

    async fn run_once(&self, token: &CancellationToken) -> Result<String, TaskError> {
        let status = self.keep_up(token).await;
        Ok(status
            .map_err(TaskError::during("keep the figures compact"))?
            .to_string())
    }
}

impl fmt::Display for StatsStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "took {} steps to pack hours, {} to roll up days, {} to remove what is old",
            self.packed, self.rolled_up, self.pruned
        )
    }
}

impl fmt::Debug for StatsUpkeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StatsUpkeep(..)")
    }
}
