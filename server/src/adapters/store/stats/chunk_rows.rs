//! The rows of chunks: an hour of samples, or a day of bins, of one subject.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Text};

use crate::adapters::store::connection::{AnyConn, AnyDb, Run};
use crate::adapters::store::errors::{Outcome, is_unique_violation};
use crate::adapters::store::one_of::one_of;
use crate::adapters::store::schema::stat_chunks;
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::tier::Tier;
use crate::domain::time::Timestamp;

/// Bytes of one statement at most: below what servers accept unless they are told otherwise.
const STATEMENT_BYTES: usize = 1 << 20;
/// Chunks that one statement asks for.
const ASKED_AT_ONCE: usize = 256;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = stat_chunks)]
pub(super) struct ChunkRow {
    pub(super) start_time: Timestamp,
    pub(super) subject: i64,
    pub(super) generation: Generation,
    pub(super) body: Vec<u8>,
}

impl ChunkRow {
    /// How logs and errors name it.
    pub(super) fn name(&self, tier: Tier) -> String {
        format!("{tier}/{}/{}", self.start_time.as_micros(), self.subject)
    }
}

/// Of one subject, those that begin at one of these times, oldest first.
pub(super) async fn of_subject(
    c: &mut AnyConn,
    tier: Tier,
    subject: i64,
    starts: &[Timestamp],
) -> Outcome<Vec<ChunkRow>> {
    let mut rows = Vec::new();
    for starts in starts.chunks(ASKED_AT_ONCE) {
        let query = stat_chunks::table
            .filter(stat_chunks::tier.eq(tier.code()))
            .filter(one_of(stat_chunks::start_time, starts.iter().copied()))
            .filter(stat_chunks::subject.eq(subject))
            .select(ChunkRow::as_select());
        rows.extend(query.all(c).await?);
    }
    rows.sort_unstable_by_key(|row: &ChunkRow| row.start_time);
    Ok(rows)
}

/// Of the subjects `first..=last`, those that begin at one of these few times.
pub(super) async fn of_subjects(
    c: &mut AnyConn,
    tier: Tier,
    starts: &[Timestamp],
    first: i64,
    last: i64,
) -> Outcome<Vec<ChunkRow>> {
    let query = stat_chunks::table
        .filter(stat_chunks::tier.eq(tier.code()))
        .filter(one_of(stat_chunks::start_time, starts.iter().copied()))
        .filter(stat_chunks::subject.between(first, last))
        .select(ChunkRow::as_select());
    Ok(query.all(c).await?)
}

/// The keys of the oldest ones that begin before `before`.
pub(super) async fn oldest(
    c: &mut AnyConn,
    tier: Tier,
    before: Timestamp,
    limit: i64,
) -> Outcome<Vec<(Timestamp, i64)>> {
    let query = stat_chunks::table
        .filter(stat_chunks::tier.eq(tier.code()))
        .filter(stat_chunks::start_time.lt(before))
        .order((stat_chunks::start_time, stat_chunks::subject))
        .limit(limit)
        .select((stat_chunks::start_time, stat_chunks::subject));
    Ok(query.all(c).await?)
}

/// Removes the chunks of one start and the subjects `first..=last`.
pub(super) async fn remove(
    c: &mut AnyConn,
    tier: Tier,
    start: Timestamp,
    first: i64,
    last: i64,
) -> Outcome<usize> {
    let asked = stat_chunks::table
        .filter(stat_chunks::tier.eq(tier.code()))
        .filter(stat_chunks::start_time.eq(start))
        .filter(stat_chunks::subject.between(first, last));
    Ok(diesel::delete(asked).exec(c).await?)
}

/// Removes what these rows, at most a statement's worth, are to take the place of.
pub(super) async fn remove_each_in_txn(
    c: &mut AnyConn,
    tier: Tier,
    start: Timestamp,
    rows: &[ChunkRow],
) -> Outcome<()> {
    let asked = stat_chunks::table
        .filter(stat_chunks::tier.eq(tier.code()))
        .filter(stat_chunks::start_time.eq(start))
        .filter(one_of(stat_chunks::subject, rows.iter().map(|row| row.subject)));
    diesel::delete(asked).exec(c).await?;
    Ok(())
}

/// Writes what was made of `row`, if it still has its generation; `false` otherwise.
pub(super) async fn replace_in_txn(c: &mut AnyConn, tier: Tier, row: &ChunkRow) -> Outcome<bool> {
    let seen = stat_chunks::table
        .find((tier.code(), row.start_time, row.subject))
        .filter(stat_chunks::generation.eq(row.generation));
    let changed = diesel::update(seen)
        .set((
            stat_chunks::body.eq(&row.body),
            stat_chunks::generation.eq(row.generation.next()),
        ))
        .exec(c)
        .await?;
    Ok(changed == 1)
}

/// `false` when somebody else has written one of them.
pub(super) async fn insert_all_in_txn(c: &mut AnyConn, tier: Tier, rows: &[ChunkRow]) -> Outcome<bool> {
    let mut rest = rows;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take(ASKED_AT_ONCE).take_while(|row| {
            bytes += row.body.len();
            bytes <= STATEMENT_BYTES
        });
        let (now, later) = rest.split_at(fits.count().max(1));
        let insert = InsertChunks {
            tier: tier.code(),
            rows: now.to_vec(),
        };
        match insert.exec(c).await {
            Ok(_) => {}
            Err(error) if is_unique_violation(&error) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        rest = later;
    }
    Ok(true)
}

/// `INSERT` of many rows, which diesel does not offer for two engines at once.
struct InsertChunks {
    tier: &'static str,
    rows: Vec<ChunkRow>,
}

impl QueryFragment<AnyDb> for InsertChunks {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyDb>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("INSERT INTO stat_chunks (tier, start_time, subject, generation, body) VALUES ");
        for (index, row) in self.rows.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            out.push_bind_param::<Text, _>(&self.tier)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&row.start_time)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&row.subject)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&row.generation)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, _>(&row.body)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

impl QueryId for InsertChunks {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
