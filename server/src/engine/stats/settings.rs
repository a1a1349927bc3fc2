//! How often servers are looked at, and what follows from it.

use std::time::Duration;

/// No call is given less time than this, however often it is made.
const SHORTEST_LIMIT: Duration = Duration::from_secs(5);
/// A look for watchers that takes longer helps nobody.
const LIVE_LIMIT: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatsSettings {
    /// Between two looks at all guests of a hypervisor.
    pub sweep_period: Duration,
    /// Between two looks at those that somebody watches.
    pub live_period: Duration,
}

impl Default for StatsSettings {
    fn default() -> Self {
        Self {
            sweep_period: Duration::from_secs(30),
            live_period: Duration::from_secs(2),
        }
    }
}

impl StatsSettings {
    /// A figure that is older is of the past, and across a longer gap there are no rates.
    pub fn stale_after(&self) -> Duration {
        self.sweep_period * 3
    }

    /// How long a hypervisor may take to list its guests.
    pub fn listing_limit(&self) -> Duration {
        self.sweep_period.max(SHORTEST_LIMIT)
    }

    /// How long a sweep may take for what it lists, judges and compares, so that its figures are not stale when the next
    /// one, a period after its end, takes as long.
    pub fn sweep_limit(&self) -> Duration {
        self.listing_limit() * 3 / 2
    }

    /// When a sweep is given up whatever it waits for, such as a look for watchers and then a database that stands still:
    /// sooner than its leader's lease ends, so that no two sweep a cluster at once.
    pub fn turn_limit(&self) -> Duration {
        self.live_limit() + self.sweep_limit()
    }

    /// How long a hypervisor may take to list its guests for those who watch.
    pub fn live_limit(&self) -> Duration {
        self.listing_limit().min(LIVE_LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_sweeps_that_take_as_long_as_they_may_are_not_stale_in_between() {
        let settings = StatsSettings::default();
        // Turns begin up to a tenth late, and may have to wait for a look for those who watch.
        let apart = settings.live_limit() + settings.sweep_limit() + settings.sweep_period * 11 / 10;
        assert!(apart < settings.stale_after(), "{apart:?}");
    }
}
