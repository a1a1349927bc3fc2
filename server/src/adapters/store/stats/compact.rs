//! Packs an hour of a block: its frames become chunks, one for each subject.
//!
//! Reading and compressing happen before the transactions; they write only, and only if nothing has changed since. The
//! chunks are written a few at a time, so that nobody waits for all of them; the frames go last. Until then a look is
//! in both, which is one look to whoever reads, and what is cut short is done again.

use std::collections::{BTreeMap, HashMap};

use super::apart::apart;
use super::chunk_rows::{self, ChunkRow};
use super::day_rows;
use super::frame_rows::{self, FrameRow};
use super::look_blob::{self, Looks};
use super::place::{BLOCK, HOUR};
use super::step::{changed_since, unless_changed};
use crate::adapters::store::connection::{AnyConn, Database, Scoped};
use crate::adapters::store::errors::Outcome;
use crate::domain::bin::aligned;
use crate::domain::etag::Generation;
use crate::domain::tier::{DAY, Tier};
use crate::domain::time::Timestamp;
use crate::ports::store::{Left, StoreResult};

/// Frames of one step. An hour of looks every thirty seconds is fewer.
const FRAMES: i64 = 240;
/// Chunks of one transaction.
const CHUNKS: usize = 64;

/// What an hour of a block shall be.
#[derive(Default)]
struct Packed {
    inserted: Vec<ChunkRow>,
    replaced: Vec<ChunkRow>,
}

pub(super) async fn compact(database: &Database, before: Timestamp) -> StoreResult<Left> {
    let oldest = database
        .read(|c| Scoped::new(async move { frame_rows::oldest(c, before).await }))
        .await?;
    let Some((block, time)) = oldest else {
        return Ok(Left::Nothing);
    };
    let hour = aligned(time, HOUR);
    if hour + HOUR > before {
        return Ok(Left::Nothing);
    }
    let (first, last) = (block * BLOCK, block * BLOCK + BLOCK - 1);
    let (raw_from, frames, chunks) = database
        .read(|c| {
            Scoped::new(async move {
                let raw_from = day_rows::raw_from(c).await?;
                let frames = frame_rows::of_time(c, block, hour, hour + HOUR, FRAMES).await?;
                let chunks = chunk_rows::of_subjects(c, Tier::Raw, &[hour], first, last).await?;
                Ok((raw_from, frames, chunks))
            })
        })
        .await?;
    let kept = aligned(hour, DAY) >= raw_from;
    let (frames, packed) = apart(move || {
        let packed = if kept {
            pack(hour, &frames, chunks)
        } else {
            Packed::default()
        };
        (frames, packed)
    })
    .await?;
    let hour = Hour {
        block,
        day: aligned(hour, DAY),
        raw_from,
    };
    write(database, &hour, &frames, &packed)
        .await
        .or_else(unless_changed)?;
    Ok(Left::More)
}

/// What is packed, and from when on samples were kept when it was read.
struct Hour {
    block: i64,
    day: Timestamp,
    raw_from: Timestamp,
}

/// What has changed since it was read is left for the next step.
async fn write(database: &Database, hour: &Hour, frames: &[FrameRow], packed: &Packed) -> StoreResult<()> {
    for rows in packed.replaced.chunks(CHUNKS) {
        database
            .transaction(|c| {
                Scoped::new(async move {
                    same_days_in_txn(c, hour).await?;
                    for row in rows {
                        if !chunk_rows::replace_in_txn(c, Tier::Raw, row).await? {
                            return Err(changed_since());
                        }
                    }
                    Ok(())
                })
            })
            .await?;
    }
    for rows in packed.inserted.chunks(CHUNKS) {
        database
            .transaction(|c| {
                Scoped::new(async move {
                    same_days_in_txn(c, hour).await?;
                    if chunk_rows::insert_all_in_txn(c, Tier::Raw, rows).await? {
                        Ok(())
                    } else {
                        Err(changed_since())
                    }
                })
            })
            .await?;
    }
    database
        .transaction(|c| {
            Scoped::new(async move {
                if !frame_rows::remove_in_txn(c, hour.block, frames).await? {
                    return Err(changed_since());
                }
                if hour.day >= hour.raw_from {
                    day_rows::mark_in_txn(c, hour.day, hour.block).await?;
                }
                same_days_in_txn(c, hour).await
            })
        })
        .await
}

/// Days that were forgotten meanwhile are not written to.
async fn same_days_in_txn(c: &mut AnyConn, hour: &Hour) -> Outcome<()> {
    if day_rows::raw_from(c).await? == hour.raw_from {
        Ok(())
    } else {
        Err(changed_since())
    }
}

/// What cannot be read is left out and named in the log: the rest must not wait for it for ever.
fn pack(hour: Timestamp, frames: &[FrameRow], chunks: Vec<ChunkRow>) -> Packed {
    let mut subjects: BTreeMap<i64, Looks> = BTreeMap::new();
    for frame in frames {
        let Ok(looks) = look_blob::decode(&frame.body) else {
            tracing::error!(
                frame = frame.name(),
                "a frame of figures is corrupt; it is left out"
            );
            continue;
        };
        let key = hour.as_micros().abs_diff(frame.look_time.as_micros());
        for (slot, values) in looks {
            let number = frame.block * BLOCK + i64::try_from(slot).unwrap_or(0);
            subjects.entry(number).or_default().insert(key, values);
        }
    }
    let mut there: HashMap<i64, ChunkRow> = chunks.into_iter().map(|chunk| (chunk.subject, chunk)).collect();
    let mut packed = Packed::default();
    for (subject, new) in subjects {
        let Some(mut chunk) = there.remove(&subject) else {
            packed.inserted.push(ChunkRow {
                start_time: hour,
                subject,
                generation: Generation::FIRST,
                body: look_blob::encode(&new),
            });
            continue;
        };
        let mut looks = look_blob::decode(&chunk.body).unwrap_or_else(|_| {
            tracing::error!(
                chunk = chunk.name(Tier::Raw),
                "a chunk of figures is corrupt; it is written anew"
            );
            Looks::new()
        });
        looks.extend(new);
        let body = look_blob::encode(&looks);
        // What was packed by a step that was cut short is there.
        if body != chunk.body {
            chunk.body = body;
            packed.replaced.push(chunk);
        }
    }
    packed
}
