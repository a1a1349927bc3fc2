//! Samples rolled up: how many, how much on average, how much at most, of equal stretches of time.
//!
//! The sum is kept in place of the average, so that merging is exact: it does not matter in which order bins are
//! merged, or whether an hour is made of minutes or of samples. Stretches are counted from the epoch, in UTC: no
//! day is longer than another.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::time::Duration;

use super::codes::Code;
use super::metric::Metric;
use super::sample::Values;
use super::time::Timestamp;

/// The figures of one metric in one stretch of time: at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    count: NonZeroU64,
    sum: u128,
    maximum: u64,
}

impl Summary {
    pub const fn of(value: u64) -> Self {
        Self {
            count: NonZeroU64::MIN,
            sum: value as u128,
            maximum: value,
        }
    }

    /// From what a store keeps; `None` when no figures can have led to it.
    pub fn from_parts(count: u64, sum: u128, maximum: u64) -> Option<Self> {
        let most = u128::from(maximum).saturating_mul(u128::from(count));
        let possible = (u128::from(maximum)..=most).contains(&sum);
        let count = NonZeroU64::new(count)?;
        possible.then_some(Self { count, sum, maximum })
    }

    pub const fn count(self) -> u64 {
        self.count.get()
    }

    pub const fn sum(self) -> u128 {
        self.sum
    }

    pub const fn maximum(self) -> u64 {
        self.maximum
    }

    /// Rounded down.
    pub fn average(self) -> u64 {
        u64::try_from(self.sum / u128::from(self.count())).unwrap_or(self.maximum)
    }

    /// Not rounded, but as exact as a float is.
    #[expect(clippy::cast_precision_loss, reason = "a float is what is asked for")]
    pub fn mean(self) -> f64 {
        self.sum as f64 / self.count() as f64
    }

    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count()),
            sum: self.sum.saturating_add(other.sum),
            maximum: self.maximum.max(other.maximum),
        }
    }
}

/// One stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    pub start: Timestamp,
    summaries: [Option<Summary>; Metric::COUNT],
}

impl Bin {
    pub const fn empty(start: Timestamp) -> Self {
        Self {
            start,
            summaries: [None; Metric::COUNT],
        }
    }

    pub fn of(start: Timestamp, values: &Values) -> Self {
        let mut bin = Self::empty(start);
        for metric in Metric::ALL {
            bin.summaries[metric.index()] = values.get(*metric).map(Summary::of);
        }
        bin
    }

    /// `None` is a gap.
    pub const fn get(&self, metric: Metric) -> Option<Summary> {
        self.summaries[metric.index()]
    }

    pub const fn set(&mut self, metric: Metric, summary: Option<Summary>) {
        self.summaries[metric.index()] = summary;
    }

    /// Takes over what the other one knows from as many looks or more; the start stays.
    pub fn outdo(&mut self, other: &Self) {
        for (mine, theirs) in self.summaries.iter_mut().zip(other.summaries) {
            let count = |summary: Option<Summary>| summary.map_or(0, Summary::count);
            if count(theirs) >= count(*mine) {
                *mine = theirs;
            }
        }
    }

    /// Adds what the other one says; the start stays.
    pub fn absorb(&mut self, other: &Self) {
        for (mine, theirs) in self.summaries.iter_mut().zip(other.summaries) {
            *mine = match (*mine, theirs) {
                (Some(mine), Some(theirs)) => Some(mine.merge(theirs)),
                (mine, theirs) => mine.or(theirs),
            };
        }
    }
}

/// Where the stretch begins that `time` lies in.
pub fn aligned(time: Timestamp, width: Duration) -> Timestamp {
    let width = i64::try_from(width.as_micros()).unwrap_or(i64::MAX).max(1);
    let start = time.as_micros().div_euclid(width).saturating_mul(width);
    Timestamp::from_micros(start)
}

/// Bins of one width, filled in any order.
#[derive(Clone, Debug)]
pub struct Bins {
    width: Duration,
    bins: BTreeMap<Timestamp, Bin>,
}

