//! Durable work: accepted with the changes that begin it, read by callers, cancelled and retried.
//! What workers do is in `operation_lease.rs`.

use async_trait::async_trait;
use diesel::dsl::{count_star, exists};
use diesel::prelude::*;

use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Failure, Outcome, stale_or_missing};
use super::operation_rows::{OperationRow, StepRow};
use super::rows::{limit, parse, parse_page};
use super::schema::{operation_steps, operations};
use super::sql_store::SqlStore;
use super::{changes, mutation, operation_lease};
use crate::domain::change::Change;
use crate::domain::codes::Code;
use crate::domain::ids::OperationId;
use crate::domain::operation::{
    Lease, Operation, OperationAdvance, OperationFilter, OperationState, Progress, StepRecord,
};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::ports::store::{Mutation, OperationStore, StoreResult};

async fn load(c: &mut AnyConn, id: OperationId) -> Outcome<OperationRow> {
    let query = operations::table.find(id).select(OperationRow::as_select());
    Ok(query.one(c).await?)
}

async fn insert_in_txn(c: &mut AnyConn, operation: &Operation) -> Outcome<()> {
    let due = operation_lease::due_time(operation.state, operation.run_after);
    diesel::insert_into(operations::table)
        .values((OperationRow::from(operation), operations::due_time.eq(due)))
        .exec(c)
        .await?;
    Ok(())
}

/// Why a guarded write by somebody without a lease changed nothing.
async fn not_changed(c: &mut AnyConn, id: OperationId) -> Failure {
    match diesel::select(exists(operations::table.find(id))).one(c).await {
        Ok(known) => stale_or_missing(known),
        Err(error) => error.into(),
    }
}

async fn cancel_in_txn(c: &mut AnyConn, id: OperationId, now: Timestamp) -> Outcome<()> {
    let forward = [OperationState::Pending.code(), OperationState::Running.code()];
    let going = operations::table
        .find(id)
        .filter(operations::state.eq_any(forward));
    let asked = diesel::update(going)
        .set(operations::cancel_requested.eq(true))
        .exec(c)
        .await?;
    if asked != 1 {
        return Err(not_changed(c, id).await);
    }
    // Whoever is at it sees the wish when it renews its lease; otherwise somebody is to come now.
    let waiting = operations::lease_owner
        .is_null()
        .and(operations::due_time.is_not_null());
    diesel::update(operations::table.find(id).filter(waiting))
        .set((operations::run_after.eq(now), operations::due_time.eq(now)))
        .exec(c)
        .await?;
    Ok(())
}

async fn retry_in_txn(c: &mut AnyConn, id: OperationId, now: Timestamp) -> Outcome<()> {
    let stuck = operations::table
        .find(id)
        .filter(operations::state.eq(OperationState::Stuck.code()));
    let changed = diesel::update(stuck)
        .set((
            operations::state.eq(OperationState::Unwinding.code()),
            operations::attempt.eq(0_i64),
            operations::run_after.eq(now),
            operations::due_time.eq(now),
        ))
        .exec(c)
        .await?;
    match changed {
        1 => Ok(()),
        _ => Err(not_changed(c, id).await),
    }
}

impl SqlStore {
    async fn strand(&self, lease: &Lease) -> StoreResult<()> {
        self.database
            .transaction(|c| Scoped::new(operation_lease::strand_in_txn(c, lease)))
            .await
    }
}

