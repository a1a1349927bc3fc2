//! Messages that leave after the change that caused them: claimed by lease, delivered at least once.
//!
//! `due_time` alone says whether a message may be claimed: it is `run_after` while nobody is at it,
//! the end of the lease while somebody is, and null when the message is done.

use async_trait::async_trait;
use diesel::dsl::{count_star, exists, min};
use diesel::prelude::*;
use uuid::Uuid;

use super::columns::AnyId;
use super::connection::{AnyConn, Run, Scoped};
use super::errors::{Failure, Outcome, stale_or_missing};
use super::mutation;
use super::rows::{Row, parse_all};
use super::schema::outbox;
use super::sql_store::SqlStore;
use crate::domain::backlog::Backlog;
use crate::domain::ids::OutboxId;
use crate::domain::outbox::OutboxMessage;
use crate::domain::time::Timestamp;
use crate::ports::store::{Mutation, OutboxStore, StoreError, StoreResult};

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct OutboxRow {
    id: OutboxId,
    body: String,
    attempt: i64,
    run_after: Timestamp,
    create_time: Timestamp,
}

impl Row for OutboxRow {
    type Domain = OutboxMessage;
    const TABLE: &'static str = "outbox";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<OutboxMessage> {
        Some(OutboxMessage {
            id: self.id,
            body: serde_json::from_str(&self.body).ok()?,
            attempt: self.attempt.try_into().ok()?,
            run_after: self.run_after,
            create_time: self.create_time,
        })
    }
}

pub(super) async fn insert_in_txn(c: &mut AnyConn, message: &OutboxMessage) -> Outcome<()> {
    let body = serde_json::to_string(&message.body).map_err(|error| StoreError::Other(error.into()))?;
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(message.id),
            outbox::body.eq(body),
            outbox::attempt.eq(i64::from(message.attempt)),
            outbox::run_after.eq(message.run_after),
            outbox::due_time.eq(message.run_after),
            outbox::last_error.eq(""),
            outbox::gave_up.eq(false),
            outbox::create_time.eq(message.create_time),
        ))
        .exec(c)
        .await?;
    Ok(())
}

/// What no row changed means for a guarded write of a lease's owner.
async fn not_ours(c: &mut AnyConn, id: OutboxId) -> Failure {
    match diesel::select(exists(outbox::table.find(id))).one(c).await {
        Ok(known) => stale_or_missing(known),
        Err(error) => error.into(),
    }
}

/// Ends a message that `owner` has claimed.
pub(super) async fn done(
    c: &mut AnyConn,
    id: OutboxId,
    owner: &str,
    gave_up: Option<&str>,
    now: Timestamp,
) -> Outcome<()> {
    let ours = outbox::table.find(id).filter(outbox::lease_owner.eq(owner));
    let changed = diesel::update(ours)
        .set((
            outbox::due_time.eq(None::<Timestamp>),
            outbox::lease_owner.eq(None::<&str>),
            outbox::claim_id.eq(None::<AnyId>),
            outbox::gave_up.eq(gave_up.is_some()),
            outbox::last_error.eq(gave_up.unwrap_or_default()),
            outbox::done_time.eq(now),
        ))
        .exec(c)
        .await?;
    match changed {
        1 => Ok(()),
        _ => Err(not_ours(c, id).await),
    }
}

#[async_trait]
impl OutboxStore for SqlStore {
    async fn outbox_insert(&self, message: &OutboxMessage, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    insert_in_txn(c, message).await
                })
            })
            .await
    }

    async fn outbox_claim(
        &self,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<OutboxMessage>> {
        let rows: Vec<OutboxRow> = self
            .database
            .write(|c| {
                Scoped::new(async move {
                    let due: Vec<OutboxId> = outbox::table
                        .filter(outbox::due_time.le(now))
                        .order(outbox::due_time)
                        .limit(limit.into())
                        .select(outbox::id)
                        .all(c)
                        .await?;
                    if due.is_empty() {
                        return Ok(Vec::new());
                    }
                    let claim = AnyId::from_uuid(Uuid::now_v7());
                    let still_due = outbox::id
                        .eq_any(due.iter().copied())
                        .and(outbox::due_time.le(now));
                    diesel::update(outbox::table.filter(still_due))
                        .set((
                            outbox::due_time.eq(until),
                            outbox::lease_owner.eq(owner),
                            outbox::claim_id.eq(claim),
                        ))
                        .exec(c)
                        .await?;
                    let ours = outbox::id.eq_any(due).and(outbox::claim_id.eq(claim));
                    let query = outbox::table.filter(ours).select(OutboxRow::as_select());
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(parse_all(rows))
    }

    async fn outbox_done(
        &self,
        id: OutboxId,
        owner: &str,
        gave_up: Option<&str>,
        now: Timestamp,
    ) -> StoreResult<()> {
        self.database
            .write(|c| Scoped::new(async move { done(c, id, owner, gave_up, now).await }))
            .await
    }

    async fn outbox_retry(
        &self,
        id: OutboxId,
        owner: &str,
        run_after: Timestamp,
        error: &str,
    ) -> StoreResult<()> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let ours = outbox::table.find(id).filter(outbox::lease_owner.eq(owner));
                    let changed = diesel::update(ours)
                        .set((
                            outbox::attempt.eq(outbox::attempt + 1),
                            outbox::run_after.eq(run_after),
                            outbox::due_time.eq(run_after),
                            outbox::lease_owner.eq(None::<&str>),
                            outbox::claim_id.eq(None::<AnyId>),
                            outbox::last_error.eq(error),
                        ))
                        .exec(c)
                        .await?;
                    match changed {
                        1 => Ok(()),
                        _ => Err(not_ours(c, id).await),
                    }
                })
            })
            .await
    }

    async fn outbox_backlog(&self) -> StoreResult<Backlog> {
        let (waiting, oldest): (i64, Option<Timestamp>) = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = outbox::table
                        .filter(outbox::due_time.is_not_null())
                        .select((count_star(), min(outbox::create_time)));
                    Ok(query.one(c).await?)
                })
            })
            .await?;
        Ok(Backlog {
            waiting: waiting.unsigned_abs(),
            oldest,
        })
    }

    async fn outbox_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let done: Vec<OutboxId> = outbox::table
                        .filter(outbox::done_time.lt(before))
                        .order(outbox::done_time)
                        .limit(limit.into())
                        .select(outbox::id)
                        .all(c)
                        .await?;
                    let removed = diesel::delete(outbox::table.filter(outbox::id.eq_any(done)))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }

    async fn outbox_prune_unsent(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let unsent: Vec<OutboxId> = outbox::table
                        .filter(outbox::due_time.lt(before))
                        .order(outbox::due_time)
                        .limit(limit.into())
                        .select(outbox::id)
                        .all(c)
                        .await?;
                    let still_unsent = outbox::id.eq_any(unsent).and(outbox::due_time.lt(before));
                    let removed = diesel::delete(outbox::table.filter(still_unsent)).exec(c).await?;
                    Ok(removed as u64)
                })
            })
            .await
    }
}
