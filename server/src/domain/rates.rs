//! From what a hypervisor tells of a guest to figures: counters become rates, and what cannot be is unknown.
//!
//! Hypervisors refresh what they tell only now and then, so that two looks may see the same. The guest's
//! uptime says so, and it is also the better clock: it tells how far apart the counters were read, not how far
//! apart we asked.

use std::time::Duration;

use super::guest::{Guest, GuestStatus};
use super::metric::{Metric, RATIO_ONE};
use super::sample::Values;
use super::time::Timestamp;

/// What a listing lags behind at most: so far may our clock and a guest's uptime disagree.
const LAG: Duration = Duration::from_secs(30);
/// Beyond what any disk or network card does, in bytes per second.
const MAX_RATE: u128 = 1 << 40;
/// Beyond any memory or disk.
const MAX_BYTES: u64 = 1 << 60;
/// Of what there is: a little more is told at times, so much only by mistake.
const MOST_USED: u64 = 2;
/// Below it lies no rounding, but a counter that was set back.
const LEAST_RATIO: f64 = -0.1;

const RATES: [Metric; 4] = [
    Metric::NetworkInRate,
    Metric::NetworkOutRate,
    Metric::DiskReadRate,
    Metric::DiskWriteRate,
];

/// What is remembered of a guest between two looks.
#[derive(Clone, Debug, Default)]
pub struct Track(Option<Look>);

/// The newest look that saw something new.
#[derive(Clone, Copy, Debug)]
struct Look {
    time: Timestamp,
    running: bool,
    /// `None` also for 0, which tells nothing.
    uptime: Option<Duration>,
    /// In the order of [`RATES`].
    counters: [Option<u64>; 4],
}

/// How a look follows the one before.
enum Step {
    /// It saw the same once more.
    NoNews,
    /// So much time lies between what the two have seen.
    After(Duration),
    /// Nothing follows from the two together.
    Broken,
}

impl Track {
    /// What the guest's figures are; `None` when nothing is known, or nothing new. Rates are none across a gap
    /// that is longer than `longest_gap`.
    pub fn look(&mut self, guest: &Guest, time: Timestamp, longest_gap: Duration) -> Option<Values> {
        let running = match guest.status {
            GuestStatus::Running => true,
            GuestStatus::Stopped => false,
            GuestStatus::Unknown => return None,
        };
        let look = Look::new(guest, running, time);
        let mut values = at_once(guest, running);
        match self.0.map(|before| before.step(&look, longest_gap)) {
            Some(Step::NoNews) => return None,
            Some(Step::After(elapsed)) => {
                for (metric, rate) in RATES.into_iter().zip(self.rates(&look, elapsed)) {
                    values.set(metric, rate);
                }
            }
            Some(Step::Broken) | None => {}
        }
        self.0 = Some(look);
        (!values.is_empty()).then_some(values)
    }

    /// When something new was last seen.
    pub fn time(&self) -> Option<Timestamp> {
        self.0.map(|look| look.time)
    }

    fn rates(&self, now: &Look, elapsed: Duration) -> [Option<u64>; 4] {
        match &self.0 {
            Some(before) if now.running && !now.has_fallen_since(before) => {
                let mut rates = [None; 4];
                for ((rate, before), now) in rates.iter_mut().zip(before.counters).zip(now.counters) {
                    *rate = before
                        .zip(now)
                        .and_then(|(before, now)| per_second(now.checked_sub(before)?, elapsed));
                }
                rates
            }
            Some(_) if !now.running => [Some(0); 4],
            Some(_) | None => [None; 4],
        }
    }
}

impl Look {
    fn new(guest: &Guest, running: bool, time: Timestamp) -> Self {
        let usage = &guest.usage;
        Self {
            time,
            running,
            uptime: usage.uptime.filter(|uptime| running && !uptime.is_zero()),
            counters: [
                usage.network_in_bytes,
                usage.network_out_bytes,
                usage.disk_read_bytes,
                usage.disk_write_bytes,
            ],
        }
    }

    fn step(&self, next: &Self, longest_gap: Duration) -> Step {
        if next.time < self.time {
            return Step::Broken;
        }
        let passed = next.time.since(self.time);
        if passed.is_zero() {
            return Step::NoNews;
        }
        if next.running != self.running {
            return Step::Broken;
        }
        match self.uptime.zip(next.uptime) {
            Some((before, now)) if before == now => Step::NoNews,
            // Started anew, seen at once or by an uptime that is too short for the time that has passed.
            Some((before, now)) => match now.checked_sub(before) {
                Some(up) if passed <= longest_gap && up.abs_diff(passed) <= LAG => Step::After(up),
                Some(_) | None => Step::Broken,
            },
            None if passed <= longest_gap => Step::After(passed),
            None => Step::Broken,
        }
    }

    /// A counter that falls was set back, and the others perhaps with it.
    fn has_fallen_since(&self, before: &Self) -> bool {
        let mut pairs = before.counters.into_iter().zip(self.counters);
        pairs.any(|(before, now)| before.zip(now).is_some_and(|(before, now)| now < before))
    }
}

/// What one look tells without another.
fn at_once(guest: &Guest, running: bool) -> Values {
    let limit = |bytes: u64| (1..=MAX_BYTES).contains(&bytes).then_some(bytes);
    let memory_limit = limit(guest.resources.memory_bytes);
    let disk_limit = limit(guest.resources.disk_bytes);
    let usage = &guest.usage;
    let mut values = Values::NONE;
    values.set(Metric::MemoryLimitBytes, memory_limit);
    values.set(Metric::DiskLimitBytes, disk_limit);
    if running {
        values.set(Metric::CpuRatio, usage.cpu_ratio.and_then(fixed_ratio));
        values.set(Metric::MemoryBytes, within(usage.memory_bytes, memory_limit));
        values.set(Metric::DiskBytes, within(usage.disk_bytes, disk_limit));
    } else {
        values.set(Metric::CpuRatio, Some(0));
        values.set(Metric::MemoryBytes, Some(0));
    }
    values
}

fn within(bytes: Option<u64>, limit: Option<u64>) -> Option<u64> {
    match limit {
        Some(limit) => bytes
            .filter(|bytes| *bytes <= limit.saturating_mul(MOST_USED))
            .map(|bytes| bytes.min(limit)),
        None => bytes.filter(|bytes| *bytes <= MAX_BYTES),
    }
}

/// A little below 0 happens, just after a start, and so does a little more than all; beyond that nothing is known.
fn fixed_ratio(ratio: f64) -> Option<u64> {
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let plausible = (LEAST_RATIO..=MOST_USED as f64).contains(&ratio);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "from 0 to 10,000"
    )]
    let fixed = (ratio.clamp(0.0, 1.0) * RATIO_ONE as f64).round() as u64;
    plausible.then_some(fixed)
}

fn per_second(bytes: u64, elapsed: Duration) -> Option<u64> {
    let rate = (u128::from(bytes) * 1_000_000).checked_div(elapsed.as_micros())?;
    if rate > MAX_RATE {
        return None;
    }
    u64::try_from(rate).ok()
}

#[cfg(test)]
#[path = "rates_tests.rs"]
mod tests;
