//! When a disk will be full, going by how it has filled.
//!
//! A straight line is laid through the points by least squares, as `predict_linear` of Prometheus does:
//! with the means t̄ and ȳ, its slope is `Σ (t - t̄)(y - ȳ) / Σ (t - t̄)²`. What is left of the disk, divided by the slope, is
//! how long it takes. The line goes through the newest point: what is full is full, whatever it was on average.

use std::time::Duration;

use super::metric::RATIO_ONE;
use super::time::Timestamp;

/// How far back points count.
pub const HISTORY: Duration = Duration::from_hours(6);
/// Of less nothing is foreseen.
const LEAST_SPAN: Duration = Duration::from_hours(1);
const LEAST_POINTS: usize = 20;
/// Somebody has cleaned up when it falls by so much from one point to the next, in units of 1/[`RATIO_ONE`].
const CLEAN_UP: u64 = RATIO_ONE / 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Too little is known.
    Unknown,
    /// It does not fill.
    Never,
    FullIn(Duration),
}

/// `points` are how full it was, in units of 1/[`RATIO_ONE`], oldest first. Those that are not newer than the one before
/// them do not count.
pub fn outlook(points: impl IntoIterator<Item = (Timestamp, u64)>) -> Outlook {
    let mut kept: Vec<(Timestamp, u64)> = Vec::new();
    let mut cleaned_up = false;
    for (time, ratio) in points {
        let ratio = ratio.min(RATIO_ONE);
        if let Some((before, fuller)) = kept.last().copied() {
            if time <= before {
                continue;
            }
            if ratio + CLEAN_UP <= fuller {
                kept.clear();
                cleaned_up = true;
            }
        }
        kept.push((time, ratio));
    }
    let (Some((first, _)), Some((last, now))) = (kept.first().copied(), kept.last().copied()) else {
        return Outlook::Unknown;
    };
    if now == RATIO_ONE {
        return Outlook::FullIn(Duration::ZERO);
    }
    if kept.len() < LEAST_POINTS || last.since(first) < LEAST_SPAN {
        // It has just become emptier, which is no filling, however little is known since.
        return if cleaned_up {
            Outlook::Never
        } else {
            Outlook::Unknown
        };
    }
    let slope = slope(&kept, first);
    if slope <= 0.0 {
        return Outlook::Never;
    }
    #[expect(clippy::cast_precision_loss, reason = "it is at most 10,000")]
    let left = (RATIO_ONE - now) as f64;
    // A slope that is next to nothing gives more seconds than there are.
    Duration::try_from_secs_f64(left / slope).map_or(Outlook::Never, Outlook::FullIn)
}

/// By how much it fills in a second.
#[expect(
    clippy::cast_precision_loss,
    reason = "hours in microseconds and ratios are exact"
)]
fn slope(points: &[(Timestamp, u64)], first: Timestamp) -> f64 {
    let count = points.len() as f64;
    let at = |time: Timestamp| time.since(first).as_secs_f64();
    let mean_time = points.iter().map(|(time, _)| at(*time)).sum::<f64>() / count;
    let mean_ratio = points.iter().map(|(_, ratio)| *ratio as f64).sum::<f64>() / count;
    let (mut rise, mut run) = (0.0, 0.0);
    for (time, ratio) in points {
        let apart = at(*time) - mean_time;
        rise += apart * (*ratio as f64 - mean_ratio);
        run += apart * apart;
    }
    if run > 0.0 { rise / run } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

    /// A point a minute.
    fn minutes(ratios: impl IntoIterator<Item = u64>) -> Outlook {
        let points = ratios.into_iter().zip(0..);
        outlook(points.map(|(ratio, minute)| (NOON + Duration::from_mins(minute), ratio)))
    }

    fn hours(outlook: Outlook) -> u64 {
        match outlook {
            Outlook::FullIn(left) => (left.as_secs() + 1800) / 3600,
            Outlook::Unknown | Outlook::Never => panic!("{outlook:?}"),
        }
    }

    #[test]
    fn what_fills_evenly_is_full_when_the_line_says() {
        // From 50 %, 1 % every 12 minutes: 30 % more in 6 hours, and the last 20 % in 4.
        let filling = (0..=360_u64).map(|minute| 5_000 + minute * 100 / 12);
        assert_eq!(hours(minutes(filling)), 4);
    }

    #[test]
    fn noise_does_not_change_it_much() {
        let noisy = (0..=360_u64).map(|minute| 5_000 + minute * 100 / 12 + (minute * 7919) % 50);
        assert_eq!(hours(minutes(noisy)), 4);
    }

    #[test]
    fn what_stays_or_shrinks_is_never_full() {
        assert_eq!(minutes(vec![9_900; 360]), Outlook::Never);
        assert_eq!(minutes((0..360).map(|minute| 9_900 - minute)), Outlook::Never);
        let emptied = vec![9_900; 300].into_iter().chain(vec![4_000; 5]);
        assert_eq!(
            minutes(emptied),
            Outlook::Never,
            "somebody has cleaned up just now"
        );
    }

    #[test]
    fn after_a_clean_up_only_what_follows_counts() {
        let before = (0..180_u64).map(|minute| 9_000 + minute * 5);
        let after = (0..180_u64).map(|minute| 2_000 + minute * 10);
        // 10 a minute; 6,210 are left.
        assert_eq!(hours(minutes(before.chain(after))), 10);
    }

    #[test]
    fn of_too_little_nothing_is_foreseen() {
        assert_eq!(minutes([]), Outlook::Unknown);
        assert_eq!(
            minutes((0..59).map(|minute| minute * 100)),
            Outlook::Unknown,
            "no hour"
        );
        let sparse = (0..19_u64).map(|point| (NOON + Duration::from_hours(point), point * 100));
        assert_eq!(outlook(sparse), Outlook::Unknown, "no twenty points");
    }

    #[test]
    fn hostile_points_break_nothing() {
        assert_eq!(minutes(vec![u64::MAX; 100]), Outlook::FullIn(Duration::ZERO));
        let same_time = (0..100).map(|ratio| (NOON, ratio));
        assert_eq!(outlook(same_time), Outlook::Unknown);
        let backwards = (0..100_u64).map(|minute| (NOON - Duration::from_mins(minute), minute * 90));
        assert_eq!(outlook(backwards), Outlook::Unknown);
        let far = [
            (Timestamp::from_micros(i64::MIN), 0),
            (Timestamp::from_micros(i64::MAX), 1),
        ];
        assert_eq!(outlook(far), Outlook::Unknown);
        // A rise of one ten thousandth within centuries.
        let slow = (0..30_u64).map(|point| {
            let time = Timestamp::from_micros(i64::MIN) + Duration::from_hours(point * 80_000);
            (time, u64::from(point == 29))
        });
        assert!(matches!(outlook(slow), Outlook::FullIn(_) | Outlook::Never));
    }
}
