//! The rows of frames: one look at the subjects of a block.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary};

use crate::adapters::store::connection::{AnyConn, AnyDb, Run};
use crate::adapters::store::errors::Outcome;
use crate::adapters::store::one_of::one_of;
use crate::adapters::store::schema::stat_frames;
use crate::domain::etag::Generation;
use crate::domain::time::Timestamp;

/// Bytes of one statement at most: below what servers accept unless they are told otherwise.
const STATEMENT_BYTES: usize = 1 << 20;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = stat_frames)]
pub(super) struct FrameRow {
    pub(super) block: i64,
    pub(super) look_time: Timestamp,
    pub(super) generation: Generation,
    pub(super) body: Vec<u8>,
}

impl FrameRow {
    /// How logs and errors name it.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.block, self.look_time.as_micros())
    }
}

pub(super) async fn insert_all_in_txn(c: &mut AnyConn, rows: &[FrameRow]) -> QueryResult<()> {
    let mut rest = rows;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take_while(|row| {
            bytes += row.body.len();
            bytes <= STATEMENT_BYTES
        });
        let (now, later) = rest.split_at(fits.count().max(1));
        InsertFrames { rows: now.to_vec() }.exec(c).await?;
        rest = later;
    }
    Ok(())
}

/// `INSERT` of many rows, which diesel does not offer for two engines at once.
struct InsertFrames {
    rows: Vec<FrameRow>,
}

impl QueryFragment<AnyDb> for InsertFrames {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyDb>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("INSERT INTO stat_frames (block, look_time, generation, body) VALUES ");
        for (index, row) in self.rows.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            out.push_bind_param::<BigInt, _>(&row.block)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&row.look_time)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&row.generation)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, _>(&row.body)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

impl QueryId for InsertFrames {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

pub(super) async fn get(c: &mut AnyConn, block: i64, time: Timestamp) -> Outcome<Option<FrameRow>> {
    let query = stat_frames::table
        .find((block, time))
        .select(FrameRow::as_select());
    Ok(query.all(c).await?.pop())
}

/// Whether the row still had this generation.
pub(super) async fn replace_in_txn(c: &mut AnyConn, seen: &FrameRow, body: &[u8]) -> Outcome<bool> {
    let seen_row = stat_frames::table
        .find((seen.block, seen.look_time))
        .filter(stat_frames::generation.eq(seen.generation));
    let changed = diesel::update(seen_row)
        .set((
            stat_frames::body.eq(body),
            stat_frames::generation.eq(seen.generation.next()),
        ))
        .exec(c)
        .await?;
    Ok(changed == 1)
}

/// The block and time of the oldest frame before `before`.
pub(super) async fn oldest(c: &mut AnyConn, before: Timestamp) -> Outcome<Option<(i64, Timestamp)>> {
    let query = stat_frames::table
        .filter(stat_frames::look_time.lt(before))
        .order((stat_frames::look_time, stat_frames::block))
        .select((stat_frames::block, stat_frames::look_time))
        .limit(1);
    Ok(query.all(c).await?.pop())
}

/// At most `limit` frames of `from..to`, oldest first.
pub(super) async fn of_time(
    c: &mut AnyConn,
    block: i64,
    from: Timestamp,
    to: Timestamp,
    limit: i64,
) -> Outcome<Vec<FrameRow>> {
    let query = stat_frames::table
        .filter(stat_frames::block.eq(block))
        .filter(stat_frames::look_time.ge(from))
        .filter(stat_frames::look_time.lt(to))
        .order(stat_frames::look_time)
        .limit(limit)
        .select(FrameRow::as_select());
    Ok(query.all(c).await?)
}

/// The times of the frames of `from..to`.
pub(super) async fn times(
    c: &mut AnyConn,
    block: i64,
    from: Timestamp,
    to: Timestamp,
) -> Outcome<Vec<Timestamp>> {
    let query = stat_frames::table
        .filter(stat_frames::block.eq(block))
        .filter(stat_frames::look_time.ge(from))
        .filter(stat_frames::look_time.lt(to))
        .select(stat_frames::look_time);
    Ok(query.all(c).await?)
}

/// At most `limit` frames before `to`, newest first.
pub(super) async fn newest(c: &mut AnyConn, block: i64, to: Timestamp, limit: i64) -> Outcome<Vec<FrameRow>> {
    let query = stat_frames::table
        .filter(stat_frames::block.eq(block))
        .filter(stat_frames::look_time.lt(to))
        .order(stat_frames::look_time.desc())
        .limit(limit)
        .select(FrameRow::as_select());
    Ok(query.all(c).await?)
}

/// Removes these frames; `false` when one of them is not as it was seen.
pub(super) async fn remove_in_txn(c: &mut AnyConn, block: i64, seen: &[FrameRow]) -> Outcome<bool> {
    let (first, changed): (Vec<_>, Vec<_>) = seen.iter().partition(|row| row.generation == Generation::FIRST);
    for rows in first.chunks(256) {
        let asked = stat_frames::table
            .filter(stat_frames::block.eq(block))
            .filter(one_of(
                stat_frames::look_time,
                rows.iter().map(|row| row.look_time),
            ))
            .filter(stat_frames::generation.eq(Generation::FIRST));
        if diesel::delete(asked).exec(c).await? != rows.len() {
            return Ok(false);
        }
    }
    for row in changed {
        let asked = stat_frames::table
            .find((block, row.look_time))
            .filter(stat_frames::generation.eq(row.generation));
        if diesel::delete(asked).exec(c).await? != 1 {
            return Ok(false);
        }
    }
    Ok(true)
}
