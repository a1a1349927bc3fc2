//! Everything a worker writes about the operation it holds. Each write names the claim; when the
//! claim is lost the worker stops at once, whatever it was doing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::notices::publish_changes;
use crate::domain::change::Change;
use crate::domain::operation::{Lease, Operation, OperationAdvance, Progress, StepRecord};
use crate::engine::context::Ports;
use crate::ports::store::StoreError;

/// Why a worker lets go of an operation without a word: the next claim goes on from the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum Halt {
    #[error("the lease is lost")]
    Lost,
    /// What was written last is not known.
    #[error("the store is not available")]
    StoreDown(#[source] StoreError),
    /// A change was refused, and nothing was written.
    #[error("the store refuses the change")]
    Refused(#[source] StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Lost,
            StoreError::Unavailable(_) => Self::StoreDown(error),
            StoreError::NotFound
            | StoreError::AlreadyExists { .. }
            | StoreError::Replayed { .. }
            | StoreError::Reused
            | StoreError::InUse { .. }
            | StoreError::Full { .. }
            | StoreError::LastOperator
            | StoreError::Exhausted { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Other(_) => Self::Refused(error),
        }
    }
}

pub(super) struct Journal {
    ports: Ports,
    lease: Lease,
    lease_time: Duration,
    cancel_requested: AtomicBool,
}

impl Journal {
    pub(super) fn new(ports: Ports, operation: &Operation, lease_time: Duration) -> Self {
        Self {
            ports,
            lease: Lease {
                operation_id: operation.id,
                epoch: operation.epoch,
            },
            lease_time,
            cancel_requested: AtomicBool::new(operation.cancel_requested),
        }
    }

    /// As of the last renewal.
    pub(super) fn cancel_requested(&self) -> bool {
        self.cancel_requested.load(Ordering::Relaxed)
    }

    pub(super) async fn renew(&self) -> Result<(), Halt> {
        let until = self.ports.clock.now() + self.lease_time;
        let cancel = self.ports.store.operation_renew(&self.lease, until).await?;
        self.cancel_requested.fetch_or(cancel, Ordering::Relaxed);
        Ok(())
    }

    /// Runs `work` and renews the lease beside it. A lost lease drops the work where it stands.
    pub(super) async fn hold<T>(&self, work: impl Future<Output = T>) -> Result<T, Halt> {
        tokio::select! {
            biased;
            done = work => Ok(done),
            halt = self.keep_renewing() => Err(halt),
        }
    }

    async fn keep_renewing(&self) -> Halt {
        let mut renewed = Instant::now();
        loop {
            tokio::time::sleep(self.lease_time / 3).await;
            match self.renew().await {
                Ok(()) => renewed = Instant::now(),
                Err(halt @ (Halt::Lost | Halt::Refused(_))) => return halt,
                Err(halt @ Halt::StoreDown(_)) => {
                    if renewed.elapsed() >= self.lease_time {
                        return halt;
                    }
                }
            }
        }
    }

    pub(super) async fn record(&self, record: &StepRecord) -> Result<(), Halt> {
        Ok(self.ports.store.operation_record(&self.lease, record).await?)
    }

    pub(super) async fn progress(&self, operation: &mut Operation, progress: Progress) -> Result<(), Halt> {
        if operation.progress == progress {
            return Ok(());
        }
        self.ports
            .store
            .operation_progress(&self.lease, &progress)
            .await?;
        operation.progress = progress;
        publish_changes(&*self.ports.bus, operation, &[]);
        Ok(())
    }

    /// Moves the operation on, in the store and then in memory, and tells who watches.
    pub(super) async fn advance(
        &self,
        operation: &mut Operation,
        next: OperationAdvance,
        records: &[StepRecord],
        changes: &[Change],
    ) -> Result<(), Halt> {
        let advanced = self
            .ports
            .store
            .operation_advance(&self.lease, &next, records, changes)
            .await;
        match advanced {
            Ok(()) => {}
            Err(StoreError::Stale) => {
                // The store says the same of a lost lease and of a change whose guard does not hold.
                // A lease that can be renewed is not lost.
                self.renew().await?;
                return Err(Halt::Refused(StoreError::Stale));
            }
            Err(error) => return Err(error.into()),
        }
        operation.state = next.state;
        operation.next_step = next.next_step;
        operation.attempt = next.attempt;
        operation.run_after = next.run_after;
        operation.progress = next.progress;
        operation.error = next.error;
        operation.end_time = next.end_time;
        if let Some(params) = next.params {
            operation.params = params;
        }
        publish_changes(&*self.ports.bus, operation, changes);
        Ok(())
    }
}
