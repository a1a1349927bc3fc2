//! Adding looks: a frame for each block of subjects, all in one transaction.

use std::collections::BTreeMap;

use super::apart::apart;
use super::day_rows;
use super::frame_rows::{self, FrameRow};
use super::look_blob::{self, Looks};
use super::numbers::{self, KnownNumbers};
use super::place::{block_of, slot_of};
use crate::adapters::store::connection::{AnyConn, Database, Scoped};
use crate::adapters::store::errors::{Outcome, is_unique_violation, lost_race};
use crate::domain::bin::aligned;
use crate::domain::etag::Generation;
use crate::domain::sample::{Subject, Values};
use crate::domain::tier::DAY;
use crate::domain::time::Timestamp;
use crate::ports::store::StoreResult;

pub(super) async fn add(
    database: &Database,
    known: &KnownNumbers,
    time: Timestamp,
    looks: &[(Subject, Values)],
    now: Timestamp,
) -> StoreResult<()> {
    if looks.is_empty() {
        return Ok(());
    }
    let subjects: Vec<Subject> = looks.iter().map(|(subject, _)| *subject).collect();
    let numbers = numbers::given(database, known, &subjects).await?;
    let mut blocks: BTreeMap<i64, Looks> = BTreeMap::new();
    for (subject, values) in looks {
        if let Some(number) = numbers.get(subject) {
            let block = blocks.entry(block_of(*number)).or_default();
            block.insert(slot_of(*number), *values);
        }
    }
    let (rows, blocks) = apart(move || {
        let rows: Vec<FrameRow> = blocks
            .iter()
            .map(|(block, looks)| FrameRow {
                block: *block,
                look_time: time,
                generation: Generation::FIRST,
                body: look_blob::encode(looks),
            })
            .collect();
        (rows, blocks)
    })
    .await?;
    let (rows, blocks) = (&rows, &blocks);
    database
        .transaction(|c| {
            Scoped::new(async move {
                if aligned(time, DAY) < kept_from_in_txn(c, aligned(now, DAY)).await? {
                    tracing::debug!(time = time.as_micros(), "figures are too old to be kept");
                    return Ok(());
                }
                match frame_rows::insert_all_in_txn(c, rows).await {
                    Ok(()) => Ok(()),
                    Err(error) if is_unique_violation(&error) => merge_in_txn(c, rows, blocks).await,
                    Err(error) => Err(error.into()),
                }
            })
        })
        .await
}

/// The day before which samples are not kept. Today's always are: when they are not, a clock was ahead while old ones
/// were removed, and without a word nothing would be stored until then.
async fn kept_from_in_txn(c: &mut AnyConn, today: Timestamp) -> Outcome<Timestamp> {
    let kept_from = day_rows::raw_from(c).await?;
    if kept_from <= today {
        return Ok(kept_from);
    }
    tracing::warn!(
        kept_from = kept_from.as_micros(),
        today = today.as_micros(),
        "figures were only to be kept from a day in the future on: a clock was wrong; they are kept from today on"
    );
    day_rows::remember_from_in_txn(c, today).await?;
    Ok(today)
}

/// Some of these blocks were looked at at this very time before.
async fn merge_in_txn(c: &mut AnyConn, rows: &[FrameRow], blocks: &BTreeMap<i64, Looks>) -> Outcome<()> {
    for row in rows {
        let Some(seen) = frame_rows::get(c, row.block, row.look_time).await? else {
            match frame_rows::insert_all_in_txn(c, std::slice::from_ref(row)).await {
                Ok(()) => continue,
                Err(error) if is_unique_violation(&error) => return Err(lost_race()),
                Err(error) => return Err(error.into()),
            }
        };
        let mut looks = look_blob::decode(&seen.body).unwrap_or_else(|_| {
            tracing::error!(
                frame = seen.name(),
                "a frame of figures is corrupt; it is written anew"
            );
            Looks::new()
        });
        looks.extend(blocks.get(&row.block).into_iter().flatten());
        if !frame_rows::replace_in_txn(c, &seen, &look_blob::encode(&looks)).await? {
            return Err(lost_race());
        }
    }
    Ok(())
}
