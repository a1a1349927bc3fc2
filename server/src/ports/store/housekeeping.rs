//! What keeps the system itself going: audit, outbox, throttles, leader leases.

use async_trait::async_trait;
use uuid::Uuid;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::audit::{AuditEvent, AuditFilter};
use crate::domain::backlog::Backlog;
use crate::domain::ids::{OutboxId, UserId};
use crate::domain::outbox::OutboxMessage;
use crate::domain::page::{Page, PageRequest};
use crate::domain::pool_usage::PoolUsage;
use crate::domain::time::Timestamp;
use std::time::Duration;

#[async_trait]
pub trait AuditStore: Send + Sync {
    /// For what changed nothing: refusals and failures. Changes write theirs in their own transaction.
    async fn audit_insert(&self, event: &AuditEvent) -> StoreResult<()>;

    /// Newest first.
    async fn audit_list(&self, filter: &AuditFilter, page: PageRequest) -> StoreResult<Page<AuditEvent>>;

    /// Removes events from before `before`, oldest first, at most `limit`; tells how many.
    async fn audit_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}

#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// For a message that no other change causes; it is written with the mutation's audit event.
    async fn outbox_insert(&self, message: &OutboxMessage, mutation: &Mutation) -> StoreResult<()>;

    /// Takes up to `limit` messages that are due, until `until`.
    async fn outbox_claim(
        &self,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<OutboxMessage>>;

    /// Delivered, or given up (`gave_up` says why): not tried again.
    async fn outbox_done(
        &self,
        id: OutboxId,
        owner: &str,
        gave_up: Option<&str>,
        now: Timestamp,
    ) -> StoreResult<()>;

    /// Failed: tried again at `run_after`.
    async fn outbox_retry(
        &self,
        id: OutboxId,
        owner: &str,
        run_after: Timestamp,
        error: &str,
    ) -> StoreResult<()>;

    /// Messages that are not done, those included that somebody is at.
    async fn outbox_backlog(&self) -> StoreResult<Backlog>;

    /// Removes messages that were done before `before`, at most `limit`; tells how many.
    async fn outbox_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Removes messages that were due before `before` and that nobody sent, at most `limit`; tells how many.
    async fn outbox_prune_unsent(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}

/// Keys may name people's addresses: they are kept as digests.
#[async_trait]
pub trait ThrottleStore: Send + Sync {
    /// Counts one hit of `key` in its current window. `Some(wait)` when that is more than `limit`.
    async fn throttle_hit(
        &self,
        key: &str,
        limit: u32,
        window: Duration,
        now: Timestamp,
    ) -> StoreResult<Option<Duration>>;

    /// Forgets a key: after a successful sign-in.
    async fn throttle_clear(&self, key: &str) -> StoreResult<()>;

    async fn throttle_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}

#[async_trait]
pub trait RequestStore: Send + Sync {
    /// What this user's request of this id led to; `None` when it was not carried out before, `Reused` when it
    /// had another fingerprint.
    async fn request_find(
        &self,
        user: UserId,
        request_id: Uuid,
        fingerprint: &[u8; 32],
    ) -> StoreResult<Option<Uuid>>;

    /// Forgets request ids that were used before `before`, at most `limit`; tells how many.
    async fn request_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}

#[async_trait]
pub trait DueTimeStore: Send + Sync {
    /// Makes due at `now` what is put off until later than `latest`: operations, messages and deliveries. Tells how many.
    async fn due_times_cut(&self, now: Timestamp, latest: Timestamp) -> StoreResult<u64>;
}

#[async_trait]
pub trait LeaderStore: Send + Sync {
    /// Takes or prolongs a named lease; `false` while somebody else holds it.
    async fn leader_acquire(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<bool>;

    async fn leader_release(&self, name: &str, holder: &str) -> StoreResult<()>;
}

#[async_trait]
pub trait HealthStore: Send + Sync {
    /// One cheap query on each pool: the database answers.
    async fn ping(&self) -> StoreResult<()>;

    /// Asks nobody: what the pools know of themselves.
    fn pools(&self) -> Vec<PoolUsage>;
}
