//! Points and spans of time on the wire.

use std::time::Duration;

use crate::domain::time::Timestamp;

#[expect(clippy::unnecessary_wraps, reason = "fields of messages are optional")]
pub(super) fn wire_time(time: Timestamp) -> Option<prost_types::Timestamp> {
    let micros = time.as_micros().rem_euclid(1_000_000);
    Some(prost_types::Timestamp {
        seconds: time.as_seconds(),
        nanos: i32::try_from(micros * 1000).unwrap_or(0),
    })
}

/// The nearest span the wire can hold.
pub(super) fn wire_duration(duration: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_before_the_epoch_has_positive_nanoseconds() {
        let wire = wire_time(Timestamp::from_micros(-1)).unwrap();
        assert_eq!((wire.seconds, wire.nanos), (-1, 999_999_000));
    }
}
