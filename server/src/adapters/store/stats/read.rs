//! Reading one subject's history: samples from frames and chunks, bins from chunks and, where a day is not rolled up
//! yet, from samples.

use std::collections::BTreeMap;
use std::time::Duration;

use super::apart::apart;
use super::bin_blob;
use super::chunk_rows::{self, ChunkRow};
use super::day_rows;
use super::frame_rows::{self, FrameRow};
use super::look_blob::{self, Looks};
use super::place::{block_of, micros, slot_of, starts};
use crate::adapters::store::connection::{Database, Scoped};
use crate::domain::bin::{Bin, Bins, aligned};
use crate::domain::sample::Values;
use crate::domain::tier::{DAY, Tier};
use crate::domain::time::Timestamp;
use crate::ports::store::{StoreError, StoreResult};

/// Looks of one subject, by time.
pub(super) type History = BTreeMap<Timestamp, Values>;

/// Frames are read first: what is packed in between is then found twice and not missed.
pub(super) async fn samples(
    database: &Database,
    number: i64,
    from: Timestamp,
    to: Timestamp,
) -> StoreResult<History> {
    let block = block_of(number);
    let hours = &starts(Tier::Raw, from, to);
    let (frames, chunks): (Vec<FrameRow>, Vec<ChunkRow>) = database
        .read(|c| {
            Scoped::new(async move {
                let frames = frame_rows::of_time(c, block, from, to, i64::MAX).await?;
                Ok((frames, chunk_rows::of_subject(c, Tier::Raw, number, hours).await?))
            })
        })
        .await?;
    apart(move || {
        let mut history = History::new();
        for chunk in chunks {
            history.extend(readable(unpack(&chunk)).unwrap_or_default());
        }
        for frame in frames {
            let found = look_blob::find(&frame.body, slot_of(number)).map_err(|_| corrupt(&frame));
            if let Some(values) = readable(found).flatten() {
                history.insert(frame.look_time, values);
            }
        }
        history.retain(|time, _| (from..to).contains(time));
        history
    })
    .await
}

/// What is damaged is named in the log and left out: the rest is an answer all the same.
pub(super) fn readable<T>(read: StoreResult<T>) -> Option<T> {
    read.inspect_err(|error| tracing::error!(%error, "figures are left out"))
        .ok()
}

/// The looks of a frame.
pub(super) fn looks_of(frame: &FrameRow) -> StoreResult<Looks> {
    look_blob::decode(&frame.body).map_err(|_| corrupt(frame))
}

fn corrupt(frame: &FrameRow) -> StoreError {
    StoreError::Corrupt {
        table: "stat_frames",
        id: frame.name(),
    }
}

/// The looks of a chunk of samples.
pub(super) fn unpack(chunk: &ChunkRow) -> StoreResult<History> {
    let corrupt = || StoreError::Corrupt {
        table: "stat_chunks",
        id: chunk.name(Tier::Raw),
    };
    let looks = look_blob::decode(&chunk.body).map_err(|_| corrupt())?;
    looks
        .into_iter()
        .map(|(key, values)| {
            let offset = i64::try_from(key).map_err(|_| corrupt())?;
            let time = chunk
                .start_time
                .as_micros()
                .checked_add(offset)
                .ok_or_else(corrupt)?;
            Ok((Timestamp::from_micros(time), values))
        })
        .collect()
}

/// The bins of a chunk of a tier that is rolled up.
pub(super) fn bins_of(chunk: &ChunkRow, tier: Tier, width: Duration) -> StoreResult<Vec<Bin>> {
    bin_blob::decode(&chunk.body, chunk.start_time, width).map_err(|_| StoreError::Corrupt {
        table: "stat_chunks",
        id: chunk.name(tier),
    })
}

/// Bins of the tier's width that begin in `from..to` or hold `from`.
pub(super) async fn bins(
    database: &Database,
    number: i64,
    tier: Tier,
    width: Duration,
    from: Timestamp,
    to: Timestamp,
) -> StoreResult<Vec<Bin>> {
    let block = block_of(number);
    let from = aligned(from, width);
    let to = aligned(Timestamp::from_micros(to.as_micros().saturating_sub(1)), width) + width;
    let days = &starts(tier, from, to);
    let (unrolled, chunks): (Vec<Timestamp>, Vec<ChunkRow>) = database
        .read(|c| {
            Scoped::new(async move {
                let raw_from = day_rows::raw_from(c).await?;
                let mut unrolled = day_rows::unrolled(c, block, aligned(from, DAY), to).await?;
                // Late ones make a day that is rolled up one that is not, before they are packed.
                for time in frame_rows::times(c, block, from.max(raw_from), to).await? {
                    let day = aligned(time, DAY);
                    if !unrolled.contains(&day) {
                        unrolled.push(day);
                    }
                }
                let chunks = chunk_rows::of_subject(c, tier, number, days).await?;
                Ok((unrolled, chunks))
            })
        })
        .await?;
    let mut found = apart(move || {
        let mut bins = BTreeMap::new();
        for chunk in chunks {
            let decoded = readable(bins_of(&chunk, tier, width)).unwrap_or_default();
            bins.extend(decoded.into_iter().map(|bin| (bin.start, bin)));
        }
        bins
    })
    .await?;
    for (first, last) in runs(unrolled) {
        let end = last + DAY;
        let samples = samples(database, number, first.max(from), end.min(to)).await?;
        found.retain(|start, _| !(first..end).contains(start));
        let mut bins = Bins::new(width);
        for (time, values) in samples {
            bins.add(time, &values);
        }
        found.extend(bins.into_vec().into_iter().map(|bin| (bin.start, bin)));
    }
    found.retain(|start, _| (from..to).contains(start));
    Ok(found.into_values().collect())
}

/// Days that follow each other, as their first and their last.
fn runs(mut days: Vec<Timestamp>) -> Vec<(Timestamp, Timestamp)> {
    days.sort_unstable();
    let mut runs: Vec<(Timestamp, Timestamp)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, last)) if day.as_micros() - last.as_micros() <= micros(DAY) => *last = day,
            Some(_) | None => runs.push((day, day)),
        }
    }
    runs
}
