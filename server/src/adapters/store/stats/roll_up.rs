//! Rolls up a day: a few subjects at a time, from their samples into a chunk for each tier. The day's row says how far
//! it is; the chunks of a subject are written anew as a whole, so that a step may be repeated.
//!
//! What an earlier roll-up made of more samples stays: a day may come up again with the few that a wrong clock, or
//! somebody late, has put there after its own were removed.

use std::collections::{BTreeMap, HashMap};

use super::apart::apart;
use super::bin_blob;
use super::chunk_rows::{self, ChunkRow};
use super::day_rows::{self, DayRow};
use super::place::{BLOCK, starts};
use super::read::{bins_of, readable, unpack};
use super::step::{changed_since, unless_changed};
use crate::adapters::store::connection::{Database, Scoped};
use crate::domain::bin::Bins;
use crate::domain::etag::Generation;
use crate::domain::tier::{DAY, Tier};
use crate::domain::time::Timestamp;
use crate::ports::store::{Left, StoreResult};

/// Subjects of one step.
const SUBJECTS: i64 = 16;

pub(super) async fn roll_up(database: &Database, before: Timestamp) -> StoreResult<Left> {
    let day = database
        .read(|c| Scoped::new(async move { day_rows::pending(c, before - DAY).await }))
        .await?;
    let Some(day) = day else {
        return Ok(Left::Nothing);
    };
    let start = day.day_start;
    let first = day.block * BLOCK + day.next_slot;
    let last = first + SUBJECTS - 1;
    let hours = &starts(Tier::Raw, start, start + DAY);
    let (raw_from, chunks, before) = database
        .read(|c| {
            Scoped::new(async move {
                let chunks = chunk_rows::of_subjects(c, Tier::Raw, hours, first, last).await?;
                let mut before = Vec::new();
                for tier in Tier::ROLLED {
                    let rows = chunk_rows::of_subjects(c, tier, &[start], first, last).await?;
                    before.extend(rows.into_iter().map(|row| ((tier, row.subject), row)));
                }
                Ok((day_rows::raw_from(c).await?, chunks, before))
            })
        })
        .await?;
    let kept = start >= raw_from;
    let rolled = apart(move || {
        if kept {
            roll(start, chunks, &before.into_iter().collect())
        } else {
            Vec::new()
        }
    })
    .await?;
    let next_slot = Some(day.next_slot + SUBJECTS).filter(|next| kept && *next < BLOCK);
    write(database, &day, next_slot, &rolled)
        .await
        .or_else(unless_changed)?;
    Ok(Left::More)
}

async fn write(
    database: &Database,
    day: &DayRow,
    next_slot: Option<i64>,
    rolled: &[(Tier, Vec<ChunkRow>)],
) -> StoreResult<()> {
    database
        .transaction(|c| {
            Scoped::new(async move {
                if !day_rows::advance_in_txn(c, day, next_slot).await? {
                    return Err(changed_since());
                }
                for (tier, rows) in rolled {
                    chunk_rows::remove_each_in_txn(c, *tier, day.day_start, rows).await?;
                    if !chunk_rows::insert_all_in_txn(c, *tier, rows).await? {
                        return Err(changed_since());
                    }
                }
                Ok(())
            })
        })
        .await
}

/// What an earlier roll-up made of the day, by tier and subject.
type Before = HashMap<(Tier, i64), ChunkRow>;

/// What cannot be read is left out and named in the log: the rest must not wait for it for ever.
fn roll(day: Timestamp, chunks: Vec<ChunkRow>, before: &Before) -> Vec<(Tier, Vec<ChunkRow>)> {
    let mut subjects: BTreeMap<i64, Vec<ChunkRow>> = BTreeMap::new();
    for chunk in chunks {
        subjects.entry(chunk.subject).or_default().push(chunk);
    }
    let mut tiers: Vec<_> = Tier::ROLLED
        .into_iter()
        .filter_map(|tier| Some((tier, tier.width()?, Vec::with_capacity(subjects.len()))))
        .collect();
    for (subject, chunks) in subjects {
        let mut bins: Vec<Bins> = tiers.iter().map(|(_, width, _)| Bins::new(*width)).collect();
        for chunk in chunks {
            match unpack(&chunk) {
                Ok(history) => {
                    for (time, values) in history {
                        for bins in &mut bins {
                            bins.add(time, &values);
                        }
                    }
                }
                Err(error) => tracing::error!(%error, "figures are left out of their day"),
            }
        }
        for ((tier, width, rows), mut bins) in tiers.iter_mut().zip(bins) {
            if let Some(chunk) = before.get(&(*tier, subject)) {
                for bin in readable(bins_of(chunk, *tier, *width)).unwrap_or_default() {
                    bins.outdo(&bin);
                }
            }
            rows.push(ChunkRow {
                start_time: day,
                subject,
                generation: Generation::FIRST,
                body: bin_blob::encode(&bins.into_vec(), day, *width),
            });
        }
    }
    tiers.into_iter().map(|(tier, _, rows)| (tier, rows)).collect()
}
