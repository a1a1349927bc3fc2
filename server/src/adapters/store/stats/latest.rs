//! The newest sample of each of many subjects.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::apart::apart;
use super::frame_rows::{self, FrameRow};
use super::numbers::{self, KnownNumbers};
use super::place::{block_of, slot_of};
use super::read::{looks_of, readable};
use crate::adapters::store::connection::{Database, Scoped};
use crate::domain::sample::{Sample, Subject};
use crate::domain::time::Timestamp;
use crate::ports::store::StoreResult;

/// How much older than its block's newest look a sample may be.
const REACH: Duration = Duration::from_mins(10);
/// Frames that are read at once: the first one nearly always has everything.
const AT_ONCE: i64 = 4;

pub(super) async fn latest(
    database: &Database,
    known: &KnownNumbers,
    subjects: &[Subject],
    end: Timestamp,
) -> StoreResult<Vec<Sample>> {
    let numbers = numbers::known(database, known, subjects).await?;
    let mut blocks: BTreeMap<i64, HashMap<u64, Subject>> = BTreeMap::new();
    for (subject, number) in numbers {
        let block = blocks.entry(block_of(number)).or_default();
        block.insert(slot_of(number), subject);
    }
    let mut samples = Vec::with_capacity(subjects.len());
    for (block, wanted) in blocks {
        samples.extend(of_block(database, block, wanted, end).await?);
    }
    Ok(samples)
}

async fn of_block(
    database: &Database,
    block: i64,
    mut wanted: HashMap<u64, Subject>,
    end: Timestamp,
) -> StoreResult<Vec<Sample>> {
    let mut samples = Vec::with_capacity(wanted.len());
    let (mut before, mut oldest) = (end, None);
    while !wanted.is_empty() {
        let frames: Vec<FrameRow> = database
            .read(|c| Scoped::new(async move { frame_rows::newest(c, block, before, AT_ONCE).await }))
            .await?;
        let Some(newest) = frames.first() else {
            break;
        };
        let oldest: Timestamp = *oldest.get_or_insert(newest.look_time - REACH);
        before = frames.last().map_or(oldest, |frame| frame.look_time);
        let ended = before < oldest;
        let looked = apart(move || {
            for frame in frames.into_iter().filter(|frame| frame.look_time >= oldest) {
                for (slot, values) in readable(looks_of(&frame)).unwrap_or_default() {
                    if let Some(subject) = wanted.remove(&slot) {
                        samples.push(Sample {
                            subject,
                            time: frame.look_time,
                            values,
                        });
                    }
                }
                if wanted.is_empty() {
                    break;
                }
            }
            (wanted, samples)
        })
        .await?;
        (wanted, samples) = looked;
        if ended {
            break;
        }
    }
    Ok(samples)
}
