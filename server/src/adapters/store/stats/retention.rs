//! How long each tier is kept: one row.

use std::time::Duration;

use diesel::prelude::*;

use super::day_rows::RETENTION;
use super::place::micros;
use crate::adapters::store::connection::{AnyConn, Database, Run, Scoped};
use crate::adapters::store::errors::{Failure, Outcome};
use crate::adapters::store::mutation;
use crate::adapters::store::schema::stat_retention;
use crate::domain::etag::Generation;
use crate::domain::tier::{Retention, RetentionSetting};
use crate::domain::time::Timestamp;
use crate::ports::store::{Mutation, StoreError, StoreResult};

#[derive(Queryable, Selectable)]
#[diesel(table_name = stat_retention)]
struct RetentionRow {
    raw_keep: i64,
    minute_keep: i64,
    ten_minutes_keep: i64,
    hour_keep: i64,
    update_time: Timestamp,
    generation: Generation,
}

impl RetentionRow {
    fn into_domain(self) -> Option<RetentionSetting> {
        let keep = |micros: i64| u64::try_from(micros).ok().map(Duration::from_micros);
        Some(RetentionSetting {
            retention: Retention {
                raw: keep(self.raw_keep)?,
                minute: keep(self.minute_keep)?,
                ten_minutes: keep(self.ten_minutes_keep)?,
                hour: keep(self.hour_keep)?,
            },
            update_time: self.update_time,
            generation: self.generation,
        })
    }
}

async fn read(c: &mut AnyConn) -> Outcome<RetentionSetting> {
    let row: RetentionRow = stat_retention::table
        .find(RETENTION)
        .select(RetentionRow::as_select())
        .one(c)
        .await?;
    row.into_domain().ok_or_else(|| {
        Failure::Store(StoreError::Corrupt {
            table: "stat_retention",
            id: RETENTION.to_owned(),
        })
    })
}

pub(super) async fn get(database: &Database) -> StoreResult<RetentionSetting> {
    database.read(|c| Scoped::new(read(c))).await
}

pub(super) async fn update(
    database: &Database,
    retention: &Retention,
    guard: Generation,
    now: Timestamp,
    mutation: &Mutation,
) -> StoreResult<RetentionSetting> {
    database
        .transaction(|c| {
            Scoped::new(async move {
                mutation::record_in_txn(c, mutation).await?;
                let seen = stat_retention::table
                    .find(RETENTION)
                    .filter(stat_retention::generation.eq(guard));
                let changed = diesel::update(seen)
                    .set((
                        stat_retention::raw_keep.eq(micros(retention.raw)),
                        stat_retention::minute_keep.eq(micros(retention.minute)),
                        stat_retention::ten_minutes_keep.eq(micros(retention.ten_minutes)),
                        stat_retention::hour_keep.eq(micros(retention.hour)),
                        stat_retention::update_time.eq(now),
                        stat_retention::generation.eq(guard.next()),
                    ))
                    .exec(c)
                    .await?;
                if changed != 1 {
                    return Err(Failure::Store(StoreError::Stale));
                }
                read(c).await
            })
        })
        .await
}
