//! Messages to one place each: claimed by lease, delivered at least once.
//!
//! `due_time` alone says whether a delivery may be claimed: it is `run_after` while nobody is at it, the end of
//! the lease while somebody is, and null when it is over.

use std::collections::HashSet;

use async_trait::async_trait;
use diesel::dsl::{count_star, exists, min};
use diesel::prelude::*;
use uuid::Uuid;

use super::columns::AnyId;
use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::delivery_rows::{self, DeliveryRow, target_id};
use super::errors::{Failure, stale_or_missing};
use super::rows::{limit, parse, parse_all, parse_page};
use super::schema::deliveries;
use super::sql_store::SqlStore;
use super::{mutation, notifications, outbox};
use crate::domain::backlog::Backlog;
use crate::domain::codes::Code as _;
use crate::domain::delivery::{Delivery, DeliveryFilter, DeliveryState, Lane, Recipient, Try, TryOutcome};
use crate::domain::ids::{ChannelId, DeliveryId, OutboxId};
use crate::domain::notification::Notification;
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::ports::store::{DeliveryStore, Mutation, StoreResult};

/// What no row changed means for a guarded write of a lease's owner.
async fn not_ours(c: &mut AnyConn, id: DeliveryId) -> Failure {
    match diesel::select(exists(deliveries::table.find(id))).one(c).await {
        Ok(known) => stale_or_missing(known),
        Err(error) => error.into(),
    }
}

/// Due deliveries among which those to claim are looked for.
const LOOKED_AT: i64 = 200;

/// The deliveries that have waited longest, one to each recipient.
fn first_of_each(due: Vec<(DeliveryId, AnyId)>, limit: usize) -> Vec<DeliveryId> {
    let mut recipients = HashSet::new();
    let firsts = due
        .into_iter()
        .filter(|(_, recipient)| recipients.insert(*recipient));
    firsts.take(limit).map(|(id, _)| id).collect()
}

