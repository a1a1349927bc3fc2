//! The time of day, so that tests can set it. What measures spans asks the runtime's clock, which nobody sets back.

use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prost_types::Timestamp;

/// Tells the time of day.
pub trait Clock: Debug + Send + Sync {
    /// The time since the beginning of 1970.
    fn now(&self) -> Duration;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the clock that everybody else asks"
        )]
        let now = SystemTime::now();
        // A clock set to before 1970 reads as 1970.
        now.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO)
    }
}

/// The time as messages hold it.
pub(crate) fn timestamp(now: Duration) -> Timestamp {
    Timestamp {
        seconds: i64::try_from(now.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(now.subsec_nanos()).unwrap_or(0),
    }
}

/// The time of a message; `None` before 1970.
pub(crate) fn since_1970(time: &Timestamp) -> Option<Duration> {
    let seconds = u64::try_from(time.seconds).ok()?;
    let nanos = u32::try_from(time.nanos)
        .ok()
        .filter(|nanos| *nanos < 1_000_000_000)?;
    Some(Duration::new(seconds, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_being_told() {
        let time = Duration::from_millis(1_735_689_600_123);
        assert_eq!(since_1970(&timestamp(time)), Some(time));
    }

    #[test]
    fn impossible_times_are_not_known() {
        assert_eq!(
            since_1970(&Timestamp {
                seconds: -1,
                nanos: 0
            }),
            None
        );
        assert_eq!(
            since_1970(&Timestamp {
                seconds: 1,
                nanos: -1
            }),
            None
        );
        assert_eq!(
            since_1970(&Timestamp {
                seconds: 1,
                nanos: i32::MAX
            }),
            None
        );
    }
}
