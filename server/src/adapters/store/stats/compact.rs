//! Packs an hour of a block: its frames become chunks, one for each subject.
//!
//! Reading and compressing happen before the transaction; it writes only, and only if nothing has changed since.

use std::collections::{BTreeMap, HashMap};

use super::apart::apart;
use super::chunk_rows::{self, ChunkRow};
use super::day_rows;
use super::frame_rows::{self, FrameRow};
use super::look_blob::{self, Looks};
use super::place::{BLOCK, HOUR};
use super::step::{changed_since, unless_changed};
use crate::adapters::store::connection::{Database, Scoped};
use crate::domain::bin::aligned;
use crate::domain::etag::Generation;
use crate::domain::tier::{DAY, Tier};
use crate::domain::time::Timestamp;
use crate::ports::store::{Left, StoreResult};

/// Frames of one step. An hour of looks every thirty seconds is fewer.
const FRAMES: i64 = 240;

/// The hour of a block as it was seen, and what it shall be.
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
    let day = aligned(hour, DAY);
    let kept = day >= raw_from;
    let (frames, packed) = apart(move || {
        let packed = if kept {
            pack(hour, &frames, chunks)
        } else {
            Packed::none()
        };
        (frames, packed)
    })
    .await?;
    let (frames, packed) = (&frames, &packed);
    database
        .transaction(|c| {
            Scoped::new(async move {
                // What has changed since it was read is left for the next step.
                if !frame_rows::remove_in_txn(c, block, frames).await? {
                    return Err(changed_since());
                }
                if kept {
                    day_rows::mark_in_txn(c, day, block).await?;
                    if day_rows::raw_from(c).await? != raw_from {
                        return Err(changed_since());
                    }
                }
                for row in &packed.replaced {
                    if !chunk_rows::replace_in_txn(c, Tier::Raw, row).await? {
                        return Err(changed_since());
                    }
                }
                chunk_rows::insert_all_in_txn(c, Tier::Raw, &packed.inserted).await
            })
        })
        .await
        .or_else(unless_changed)?;
    Ok(Left::More)
}

impl Packed {
    const fn none() -> Self {
        Self {
            inserted: Vec::new(),
            replaced: Vec::new(),
        }
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
    let mut packed = Packed::none();
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
        chunk.body = look_blob::encode(&looks);
        packed.replaced.push(chunk);
    }
    packed
}
