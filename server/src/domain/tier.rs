//! How finely figures are kept, and for how long.

use std::time::Duration;

use super::codes::{Code, coded};
use super::etag::Generation;
use super::fields::FieldErrors;
use super::time::Timestamp;

/// Figures are rolled up, and raw ones removed, by whole days of UTC.
pub const DAY: Duration = Duration::from_hours(24);
/// The least that any tier is kept: a day is rolled up when it is over.
pub const SHORTEST_KEEP: Duration = DAY;
/// The most that rolled-up figures are kept.
pub const LONGEST_KEEP: Duration = Duration::from_hours(10 * 365 * 24);
/// Who asks for all that is kept names a beginning that is just too old when the question arrives.
const ON_ITS_WAY: Duration = Duration::from_mins(1);
/// The most that every sample is kept.
pub const LONGEST_RAW_KEEP: Duration = Duration::from_hours(31 * 24);

coded! {
    /// One resolution of the history.
    Tier {
        /// Every sample.
        Raw = "raw",
        Minute = "minute",
        TenMinutes = "ten_minutes",
        Hour = "hour",
    }
}

impl Tier {
    /// What samples are rolled up into, finest first.
    pub const ROLLED: [Self; 3] = [Self::Minute, Self::TenMinutes, Self::Hour];

    /// The stretch of time that one bin stands for; `None` where every sample is kept.
    pub const fn width(self) -> Option<Duration> {
        match self {
            Self::Raw => None,
            Self::Minute => Some(Duration::from_mins(1)),
            Self::TenMinutes => Some(Duration::from_mins(10)),
            Self::Hour => Some(Duration::from_hours(1)),
        }
    }

    /// The longest that it may be kept.
    pub const fn longest_keep(self) -> Duration {
        match self {
            Self::Raw => LONGEST_RAW_KEEP,
            Self::Minute | Self::TenMinutes | Self::Hour => LONGEST_KEEP,
        }
    }

    /// What is wrong with keeping it so long.
    pub fn keep_problem(self, keep: Duration) -> Option<String> {
        let longest = self.longest_keep();
        if keep < SHORTEST_KEEP || keep > longest {
            let days = longest.as_secs() / DAY.as_secs();
            Some(format!("must be from 1 to {days} days"))
        } else if !keep.as_secs().is_multiple_of(3600) || keep.subsec_nanos() != 0 {
            Some("must be whole hours".to_owned())
        } else {
            None
        }
    }
}

/// How long each tier is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    pub raw: Duration,
    pub minute: Duration,
    pub ten_minutes: Duration,
    pub hour: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            raw: Duration::from_hours(48),
            minute: 14 * DAY,
            ten_minutes: 60 * DAY,
            hour: 730 * DAY,
        }
    }
}

impl Retention {
    pub const fn of(&self, tier: Tier) -> Duration {
        match tier {
            Tier::Raw => self.raw,
            Tier::Minute => self.minute,
            Tier::TenMinutes => self.ten_minutes,
            Tier::Hour => self.hour,
        }
    }

    /// Whether the tier still has what was at `from`.
    pub fn reaches(&self, tier: Tier, now: Timestamp, from: Timestamp) -> bool {
        now.since(from) <= self.of(tier) + ON_ITS_WAY
    }

    /// Every bound that one of them breaks, under the name of its field.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        for tier in Tier::ALL {
            if let Some(problem) = tier.keep_problem(self.of(*tier)) {
                errors.push(tier.code(), problem);
            }
        }
        errors.check()
    }
}

/// The retention as it is set now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionSetting {
    pub retention: Retention,
    pub update_time: Timestamp,
    pub generation: Generation,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_retention_that_is_set_at_first_is_within_its_bounds() {
        assert_eq!(Retention::default().check(), Ok(()));
    }

    #[test]
    fn every_bad_field_of_a_retention_is_named() {
        let bad = Retention {
            raw: LONGEST_RAW_KEEP + Duration::from_hours(1),
            minute: Duration::ZERO,
            ten_minutes: Duration::MAX,
            hour: DAY + Duration::from_secs(1),
        };
        let errors = bad.check().unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["raw", "minute", "ten_minutes", "hour"]);
    }
}
