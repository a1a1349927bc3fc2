//! Makes deliveries, at least once each.
//!
//! A delivery is claimed for a while, tried, and recorded. A process that dies in between lets the claim run out and
//! somebody tries again, under the same id. What is down is asked again, ever more rarely, for three days.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::task::{Schedule, Task, TaskError};
use crate::domain::delivery::{Delivery, Lane, TryOutcome};
use crate::engine::context::Ports;
use crate::engine::delivery::{Attempt, Attempts};
use crate::ports::bus::Notice;
use crate::ports::store::{StoreError, StoreResult};

/// Deliveries that are tried at the same time.
const BATCH: u32 = 10;
/// How long a claim holds: longer than a batch can take.
const CLAIM: Duration = Duration::from_mins(5);

pub struct Deliveries {
    ports: Ports,
    attempts: Arc<Attempts>,
    lane: Lane,
    /// This instance, in claims.
    owner: String,
}

/// What one turn did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryStatus {
    pub sent: u32,
    pub retried: u32,
    pub given_up: u32,
    /// Put off, because their channels have had enough for now.
    pub postponed: u32,
}

impl Deliveries {
    pub fn new(ports: Ports, attempts: Arc<Attempts>, lane: Lane, owner: String) -> Self {
        Self {
            ports,
            attempts,
            lane,
            owner,
        }
    }

    /// Makes all that is due.
    pub async fn deliver(&self, token: &CancellationToken) -> StoreResult<DeliveryStatus> {
        let mut status = DeliveryStatus::default();
        while !token.is_cancelled() {
            let now = self.ports.clock.now();
            let due = self
                .ports
                .store
                .delivery_claim(self.lane, &self.owner, now, now + CLAIM, BATCH)
                .await?;
            if due.is_empty() {
                break;
            }
            self.reach("claimed").await;
            let more = due.len() >= BATCH as usize;
            let attempts = join_all(due.iter().map(|delivery| self.attempts.attempt(delivery))).await;
            self.reach("made").await;
            for (delivery, attempt) in due.iter().zip(attempts) {
                self.record(delivery, attempt, &mut status).await?;
            }
            if !more {
                break;
            }
        }
        Ok(status)
    }

    async fn reach(&self, point: &str) {
        self.ports
            .faults
            .reach(&format!("{} delivery {point}", self.lane))
            .await;
    }

    async fn record(
        &self,
        delivery: &Delivery,
        attempt: Attempt,
        status: &mut DeliveryStatus,
    ) -> StoreResult<()> {
        let store = &self.ports.store;
        let now = self.ports.clock.now();
        let recorded = match attempt {
            Attempt::Made(made) => {
                match made.outcome {
                    TryOutcome::Delivered => status.sent += 1,
                    TryOutcome::Again(_) => status.retried += 1,
                    TryOutcome::Failed => {
                        status.given_up += 1;
                        tracing::warn!(delivery = %delivery.id, why = made.error, "a delivery was given up");
                    }
                }
                store.delivery_record(delivery.id, &self.owner, &made, now).await
            }
            Attempt::TooMany(wait) => {
                status.postponed += 1;
                store
                    .delivery_postpone(delivery.id, &self.owner, now + wait)
                    .await
            }
        };
        match recorded {
            // The claim ran out and another instance has the delivery: it does the same again.
            Ok(()) | Err(StoreError::Stale | StoreError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Task for Deliveries {
    fn name(&self) -> &'static str {
        match self.lane {
            Lane::Mail => "deliveries_mail",
            Lane::Post => "deliveries_post",
        }
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: Duration::from_secs(15),
            // Claims keep instances apart.
            leader_only: false,
        }
    }

    fn wakes_on(&self, notice: &Notice) -> bool {
        matches!(notice, Notice::DeliveryReady | Notice::Missed)
    }

    async fn run_once(&self, token: &CancellationToken) -> Result<String, TaskError> {
        let status = self
            .deliver(token)
            .await
            .map_err(TaskError::during("make deliveries"))?;
        Ok(status.to_string())
    }
}

impl fmt::Display for DeliveryStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "sent {}, retried {}, gave up {}, postponed {}",
            self.sent, self.retried, self.given_up, self.postponed
        )
    }
}

impl fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliveries")
            .field("lane", &self.lane)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}
