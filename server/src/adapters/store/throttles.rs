//! Counts hits in windows: how often somebody tried to sign in.
//!
//! A window begins with its first hit. One that ends much later than it could is by a clock that was ahead, and over.
//! Keys are hashed: they hold addresses of people.

use std::time::Duration;

use async_trait::async_trait;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::connection::{AnyConn, Run, Scoped};
use super::errors::{Failure, Outcome, is_unique_violation};
use super::lease_rows::CLOCKS_DIFFER;
use super::schema::throttles;
use super::sql_store::SqlStore;
use crate::domain::time::Timestamp;
use crate::ports::store::{StoreResult, ThrottleStore};

fn hashed(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}

/// Counts one hit; the row's lock is held until the transaction ends, so what is read afterwards
/// is this hit's own number.
async fn hit_in_txn(
    c: &mut AnyConn,
    key: &[u8],
    window: Duration,
    now: Timestamp,
) -> Outcome<(i64, Timestamp)> {
    let end = now + window;
    let latest = end + CLOCKS_DIFFER;
    let in_window = throttles::table.find(key).filter(
        throttles::window_end
            .gt(now)
            .and(throttles::window_end.le(latest)),
    );
    let counted = diesel::update(in_window)
        .set(throttles::hits.eq(throttles::hits + 1))
        .exec(c)
        .await?;
    if counted == 0 {
        let past = throttles::window_end.le(now).or(throttles::window_end.gt(latest));
        let restarted = diesel::update(throttles::table.find(key).filter(past))
            .set((throttles::hits.eq(1_i64), throttles::window_end.eq(end)))
            .exec(c)
            .await?;
        if restarted == 0 {
            diesel::insert_into(throttles::table)
                .values((
                    throttles::key_hash.eq(key),
                    throttles::hits.eq(1_i64),
                    throttles::window_end.eq(end),
                ))
                .exec(c)
                .await
                // Somebody else's first hit came in between: count again, in a new transaction.
                .map_err(|error| {
                    if is_unique_violation(&error) {
                        Failure::Contended(error)
                    } else {
                        error.into()
                    }
                })?;
        }
    }
    let query = throttles::table
        .find(key)
        .select((throttles::hits, throttles::window_end));
    Ok(query.one(c).await?)
}

#[async_trait]
impl ThrottleStore for SqlStore {
    async fn throttle_hit(
        &self,
        key: &str,
        limit: u32,
        window: Duration,
        now: Timestamp,
    ) -> StoreResult<Option<Duration>> {
        let key = hashed(key);
        let key = &key[..];
        let (hits, window_end) = self
            .database
            .transaction(|c| Scoped::new(hit_in_txn(c, key, window, now)))
            .await?;
        Ok((hits > i64::from(limit)).then(|| window_end.since(now)))
    }

    async fn throttle_clear(&self, key: &str) -> StoreResult<()> {
        let key = hashed(key);
        let key = &key[..];
        self.database
            .write(|c| {
                Scoped::new(async move {
                    diesel::delete(throttles::table.find(key)).exec(c).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn throttle_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let past: Vec<Vec<u8>> = throttles::table
                        .filter(throttles::window_end.lt(before))
                        .order(throttles::window_end)
                        .limit(limit.into())
                        .select(throttles::key_hash)
                        .all(c)
                        .await?;
                    // A window that began anew since is kept.
                    let still_past = throttles::key_hash
                        .eq_any(past)
                        .and(throttles::window_end.lt(before));
                    let removed = diesel::delete(throttles::table.filter(still_past))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }
}