impl Bins {
    pub const fn new(width: Duration) -> Self {
        Self {
            width,
            bins: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, time: Timestamp, values: &Values) {
        self.absorb(&Bin::of(time, values));
    }

    /// Adds a bin that is no wider than these.
    pub fn absorb(&mut self, bin: &Bin) {
        let start = aligned(bin.start, self.width);
        self.bins.entry(start).or_insert(Bin::empty(start)).absorb(bin);
    }

    /// Takes over of each stretch what is known from as many looks or more.
    pub fn outdo(&mut self, bin: &Bin) {
        self.bins
            .entry(bin.start)
            .or_insert(Bin::empty(bin.start))
            .outdo(bin);
    }

    /// Oldest first; stretches without a look are left out.
    pub fn into_vec(self) -> Vec<Bin> {
        self.bins.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are the same every time, the extremes among them.
    fn numbers(seed: u64) -> impl Iterator<Item = u64> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            match state % 7 {
                0 => u64::MAX,
                1 => 0,
                _ => state >> (state % 60),
            }
        })
    }

    fn samples(seed: u64, count: usize) -> Vec<(Timestamp, Values)> {
        let mut numbers = numbers(seed);
        let mut next = move || numbers.next().unwrap_or_default();
        (0..count)
            .map(|_| {
                let time = i64::try_from(next() % 400_000_000_000).unwrap() - 200_000_000_000;
                let mut values = Values::NONE;
                for metric in Metric::ALL {
                    let value = next();
                    values.set(*metric, (!next().is_multiple_of(3)).then_some(value));
                }
                (Timestamp::from_micros(time), values)
            })
            .collect()
    }

    fn rolled(samples: &[(Timestamp, Values)], width: Duration) -> Vec<Bin> {
        let mut bins = Bins::new(width);
        for (time, values) in samples {
            bins.add(*time, values);
        }
        bins.into_vec()
    }

    #[test]
    fn merging_is_associative_and_commutative() {
        for seed in 0..500 {
            let values: Vec<u64> = numbers(seed).take(3).collect();
            let (a, b, c) = (
                Summary::of(values[0]),
                Summary::of(values[1]),
                Summary::of(values[2]),
            );
            assert_eq!(a.merge(b).merge(c), a.merge(b.merge(c)), "{values:?}");
            assert_eq!(a.merge(b), b.merge(a), "{values:?}");
        }
    }

    #[test]
    fn an_hour_of_minutes_is_an_hour_of_samples_in_any_order() {
        for seed in 0..50 {
            let mut samples = samples(seed, 200);
            let hours = rolled(&samples, Duration::from_hours(1));
            let minutes = rolled(&samples, Duration::from_mins(1));
            samples.reverse();
            assert_eq!(rolled(&samples, Duration::from_hours(1)), hours, "{seed}");
            let mut of_minutes = Bins::new(Duration::from_hours(1));
            for minute in minutes.iter().rev() {
                of_minutes.absorb(minute);
            }
            assert_eq!(of_minutes.into_vec(), hours, "{seed}");
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let two = Summary::of(u64::MAX).merge(Summary::of(u64::MAX));
        assert_eq!(
            (two.average(), two.maximum(), two.count()),
            (u64::MAX, u64::MAX, 2)
        );
    }

    #[test]
    fn what_no_figures_can_lead_to_is_refused() {
        assert_eq!(Summary::from_parts(0, 0, 0), None);
        assert_eq!(Summary::from_parts(2, 5, 6), None);
        assert_eq!(Summary::from_parts(2, 13, 6), None);
        assert_eq!(Summary::from_parts(1, 6, 6), Some(Summary::of(6)));
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let mut bin = Bin::of(Timestamp::from_micros(0), &Values::NONE.with(Metric::CpuRatio, 7));
        bin.absorb(&Bin::of(Timestamp::from_micros(0), &Values::NONE));
        assert_eq!(bin.get(Metric::CpuRatio), Some(Summary::of(7)));
        assert_eq!(bin.get(Metric::DiskBytes), None);
    }

    #[test]
    fn stretches_begin_at_utc_midnight_before_and_after_the_epoch() {
        let day = Duration::from_hours(24);
        let micros = |time: i64| aligned(Timestamp::from_micros(time), day).as_micros();
        assert_eq!(micros(86_399_999_999), 0);
        assert_eq!(micros(86_400_000_000), 86_400_000_000);
        assert_eq!(micros(-1), -86_400_000_000);
        // The night in which Europe's clocks go forward in 2026, 23:59:59.999999 and midnight, UTC.
        let midnight = 1_774_742_400_000_000;
        assert_eq!(micros(midnight - 1), midnight - 86_400_000_000);
        assert_eq!(micros(midnight), midnight);
    }
}
