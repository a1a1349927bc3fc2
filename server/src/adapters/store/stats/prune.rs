//! Removes what is older than it is kept, oldest first, a few chunks at a time.
//!
//! Samples go by whole days. A day is forgotten first, in one small transaction, and its chunks are removed
//! afterwards: from then on it is neither added to nor rolled up, unless a clock was wrong. What was made of all of its
//! samples is never replaced by what can be made of some.

use super::chunk_rows;
use super::day_rows;
use super::frame_rows;
use crate::adapters::store::connection::{Database, Scoped};
use crate::domain::bin::aligned;
use crate::domain::tier::{DAY, Tier};
use crate::domain::time::Timestamp;
use crate::ports::store::{Left, StoreResult};

/// Chunks of one step.
const AT_ONCE: i64 = 128;

pub(super) async fn prune(database: &Database, tier: Tier, before: Timestamp) -> StoreResult<Left> {
    let before = aligned(before, DAY);
    let before = match tier {
        Tier::Raw => forget(database, before).await?,
        Tier::Minute | Tier::TenMinutes | Tier::Hour => before,
    };
    database
        .write(|c| {
            Scoped::new(async move {
                let oldest = chunk_rows::oldest(c, tier, before, AT_ONCE).await?;
                let Some((start, first)) = oldest.first().copied() else {
                    return Ok(Left::Nothing);
                };
                let same = oldest.iter().take_while(|(other, _)| *other == start);
                let last = same.last().map_or(first, |(_, subject)| *subject);
                chunk_rows::remove(c, tier, start, first, last).await?;
                Ok(Left::More)
            })
        })
        .await
}

/// Moves the day before which there are no samples, but never past a day that is not rolled up. Tells where it is.
async fn forget(database: &Database, before: Timestamp) -> StoreResult<Timestamp> {
    database
        .transaction(|c| {
            Scoped::new(async move {
                let pending = day_rows::oldest_pending(c).await?;
                let unpacked = frame_rows::oldest(c, before).await?;
                let unpacked = unpacked.map(|(_, time)| aligned(time, DAY));
                let day = pending.into_iter().chain(unpacked).fold(before, Timestamp::min);
                day_rows::forget_before_in_txn(c, day).await?;
                day_rows::raw_from(c).await
            })
        })
        .await
}
