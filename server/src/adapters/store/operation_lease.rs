//! What a worker does to operations: claims them and writes under its lease.
//!
//! `due_time` alone says whether an operation may be claimed: it is `run_after` while nobody is at
//! it, the end of the lease while somebody is, and null when it has ended or is stuck. Every write
//! names the epoch of its claim; a lease that was lost or given back changes no row.

use diesel::dsl::{exists, min};
use diesel::prelude::*;
use uuid::Uuid;

use super::columns::AnyId;
use super::connection::{AnyConn, Run};
use super::errors::{Failure, Outcome, stale_or_missing};
use super::operation_rows::{OperationRow, StepRow};
use super::schema::{operation_steps, operations};
use crate::domain::codes::Code;
use crate::domain::ids::OperationId;
use crate::domain::operation::{Lease, OperationAdvance, OperationState, Progress, StepRecord};
use crate::domain::time::Timestamp;
use crate::ports::store::StoreError;

/// Whether a worker may take up an operation in this state.
const fn is_claimable(state: OperationState) -> bool {
    match state {
        OperationState::Pending | OperationState::Running | OperationState::Unwinding => true,
        OperationState::Succeeded
        | OperationState::Failed
        | OperationState::Cancelled
        | OperationState::Stuck => false,
    }
}

/// When an operation that nobody is at may be claimed.
pub(super) fn due_time(state: OperationState, run_after: Timestamp) -> Option<Timestamp> {
    is_claimable(state).then_some(run_after)
}

/// The operation, as long as this lease holds.
macro_rules! leased {
    ($lease:expr) => {
        operations::table.find($lease.operation_id).filter(
            operations::epoch
                .eq($lease.epoch)
                .and(operations::lease_owner.is_not_null()),
        )
    };
}

async fn lost(c: &mut AnyConn, id: OperationId) -> Failure {
    match diesel::select(exists(operations::table.find(id))).one(c).await {
        Ok(known) => stale_or_missing(known),
        Err(error) => error.into(),
    }
}

