//! The rows of days: a block's day has one as long as all of its samples are there. It says whether they are
//! rolled up, and how far.

use diesel::dsl::min;
use diesel::prelude::*;

use crate::adapters::store::connection::{AnyConn, Run};
use crate::adapters::store::errors::{Outcome, is_unique_violation, lost_race};
use crate::adapters::store::schema::{stat_days, stat_retention};
use crate::domain::etag::Generation;
use crate::domain::time::Timestamp;

/// The name of the one row of `stat_retention`.
pub(super) const RETENTION: &str = "samples";

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = stat_days)]
pub(super) struct DayRow {
    pub(super) day_start: Timestamp,
    pub(super) block: i64,
    pub(super) generation: Generation,
    pub(super) next_slot: i64,
}

/// There are new samples: the day is rolled up, again if it was before.
pub(super) async fn mark_in_txn(c: &mut AnyConn, day: Timestamp, block: i64) -> Outcome<()> {
    let marked = diesel::update(stat_days::table.find((day, block)))
        .set((
            stat_days::pending.eq(true),
            stat_days::next_slot.eq(0),
            stat_days::generation.eq(stat_days::generation + 1),
        ))
        .exec(c)
        .await?;
    if marked == 1 {
        return Ok(());
    }
    let inserted = diesel::insert_into(stat_days::table)
        .values((
            stat_days::day_start.eq(day),
            stat_days::block.eq(block),
            stat_days::generation.eq(Generation::FIRST),
            stat_days::pending.eq(true),
            stat_days::next_slot.eq(0),
        ))
        .exec(c)
        .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if is_unique_violation(&error) => Err(lost_race()),
        Err(error) => Err(error.into()),
    }
}

/// The oldest day that began at or before `last` and is not rolled up.
pub(super) async fn pending(c: &mut AnyConn, last: Timestamp) -> Outcome<Option<DayRow>> {
    let query = stat_days::table
        .filter(stat_days::pending.eq(true))
        .filter(stat_days::day_start.le(last))
        .order((stat_days::day_start, stat_days::block))
        .limit(1)
        .select(DayRow::as_select());
    Ok(query.all(c).await?.pop())
}

/// When the oldest day began that is not rolled up.
pub(super) async fn oldest_pending(c: &mut AnyConn) -> Outcome<Option<Timestamp>> {
    let query = stat_days::table
        .filter(stat_days::pending.eq(true))
        .select(min(stat_days::day_start));
    Ok(query.one(c).await?)
}

/// Records how far the day is rolled up, `None` when to its end; `false` when it is not as it was seen.
pub(super) async fn advance_in_txn(c: &mut AnyConn, seen: &DayRow, next_slot: Option<i64>) -> Outcome<bool> {
    let row = stat_days::table
        .find((seen.day_start, seen.block))
        .filter(stat_days::generation.eq(seen.generation));
    let changed = diesel::update(row)
        .set((
            stat_days::pending.eq(next_slot.is_some()),
            stat_days::next_slot.eq(next_slot.unwrap_or(0)),
            stat_days::generation.eq(seen.generation.next()),
        ))
        .exec(c)
        .await?;
    Ok(changed == 1)
}

/// Of the days of a block that begin in `from..to`, those that have samples and are not rolled up.
pub(super) async fn unrolled(
    c: &mut AnyConn,
    block: i64,
    from: Timestamp,
    to: Timestamp,
) -> Outcome<Vec<Timestamp>> {
    let query = stat_days::table
        .filter(stat_days::pending.eq(true))
        .filter(stat_days::day_start.ge(from))
        .filter(stat_days::day_start.lt(to))
        .filter(stat_days::block.eq(block))
        .select(stat_days::day_start);
    Ok(query.all(c).await?)
}

/// The day before which there are no samples any more.
pub(super) async fn raw_from(c: &mut AnyConn) -> Outcome<Timestamp> {
    let query = stat_retention::table
        .find(RETENTION)
        .select(stat_retention::raw_from);
    Ok(query.one(c).await?)
}

/// From now on samples of before `day` are not kept; `false` when that was so before.
pub(super) async fn forget_before_in_txn(c: &mut AnyConn, day: Timestamp) -> Outcome<bool> {
    let earlier = stat_retention::table
        .find(RETENTION)
        .filter(stat_retention::raw_from.lt(day));
    let moved = diesel::update(earlier)
        .set(stat_retention::raw_from.eq(day))
        .exec(c)
        .await?;
    diesel::delete(stat_days::table.filter(stat_days::day_start.lt(day)))
        .exec(c)
        .await?;
    Ok(moved == 1)
}

/// From now on samples of `day` and later are kept again.
pub(super) async fn remember_from_in_txn(c: &mut AnyConn, day: Timestamp) -> Outcome<()> {
    let later = stat_retention::table
        .find(RETENTION)
        .filter(stat_retention::raw_from.gt(day));
    diesel::update(later)
        .set(stat_retention::raw_from.eq(day))
        .exec(c)
        .await?;
    Ok(())
}