#[async_trait]
impl OperationStore for SqlStore {
    async fn operation_create(
        &self,
        operation: &Operation,
        changes: &[Change],
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    insert_in_txn(c, operation).await?;
                    changes::apply_in_txn(c, changes).await
                })
            })
            .await
    }

    async fn operation_get(&self, id: OperationId) -> StoreResult<Operation> {
        parse(self.database.read(|c| Scoped::new(load(c, id))).await?)
    }

    async fn operation_list(
        &self,
        filter: &OperationFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Operation>> {
        let rows: Vec<OperationRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = operations::table
                        .select(OperationRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(owner) = filter.owner_id {
                        query = query.filter(operations::owner_id.eq(owner));
                    }
                    if let Some(server) = filter.server_id {
                        query = query.filter(operations::server_id.eq(server));
                    }
                    if !filter.states.is_empty() {
                        let codes: Vec<_> = filter.states.iter().map(|state| state.code()).collect();
                        query = query.filter(operations::state.eq_any(codes));
                    }
                    if let Some(after) = page.after {
                        query = query.filter(operations::id.lt(OperationId::from_uuid(after)));
                    }
                    let query = query.order(operations::id.desc()).limit(limit(page.size));
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn operation_steps(&self, id: OperationId) -> StoreResult<Vec<StepRecord>> {
        let rows: Vec<StepRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = operation_steps::table
                        .filter(operation_steps::operation_id.eq(id))
                        .order(operation_steps::id.asc())
                        .select(StepRow::as_select());
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        // A worker decides by these lines: it must not see a log with a line left out.
        rows.into_iter().map(parse).collect()
    }

    async fn operation_claim(
        &self,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<Operation>> {
        let rows = self
            .database
            .write(|c| Scoped::new(operation_lease::claim(c, owner, now, until, limit)))
            .await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let lease = row.lease();
            match parse(row) {
                Ok(operation) => claimed.push(operation),
                Err(_) => self.strand(&lease).await?,
            }
        }
        Ok(claimed)
    }

    async fn operation_next_due(&self) -> StoreResult<Option<Timestamp>> {
        self.database
            .read(|c| Scoped::new(operation_lease::next_due(c)))
            .await
    }

    async fn operation_renew(&self, lease: &Lease, until: Timestamp) -> StoreResult<bool> {
        self.database
            .write(|c| Scoped::new(operation_lease::renew(c, lease, until)))
            .await
    }

    async fn operation_record(&self, lease: &Lease, record: &StepRecord) -> StoreResult<()> {
        let records = std::slice::from_ref(record);
        self.database
            .transaction(|c| Scoped::new(operation_lease::record_in_txn(c, lease, records)))
            .await
    }

    async fn operation_progress(&self, lease: &Lease, progress: &Progress) -> StoreResult<()> {
        self.database
            .write(|c| Scoped::new(operation_lease::write_progress(c, lease, progress)))
            .await
    }

    async fn operation_advance(
        &self,
        lease: &Lease,
        advance: &OperationAdvance,
        records: &[StepRecord],
        changes: &[Change],
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    operation_lease::advance_in_txn(c, lease, advance, records).await?;
                    changes::apply_in_txn(c, changes).await
                })
            })
            .await
    }

    async fn operation_cancel(
        &self,
        id: OperationId,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    cancel_in_txn(c, id, now).await
                })
            })
            .await
    }

    async fn operation_retry(&self, id: OperationId, now: Timestamp, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    retry_in_txn(c, id, now).await
                })
            })
            .await
    }

    async fn operation_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    let ended: Vec<OperationId> = operations::table
                        .filter(operations::end_time.lt(before))
                        .order(operations::end_time)
                        .limit(limit.into())
                        .select(operations::id)
                        .all(c)
                        .await?;
                    let steps = operation_steps::operation_id.eq_any(ended.iter().copied());
                    diesel::delete(operation_steps::table.filter(steps))
                        .exec(c)
                        .await?;
                    let removed = diesel::delete(operations::table.filter(operations::id.eq_any(ended)))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }

    async fn operation_counts(&self) -> StoreResult<Vec<(OperationState, u64)>> {
        let counts: Vec<(String, i64)> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = operations::table
                        .group_by(operations::state)
                        .select((operations::state, count_star()));
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        let known = counts
            .into_iter()
            .filter_map(|(code, count)| Some((OperationState::from_code(&code)?, count.unsigned_abs())));
        Ok(known.collect())
    }
}
