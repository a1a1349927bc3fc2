//! Claims operations and runs them, several at a time.
//!
//! The worker looks for work when a notice tells of some, when the next wait ends, when a slot
//! becomes free, and every few seconds in any case. Any number of workers may share a store.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::journal::Halt;
use super::kinds;
use super::run::Run;
use super::settings::WorkerSettings;
use crate::domain::operation::Operation;
use crate::engine::context::Ports;
use crate::ports::bus::{BusReceiver, Notice};
use crate::ports::store::StoreError;

#[derive(Debug)]
pub struct Worker {
    ports: Ports,
    settings: WorkerSettings,
}

impl Worker {
    pub fn new(ports: Ports, settings: WorkerSettings) -> Self {
        Self { ports, settings }
    }

    /// Works until the token is cancelled, then gives back what it holds at the next step or look.
    /// Dropping the future in place of that is a crash: leases run out, and the log tells the rest.
    pub async fn run(self, token: CancellationToken) {
        let mut notices = self.ports.bus.subscribe();
        let mut running = JoinSet::new();
        while !token.is_cancelled() {
            let free = self
                .settings
                .slots
                .saturating_sub(u32::try_from(running.len()).unwrap_or(u32::MAX));
            let mut wait = self.settings.idle;
            if free > 0 {
                match self.claim(free).await {
                    Ok(claimed) => {
                        let maybe_more = claimed.len() == free as usize;
                        for operation in claimed {
                            running.spawn(self.work(operation, token.clone()));
                        }
                        if !maybe_more {
                            wait = self.until_next_due().await;
                        }
                    }
                    Err(error) => tracing::warn!(%error, "operations cannot be claimed"),
                }
            }
            tokio::select! {
                () = token.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
                () = work_is_ready(&mut notices) => {}
                Some(_) = running.join_next() => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    async fn claim(&self, limit: u32) -> Result<Vec<Operation>, StoreError> {
        let now = self.ports.clock.now();
        let until = now + self.settings.lease;
        self.ports
            .store
            .operation_claim(&self.settings.owner, now, until, limit)
            .await
    }

    async fn until_next_due(&self) -> Duration {
        match self.ports.store.operation_next_due().await {
            Ok(Some(due)) => {
                let wait = due.since(self.ports.clock.now());
                // What is due and was not claimed belongs to another worker: no reason to spin.
                wait.clamp(self.settings.retry.first_wait / 4, self.settings.idle)
            }
            Ok(None) | Err(_) => self.settings.idle,
        }
    }

    fn work(&self, operation: Operation, token: CancellationToken) -> impl Future<Output = ()> + use<> {
        let (ports, settings) = (self.ports.clone(), self.settings.clone());
        async move {
            let (id, kind) = (operation.id, operation.kind);
            let steps = kinds::steps(kind);
            let ended = match Run::load(ports, settings, steps, operation, token).await {
                Ok(run) => run.finish().await,
                Err(halt) => Err(halt),
            };
            match ended {
                Ok(()) => {}
                Err(Halt::Lost) => {
                    tracing::info!(operation_id = %id, %kind, "another worker has taken the operation over");
                }
                Err(halt @ (Halt::StoreDown(_) | Halt::Refused(_))) => {
                    tracing::warn!(operation_id = %id, %kind, error = %halt, "operation is left until its lease runs out");
                }
            }
        }
    }
}

/// Returns when a notice tells of work; never when the bus has closed.
async fn work_is_ready(notices: &mut Box<dyn BusReceiver>) {
    while let Some(notice) = notices.next().await {
        if matches!(notice, Notice::OperationReady | Notice::Missed) {
            return;
        }
    }
    std::future::pending::<()>().await;
}
