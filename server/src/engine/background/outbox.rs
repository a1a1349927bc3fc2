//! Turns messages of the outbox into notifications and deliveries, which are then made one by one.
//!
//! A message is claimed for a while, and what it comes to is written with its end in one transaction: a process
//! that dies in between leaves nothing half done, and nobody is told under two ids.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::task::{Schedule, Task, TaskError};
use crate::domain::outbox::OutboxMessage;
use crate::engine::context::Ports;
use crate::engine::delivery::{Unexpanded, again_after, expand, short};
use crate::ports::bus::Notice;
use crate::ports::store::{StoreError, StoreResult};

/// Messages that are claimed at a time.
const BATCH: u32 = 50;
/// How long a claim holds: longer than a batch can take.
const CLAIM: Duration = Duration::from_mins(5);

pub struct OutboxDispatch {
    ports: Ports,
    /// This instance, in claims.
    owner: String,
}

/// What one turn did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DispatchStatus {
    pub expanded: u32,
    pub retried: u32,
    pub given_up: u32,
}

impl OutboxDispatch {
    pub fn new(ports: Ports, owner: String) -> Self {
        Self { ports, owner }
    }

    /// Expands all that is due.
    pub async fn dispatch(&self, token: &CancellationToken) -> StoreResult<DispatchStatus> {
        let mut status = DispatchStatus::default();
        while !token.is_cancelled() {
            let now = self.ports.clock.now();
            let messages = self
                .ports
                .store
                .outbox_claim(&self.owner, now, now + CLAIM, BATCH)
                .await?;
            if messages.is_empty() {
                break;
            }
            self.ports.faults.reach("outbox claimed").await;
            let more = messages.len() >= BATCH as usize;
            for message in &messages {
                match self.one(message, &mut status).await {
                    // The claim ran out and another instance has the message: it does the same.
                    Ok(()) | Err(StoreError::Stale | StoreError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
            self.ports.faults.reach("outbox expanded").await;
            if !more {
                break;
            }
        }
        Ok(status)
    }

    async fn one(&self, message: &OutboxMessage, status: &mut DispatchStatus) -> StoreResult<()> {
        let store = &self.ports.store;
        let now = self.ports.clock.now();
        match expand(&self.ports, message).await {
            Ok(expansion) => {
                store
                    .message_expand(
                        message.id,
                        &self.owner,
                        &expansion.notifications,
                        &expansion.deliveries,
                        now,
                    )
                    .await?;
                status.expanded += 1;
                let told: BTreeSet<_> = expansion.notifications.iter().map(|told| told.user_id).collect();
                for user_id in told {
                    self.ports.bus.publish(Notice::InboxChanged { user_id });
                }
                if !expansion.deliveries.is_empty() {
                    self.ports.bus.publish(Notice::DeliveryReady);
                }
                Ok(())
            }
            Err(Unexpanded::Gone(why)) => {
                status.given_up += 1;
                tracing::warn!(message = %message.id, why, "a message was given up");
                store.outbox_done(message.id, &self.owner, Some(why), now).await
            }
            Err(Unexpanded::Store(error)) => {
                status.retried += 1;
                let run_after = now + again_after(message.attempt);
                let text = error.to_string();
                store
                    .outbox_retry(message.id, &self.owner, run_after, short(&text))
                    .await
            }
        }
    }
}

#[async_trait]
impl Task for OutboxDispatch {
    fn name(&self) -> &'static str {
        "outbox"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: Duration::from_secs(15),
            // Claims keep instances apart.
            leader_only: false,
        }
    }

    fn wakes_on(&self, notice: &Notice) -> bool {
        matches!(notice, Notice::OutboxReady | Notice::Missed)
    }

    async fn run_once(&self, token: &CancellationToken) -> Result<String, TaskError> {
        let status = self
            .dispatch(token)
            .await
            .map_err(TaskError::during("expand messages"))?;
        Ok(status.to_string())
    }
}

impl fmt::Display for DispatchStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expanded {}, retried {}, gave up {}",
            self.expanded, self.retried, self.given_up
        )
    }
}

impl fmt::Debug for OutboxDispatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxDispatch")
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}
