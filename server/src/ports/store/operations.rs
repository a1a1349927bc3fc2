//! Durable work: accepted, claimed by lease, logged step by step.

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::change::Change;
use crate::domain::ids::OperationId;
use crate::domain::operation::{Lease, Operation, OperationAdvance, OperationFilter, StepRecord};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;

#[async_trait]
pub trait OperationStore: Send + Sync {
    /// Writes the operation, the changes and the audit event in one transaction. `Replayed` with the first
    /// operation's id when this user used the request id before; `AlreadyExists` for a taken server or
    /// snapshot name; `Stale` when a claim's guard does not hold.
    async fn operation_create(
        &self,
        operation: &Operation,
        changes: &[Change],
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn operation_get(&self, id: OperationId) -> StoreResult<Operation>;

    /// Newest first.
    async fn operation_list(
        &self,
        filter: &OperationFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Operation>>;

    /// Oldest first.
    async fn operation_steps(&self, id: OperationId) -> StoreResult<Vec<StepRecord>>;

    /// Takes up to `limit` operations that are due and free, or whose lease ran out. Their epoch is one
    /// higher; one that was `Pending` becomes `Running` and gets `now` as its `start_time`.
    /// One whose row does not parse becomes stuck in place of being given out.
    async fn operation_claim(
        &self,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<Operation>>;

    /// When the next operation that is not terminal becomes due; `None` when there is none.
    async fn operation_next_due(&self) -> StoreResult<Option<Timestamp>>;

    /// Prolongs a lease and tells whether cancelling was asked for. `Stale` when the lease is lost.
    async fn operation_renew(&self, lease: &Lease, until: Timestamp) -> StoreResult<bool>;

    /// Adds a line to the log. `Stale` when the lease is lost.
    async fn operation_record(&self, lease: &Lease, record: &StepRecord) -> StoreResult<()>;

    /// Writes progress alone. `Stale` when the lease is lost.
    async fn operation_progress(
        &self,
        lease: &Lease,
        progress: &crate::domain::operation::Progress,
    ) -> StoreResult<()>;

    /// Moves the operation on, with the lines and changes that belong to it, in one transaction.
    /// `Stale` when the lease is lost or a change's guard does not hold.
    async fn operation_advance(
        &self,
        lease: &Lease,
        advance: &OperationAdvance,
        records: &[StepRecord],
        changes: &[Change],
    ) -> StoreResult<()>;

    /// Asks for a cancel; `Stale` when the operation is neither pending nor running. Makes it due at once.
    async fn operation_cancel(&self, id: OperationId, now: Timestamp, mutation: &Mutation)
    -> StoreResult<()>;

    /// Lets a stuck operation unwind again; `Stale` when it is not stuck.
    async fn operation_retry(&self, id: OperationId, now: Timestamp, mutation: &Mutation) -> StoreResult<()>;

    /// Removes operations that ended before `before`, with their steps, at most `limit`; tells how many.
    async fn operation_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Operations by state, for the metrics: stuck ones and those that wait.
    async fn operation_counts(&self) -> StoreResult<Vec<(crate::domain::operation::OperationState, u64)>>;
}