/// Two cheap statements find that there is nothing to do; the guard of the third decides races.
pub(super) async fn claim(
    c: &mut AnyConn,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Outcome<Vec<OperationRow>> {
    let due: Vec<OperationId> = operations::table
        .filter(operations::due_time.le(now))
        .order(operations::due_time)
        .limit(limit.into())
        .select(operations::id)
        .all(c)
        .await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let claim = AnyId::from_uuid(Uuid::now_v7());
    let still_due = operations::id
        .eq_any(due.iter().copied())
        .and(operations::due_time.le(now));
    diesel::update(operations::table.filter(still_due))
        .set((
            operations::lease_owner.eq(owner),
            operations::lease_until.eq(until),
            operations::due_time.eq(until),
            operations::claim_id.eq(claim),
            operations::epoch.eq(operations::epoch + 1),
        ))
        .exec(c)
        .await?;
    let ours = operations::id.eq_any(due).and(operations::claim_id.eq(claim));
    let begun = ours
        .clone()
        .and(operations::state.eq(OperationState::Pending.code()));
    diesel::update(operations::table.filter(begun))
        .set((
            operations::state.eq(OperationState::Running.code()),
            operations::start_time.eq(now),
        ))
        .exec(c)
        .await?;
    let query = operations::table
        .filter(ours)
        .order(operations::run_after)
        .select(OperationRow::as_select());
    Ok(query.all(c).await?)
}

pub(super) async fn next_due(c: &mut AnyConn) -> Outcome<Option<Timestamp>> {
    Ok(operations::table.select(min(operations::due_time)).one(c).await?)
}

/// Prolongs a lease and tells whether cancelling was asked for.
pub(super) async fn renew(c: &mut AnyConn, lease: &Lease, until: Timestamp) -> Outcome<bool> {
    let renewed = diesel::update(leased!(lease))
        .set((operations::lease_until.eq(until), operations::due_time.eq(until)))
        .exec(c)
        .await?;
    if renewed != 1 {
        return Err(lost(c, lease.operation_id).await);
    }
    let query = operations::table
        .find(lease.operation_id)
        .select(operations::cancel_requested);
    Ok(query.one(c).await?)
}

pub(super) async fn write_progress(c: &mut AnyConn, lease: &Lease, progress: &Progress) -> Outcome<()> {
    let changed = diesel::update(leased!(lease))
        .set((
            operations::progress_percent.eq(progress.percent.map(i64::from)),
            operations::progress_text.eq(&progress.text),
        ))
        .exec(c)
        .await?;
    match changed {
        1 => Ok(()),
        _ => Err(lost(c, lease.operation_id).await),
    }
}

/// Adds lines to the log. The lease is looked at by a write, which holds the row until the end of
/// the transaction: nobody can claim the operation in between.
pub(super) async fn record_in_txn(c: &mut AnyConn, lease: &Lease, records: &[StepRecord]) -> Outcome<()> {
    let held = diesel::update(leased!(lease))
        .set(operations::epoch.eq(lease.epoch))
        .exec(c)
        .await?;
    if held != 1 {
        return Err(lost(c, lease.operation_id).await);
    }
    insert_records_in_txn(c, records).await
}

async fn insert_records_in_txn(c: &mut AnyConn, records: &[StepRecord]) -> Outcome<()> {
    for record in records {
        diesel::insert_into(operation_steps::table)
            .values(StepRow::from(record))
            .exec(c)
            .await?;
    }
    Ok(())
}

pub(super) async fn advance_in_txn(
    c: &mut AnyConn,
    lease: &Lease,
    advance: &OperationAdvance,
    records: &[StepRecord],
) -> Outcome<()> {
    let error = advance.error.as_ref();
    let params = advance.params.as_ref().map(ToString::to_string);
    let changed = diesel::update(leased!(lease))
        .set((
            operations::state.eq(advance.state.code()),
            operations::next_step.eq(i64::from(advance.next_step)),
            operations::attempt.eq(i64::from(advance.attempt)),
            operations::run_after.eq(advance.run_after),
            operations::progress_percent.eq(advance.progress.percent.map(i64::from)),
            operations::progress_text.eq(&advance.progress.text),
            operations::error_reason.eq(error.map(|error| &error.reason)),
            operations::error_message.eq(error.map(|error| &error.message)),
            operations::error_detail.eq(error.map(|error| &error.detail)),
            params.map(|params| operations::params.eq(params)),
            operations::end_time.eq(advance.end_time),
        ))
        .exec(c)
        .await?;
    if changed != 1 {
        return Err(lost(c, lease.operation_id).await);
    }
    insert_records_in_txn(c, records).await?;
    if advance.release || !is_claimable(advance.state) {
        give_back_in_txn(c, lease, due_time(advance.state, advance.run_after)).await?;
    }
    Ok(())
}

/// Ends a stuck operation that nobody will retry.
pub(super) async fn abandon_in_txn(c: &mut AnyConn, id: OperationId, now: Timestamp) -> Outcome<()> {
    let stuck = operations::table
        .find(id)
        .filter(operations::state.eq(OperationState::Stuck.code()));
    let ended = diesel::update(stuck)
        .set((
            operations::state.eq(OperationState::Failed.code()),
            operations::end_time.eq(now),
        ))
        .exec(c)
        .await?;
    match ended {
        1 => Ok(()),
        _ => Err(StoreError::Stale.into()),
    }
}

/// Leaves an operation whose row does not parse to an operator: no worker could ever do anything
/// with it. A retry undoes what may have been begun, once a version is there that reads the row.
pub(super) async fn strand_in_txn(c: &mut AnyConn, lease: &Lease) -> Outcome<()> {
    let forward = operations::state.eq(OperationState::Running.code());
    diesel::update(leased!(lease).filter(forward))
        .set(operations::next_step.eq(operations::next_step + 1))
        .exec(c)
        .await?;
    let stranded = diesel::update(leased!(lease))
        .set((
            operations::state.eq(OperationState::Stuck.code()),
            operations::attempt.eq(0_i64),
            operations::error_reason.eq("UNREADABLE_ROW"),
            operations::error_message.eq("the work cannot be read; the operator has to look"),
            operations::error_detail.eq("this version of Hostler does not understand the operation's row"),
        ))
        .exec(c)
        .await?;
    if stranded != 1 {
        return Err(lost(c, lease.operation_id).await);
    }
    give_back_in_txn(c, lease, None).await
}

async fn give_back_in_txn(c: &mut AnyConn, lease: &Lease, due: Option<Timestamp>) -> Outcome<()> {
    diesel::update(leased!(lease))
        .set((
            operations::lease_owner.eq(None::<&str>),
            operations::lease_until.eq(Timestamp::from_micros(0)),
            operations::claim_id.eq(None::<AnyId>),
            operations::due_time.eq(due),
        ))
        .exec(c)
        .await?;
    Ok(())
}
