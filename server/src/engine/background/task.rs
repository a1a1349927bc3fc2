//! What a background task is, when it runs, and what is known about it.

use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

/// Something that is done again and again. It reads what it needs from the store.
#[async_trait]
pub trait Task: Send + Sync {
    /// Stable, such as `prune`: in logs and the leader lease.
    fn name(&self) -> &str;

    fn schedule(&self) -> Schedule;

    /// Whether this notice means that there is work now. Called for every notice: must be cheap.
    fn wakes_on(&self, _notice: &Notice) -> bool {
        false
    }

    /// One turn; returns what it did, such as "sent 3 messages". Long turns look at the token.
    async fn run_once(&self, token: &CancellationToken) -> Result<String, TaskError>;
}

/// When a task runs, and on how many instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// From the end of one turn to the beginning of the next, give or take a tenth.
    pub period: Duration,
    /// Only the instance that holds the task's leader lease runs it.
    pub leader_only: bool,
}

/// Why a turn did not succeed; the next one tries again.
#[derive(Debug, thiserror::Error)]
#[error("{context}")]
pub struct TaskError {
    /// What was being done, such as "list servers".
    pub context: &'static str,
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl TaskError {
    /// For `map_err`: names what was being done when the store failed.
    pub fn during(context: &'static str) -> impl Fn(StoreError) -> Self {
        move |error| Self {
            context,
            source: Box::new(error),
        }
    }
}
