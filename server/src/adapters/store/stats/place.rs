//! Where a figure lies: numbers and blocks, hours and days.

use std::time::Duration;

use crate::domain::bin::aligned;
use crate::domain::tier::{DAY, LONGEST_KEEP, LONGEST_RAW_KEEP, Tier};
use crate::domain::time::Timestamp;

/// Subjects that share a frame.
pub(super) const BLOCK: i64 = 512;
pub(super) const HOUR: Duration = Duration::from_hours(1);

pub(super) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

pub(super) const fn block_of(number: i64) -> i64 {
    number.div_euclid(BLOCK)
}

/// A subject's place in its block.
pub(super) fn slot_of(number: i64) -> u64 {
    number.rem_euclid(BLOCK).unsigned_abs()
}

/// What one chunk of the tier spans.
pub(super) const fn span(tier: Tier) -> Duration {
    match tier {
        Tier::Raw => HOUR,
        Tier::Minute | Tier::TenMinutes | Tier::Hour => DAY,
    }
}

/// Where the chunks begin that `from..to` touches. Ranges beyond the longest retention are cut at their old end.
pub(super) fn starts(tier: Tier, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    let span = span(tier);
    let longest = match tier {
        Tier::Raw => LONGEST_RAW_KEEP + 2 * DAY,
        Tier::Minute | Tier::TenMinutes | Tier::Hour => LONGEST_KEEP + 2 * DAY,
    };
    let mut start = aligned(from.max(to - longest), span);
    let mut starts = Vec::new();
    while start < to {
        starts.push(start);
        start = start + span;
    }
    starts
}
