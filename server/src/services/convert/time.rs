//! Points in time on the wire.

use crate::domain::time::Timestamp;

#[expect(clippy::unnecessary_wraps, reason = "fields of messages are optional")]
pub(super) fn wire_time(time: Timestamp) -> Option<prost_types::Timestamp> {
    let micros = time.as_micros().rem_euclid(1_000_000);
    Some(prost_types::Timestamp {
        seconds: time.as_seconds(),
        nanos: i32::try_from(micros * 1000).unwrap_or(0),
    })
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