#[async_trait]
impl DeliveryStore for SqlStore {
    async fn message_expand(
        &self,
        id: OutboxId,
        owner: &str,
        notifications: &[Notification],
        deliveries: &[Delivery],
        now: Timestamp,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    // First: whoever else has the message waits here, and then finds it done.
                    outbox::done(c, id, owner, None, now).await?;
                    for notification in notifications {
                        notifications::insert_in_txn(c, notification).await?;
                    }
                    for delivery in deliveries {
                        delivery_rows::insert_in_txn(c, delivery, None).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn delivery_insert(
        &self,
        delivery: &Delivery,
        owner: &str,
        until: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    delivery_rows::insert_in_txn(c, delivery, Some((owner, until))).await
                })
            })
            .await
    }

    async fn delivery_get(&self, id: DeliveryId) -> StoreResult<Delivery> {
        let row: DeliveryRow = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = deliveries::table.find(id).select(DeliveryRow::as_select());
                    Ok(query.one(c).await?)
                })
            })
            .await?;
        parse(row)
    }

    async fn delivery_list(
        &self,
        channel: ChannelId,
        filter: &DeliveryFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Delivery>> {
        let rows: Vec<DeliveryRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = deliveries::table
                        .filter(deliveries::target_id.eq(target_id(Recipient::Channel(channel))))
                        .select(DeliveryRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(state) = filter.state {
                        query = query.filter(deliveries::state.eq(state.code()));
                    }
                    if let Some(alert) = filter.alert_id {
                        query = query.filter(deliveries::alert_id.eq(AnyId::from_uuid(alert.as_uuid())));
                    }
                    if let Some(after) = page.after {
                        query = query.filter(deliveries::id.lt(DeliveryId::from_uuid(after)));
                    }
                    Ok(query
                        .order(deliveries::id.desc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn delivery_claim(
        &self,
        lane: Lane,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
        busy: &[Recipient],
    ) -> StoreResult<Vec<Delivery>> {
        let rows: Vec<DeliveryRow> = self
            .database
            .write(|c| {
                Scoped::new(async move {
                    let busy: Vec<AnyId> = busy.iter().map(|one| target_id(*one)).collect();
                    let due: Vec<(DeliveryId, AnyId)> = deliveries::table
                        .filter(deliveries::lane.eq(lane.code()).and(deliveries::due_time.le(now)))
                        .filter(deliveries::target_id.ne_all(busy))
                        .order(deliveries::due_time)
                        .limit(LOOKED_AT)
                        .select((deliveries::id, deliveries::target_id))
                        .all(c)
                        .await?;
                    let due = first_of_each(due, limit as usize);
                    if due.is_empty() {
                        return Ok(Vec::new());
                    }
                    let claim = AnyId::from_uuid(Uuid::now_v7());
                    let still_due = deliveries::id
                        .eq_any(due.iter().copied())
                        .and(deliveries::due_time.le(now));
                    diesel::update(deliveries::table.filter(still_due))
                        .set((
                            deliveries::due_time.eq(until),
                            deliveries::lease_owner.eq(owner),
                            deliveries::claim_id.eq(claim),
                        ))
                        .exec(c)
                        .await?;
                    let ours = deliveries::id.eq_any(due).and(deliveries::claim_id.eq(claim));
                    let query = deliveries::table.filter(ours).select(DeliveryRow::as_select());
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(parse_all(rows))
    }

    async fn delivery_record(
        &self,
        id: DeliveryId,
        owner: &str,
        made: &Try,
        now: Timestamp,
    ) -> StoreResult<()> {
        let (state, again) = match made.outcome {
            TryOutcome::Delivered => (DeliveryState::Delivered, None),
            TryOutcome::Failed => (DeliveryState::Failed, None),
            TryOutcome::Again(at) => (DeliveryState::Pending, Some(at)),
        };
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let ours = deliveries::table
                        .find(id)
                        .filter(deliveries::lease_owner.eq(owner));
                    let changed = diesel::update(ours)
                        .set((
                            deliveries::state.eq(state.code()),
                            deliveries::attempts.eq(deliveries::attempts + 1),
                            deliveries::status_code.eq(made.status_code.map(i64::from)),
                            deliveries::error.eq(made.error.as_str()),
                            deliveries::run_after.eq(again.unwrap_or(now)),
                            deliveries::due_time.eq(again),
                            deliveries::lease_owner.eq(None::<&str>),
                            deliveries::claim_id.eq(None::<AnyId>),
                            deliveries::end_time.eq(again.is_none().then_some(now)),
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

    async fn delivery_postpone(&self, id: DeliveryId, owner: &str, run_after: Timestamp) -> StoreResult<()> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let ours = deliveries::table
                        .find(id)
                        .filter(deliveries::lease_owner.eq(owner));
                    let changed = diesel::update(ours)
                        .set((
                            deliveries::run_after.eq(run_after),
                            deliveries::due_time.eq(run_after),
                            deliveries::lease_owner.eq(None::<&str>),
                            deliveries::claim_id.eq(None::<AnyId>),
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

    async fn delivery_again(&self, id: DeliveryId, now: Timestamp, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    let untouched = deliveries::lease_owner.is_null().or(deliveries::due_time.le(now));
                    let idle = deliveries::table.filter(deliveries::id.eq(id)).filter(untouched);
                    let changed = diesel::update(idle)
                        .set((
                            deliveries::state.eq(DeliveryState::Pending.code()),
                            deliveries::run_after.eq(now),
                            deliveries::due_time.eq(now),
                            deliveries::start_time.eq(now),
                            deliveries::lease_owner.eq(None::<&str>),
                            deliveries::claim_id.eq(None::<AnyId>),
                            deliveries::end_time.eq(None::<Timestamp>),
                        ))
                        .exec(c)
                        .await?;
                    let known: bool =
                        changed == 1 || diesel::select(exists(deliveries::table.find(id))).one(c).await?;
                    if known {
                        Ok(())
                    } else {
                        Err(stale_or_missing(false))
                    }
                })
            })
            .await
    }

    async fn delivery_backlog(&self) -> StoreResult<Vec<(Lane, Backlog)>> {
        let mut all = Vec::with_capacity(Lane::ALL.len());
        for lane in Lane::ALL.iter().copied() {
            let (waiting, oldest): (i64, Option<Timestamp>) = self
                .database
                .read(|c| {
                    Scoped::new(async move {
                        let query = deliveries::table
                            .filter(
                                deliveries::lane
                                    .eq(lane.code())
                                    .and(deliveries::due_time.is_not_null()),
                            )
                            .select((count_star(), min(deliveries::start_time)));
                        Ok(query.one(c).await?)
                    })
                })
                .await?;
            let backlog = Backlog {
                waiting: waiting.unsigned_abs(),
                oldest,
            };
            all.push((lane, backlog));
        }
        Ok(all)
    }

    async fn delivery_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let over: Vec<DeliveryId> = deliveries::table
                        .filter(deliveries::end_time.lt(before))
                        .order(deliveries::end_time)
                        .limit(limit.into())
                        .select(deliveries::id)
                        .all(c)
                        .await?;
                    // One that was asked for again meanwhile is not over any more.
                    let still_over = deliveries::id.eq_any(over).and(deliveries::end_time.lt(before));
                    let removed = diesel::delete(deliveries::table.filter(still_over))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }

    async fn delivery_prune_unsent(&self, lane: Lane, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let unsent: Vec<DeliveryId> = deliveries::table
                        .filter(
                            deliveries::lane
                                .eq(lane.code())
                                .and(deliveries::due_time.lt(before)),
                        )
                        .order(deliveries::due_time)
                        .limit(limit.into())
                        .select(deliveries::id)
                        .all(c)
                        .await?;
                    let still_unsent = deliveries::id.eq_any(unsent).and(deliveries::due_time.lt(before));
                    let removed = diesel::delete(deliveries::table.filter(still_unsent))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }
}
