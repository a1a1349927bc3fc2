//! Into how many stretches a range of time is cut, and which tier they are made of.

use std::time::Duration;

use crate::domain::bin::aligned;
use crate::domain::codes::Code;
use crate::domain::tier::{DAY, Retention, Tier};
use crate::domain::time::Timestamp;

/// Points that one answer may have.
pub const MAX_POINTS: u32 = 2000;
/// The longest range that one question may be about.
pub const MAX_RANGE: Duration = Duration::from_hours(731 * 24);

/// Widths that a person reads without effort; each tier's width divides those that are not less.
const WIDTHS: [u64; 22] = [
    1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800,
    432_000, 864_000, 1_728_000, 2_592_000,
];

/// How a range is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buckets {
    pub tier: Tier,
    pub width: Duration,
    /// Where the first bucket begins.
    pub start: Timestamp,
    /// Buckets are counted from the epoch, in UTC; one bucket for everything is counted from `start`.
    pub aligned: bool,
}

impl Buckets {
    /// At most `points` buckets over `from..to`, as narrow as the tiers that reach back to `from` allow.
    pub fn plan(retention: &Retention, now: Timestamp, from: Timestamp, to: Timestamp, points: u32) -> Self {
        let finest = finest_that_reaches(retention, now, from);
        let least = finest.width().unwrap_or(Duration::from_secs(1));
        let fitting = WIDTHS
            .into_iter()
            .map(Duration::from_secs)
            .filter(|width| *width >= least)
            .find(|width| count(from, to, *width) <= u64::from(points));
        let (width, start, aligned) = if let Some(width) = fitting {
            (width, aligned(from, width), true)
        } else {
            // One or a few points for a long time: counted from the first hour.
            let start = aligned(from, least.max(Duration::from_hours(1)));
            let length = (to.since(start).as_secs() + 1).div_ceil(u64::from(points.max(1)));
            let days = length.div_ceil(DAY.as_secs()).max(1);
            (Duration::from_secs(days * DAY.as_secs()), start, false)
        };
        Self {
            tier: coarsest_within(retention, now, from, finest, width),
            width,
            start,
            aligned,
        }
    }

    /// Where the bucket begins that `time` lies in.
    pub fn start_of(&self, time: Timestamp) -> Timestamp {
        if self.aligned {
            return aligned(time, self.width);
        }
        let width = self.width.as_secs().max(1);
        let place = time.since(self.start).as_secs() / width;
        self.start + Duration::from_secs(place * width)
    }
}

/// The finest tier that still has what was at `from`; the one that is kept longest when none has.
fn finest_that_reaches(retention: &Retention, now: Timestamp, from: Timestamp) -> Tier {
    let reaching = Tier::ALL
        .iter()
        .copied()
        .find(|tier| retention.reaches(*tier, now, from));
    reaching.unwrap_or_else(|| {
        let longest = Tier::ALL.iter().copied().max_by_key(|tier| retention.of(*tier));
        longest.unwrap_or(Tier::Hour)
    })
}

/// Reading less is quicker: the coarsest tier that buckets of this width can be made of.
fn coarsest_within(
    retention: &Retention,
    now: Timestamp,
    from: Timestamp,
    finest: Tier,
    width: Duration,
) -> Tier {
    let fits = |tier: &Tier| {
        tier.width().is_some_and(|of_tier| of_tier <= width) && retention.reaches(*tier, now, from)
    };
    Tier::ROLLED.into_iter().rev().find(fits).unwrap_or(finest)
}

/// How many aligned buckets the range touches.
fn count(from: Timestamp, to: Timestamp, width: Duration) -> u64 {
    let length = to.since(aligned(from, width)).as_micros();
    u64::try_from(length.div_ceil(width.as_micros().max(1))).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_774_700_000_123_456);

    fn plan(length: Duration, points: u32) -> Buckets {
        Buckets::plan(&Retention::default(), NOW, NOW - length, NOW, points)
    }

    #[test]
    fn a_range_is_answered_from_the_tier_that_suits_it() {
        let hours = |hours| Duration::from_hours(hours);
        let seconds = Duration::from_secs;
        let cases = [
            (hours(1), 1000, Tier::Raw, seconds(5)),
            (hours(24), 1000, Tier::Minute, seconds(120)),
            (hours(24), 100, Tier::TenMinutes, seconds(1200)),
            (hours(7 * 24), 1000, Tier::TenMinutes, seconds(1200)),
            (hours(30 * 24), 2000, Tier::TenMinutes, seconds(1800)),
            (hours(30 * 24), 500, Tier::Hour, seconds(7200)),
            // Minutes do not reach back so far.
            (hours(20 * 24), 2000, Tier::TenMinutes, seconds(1200)),
            (hours(730 * 24), 2000, Tier::Hour, seconds(43_200)),
        ];
        for (length, points, tier, width) in cases {
            let buckets = plan(length, points);
            assert_eq!(
                (buckets.tier, buckets.width),
                (tier, width),
                "{length:?} {points}"
            );
        }
    }

    #[test]
    fn a_range_as_long_as_its_tier_is_kept_is_answered_from_it_although_the_clock_goes_on() {
        let day = Duration::from_hours(24);
        let retention = Retention {
            raw: day,
            minute: day,
            ..Retention::default()
        };
        let tier = |late| Buckets::plan(&retention, NOW + late, NOW - day, NOW, MAX_POINTS).tier;
        assert_eq!(tier(Duration::from_secs(5)), Tier::Minute);
        assert_eq!(tier(Duration::from_mins(2)), Tier::TenMinutes);
    }

    #[test]
    fn there_are_never_more_points_than_asked_for_and_every_time_has_one() {
        for hours in [0, 1, 5, 24, 49, 200, 721, 5000, 731 * 24] {
            for points in [1, 2, 3, 7, 100, 999, MAX_POINTS] {
                let length = Duration::from_hours(hours) + Duration::from_micros(1);
                let buckets = plan(length, points);
                let (first, last) = (
                    buckets.start_of(NOW - length),
                    buckets.start_of(NOW - Duration::from_micros(1)),
                );
                let spanned = last.since(first).as_secs() / buckets.width.as_secs() + 1;
                assert!(spanned <= u64::from(points), "{hours} h, {points}: {buckets:?}");
                assert!(first <= NOW - length, "{hours} h, {points}: {buckets:?}");
                if let Some(width) = buckets.tier.width() {
                    assert_eq!(buckets.width.as_micros() % width.as_micros(), 0, "{buckets:?}");
                }
            }
        }
    }
}
