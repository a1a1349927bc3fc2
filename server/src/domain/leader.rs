//! How long an instance leads a task of which only one may do a turn at a time.

use std::time::Duration;

/// A leader lease outlives this many periods without a sign of life…
const LEASE_PERIODS: u32 = 3;
/// …and is never shorter than this.
const SHORTEST_LEASE: Duration = Duration::from_secs(30);
/// From one turn to the next at most, whatever the configuration says.
pub const LONGEST_PERIOD: Duration = Duration::from_hours(1);
/// No instance leads for longer without a sign of life, however it is configured.
pub const LONGEST_LEASE: Duration = Duration::from_hours(3);

/// How long a leader of a task of this period leads without a sign of life.
pub fn lease(period: Duration) -> Duration {
    (period * LEASE_PERIODS).max(SHORTEST_LEASE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_lease_is_that_of_the_longest_period() {
        assert_eq!(lease(LONGEST_PERIOD), LONGEST_LEASE);
        assert_eq!(lease(Duration::from_secs(1)), SHORTEST_LEASE);
    }
}
