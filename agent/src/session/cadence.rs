//! When to look at the machine: at whole multiples of the interval since 1970, by the machine's clock, wherever that is set to.

use std::time::Duration;

use tokio::time::sleep;

use crate::clock::Clock;

/// Tells when the next look is due.
#[derive(Debug)]
pub(super) struct Cadence {
    interval: Duration,
    /// By the wall clock.
    next: Duration,
}

impl Cadence {
    pub(super) fn new(interval: Duration, now: Duration) -> Self {
        Self {
            interval,
            next: following(now, interval),
        }
    }

    pub(super) const fn interval(&self) -> Duration {
        self.interval
    }

    /// Looks this often from now on.
    pub(super) fn set_interval(&mut self, interval: Duration, now: Duration) {
        if interval != self.interval {
            *self = Self::new(interval, now);
        }
    }

    /// Waits until a look is due. Nothing is lost when this is given up and asked for again.
    pub(super) async fn due(&mut self, clock: &dyn Clock) {
        loop {
            let now = clock.now();
            let wait = self.next.saturating_sub(now);
            if wait.is_zero() {
                self.next = following(now, self.interval);
                return;
            }
            if wait > self.interval {
                // The clock was set back: what was planned belongs to another time.
                self.next = following(now, self.interval);
            } else {
                sleep(wait).await;
            }
        }
    }
}

/// The first whole multiple after this time.
fn following(now: Duration, interval: Duration) -> Duration {
    let nanos = interval.as_nanos().max(1);
    let next = (now.as_nanos() / nanos + 1).saturating_mul(nanos);
    Duration::from_nanos(u64::try_from(next).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::time::Instant;

    use super::*;

    const INTERVAL: Duration = Duration::from_secs(10);

    /// A clock that goes as tokio's does, from a given time on.
    #[derive(Debug)]
    struct Going {
        base: Mutex<Duration>,
        begun: Instant,
    }

    impl Going {
        fn from(base: Duration) -> Arc<Self> {
            Arc::new(Self {
                base: Mutex::new(base),
                begun: Instant::now(),
            })
        }
    }

    impl Clock for Going {
        fn now(&self) -> Duration {
            *self.base.lock().unwrap() + self.begun.elapsed()
        }
    }

    #[test]
    fn multiples_are_counted_from_1970() {
        for (now, wanted) in [(0, 10), (9, 10), (10, 20), (1_700_000_003, 1_700_000_010)] {
            assert_eq!(
                following(Duration::from_secs(now), INTERVAL),
                Duration::from_secs(wanted)
            );
        }
        assert!(following(Duration::MAX, Duration::ZERO) > Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn looks_are_due_at_whole_multiples_and_each_once() {
        let clock = Going::from(Duration::from_secs(1_700_000_003));
        let mut cadence = Cadence::new(INTERVAL, clock.now());
        for wanted in [1_700_000_010, 1_700_000_020, 1_700_000_030] {
            cadence.due(&*clock).await;
            let late = clock.now().saturating_sub(Duration::from_secs(wanted));
            assert!(clock.now().as_secs() >= wanted);
            assert!(late < Duration::from_millis(5), "{late:?} after {wanted}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_was_given_up_goes_on() {
        let clock = Going::from(Duration::from_secs(1_700_000_003));
        let mut cadence = Cadence::new(INTERVAL, clock.now());
        let brief = tokio::time::timeout(Duration::from_secs(3), cadence.due(&*clock)).await;
        assert!(brief.is_err());
        cadence.due(&*clock).await;
        assert_eq!(clock.now().as_secs(), 1_700_000_010);
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_back_does_not_stop_the_looks() {
        let clock = Going::from(Duration::from_secs(1_700_000_003));
        let mut cadence = Cadence::new(INTERVAL, clock.now());
        *clock.base.lock().unwrap() = Duration::from_secs(1_600_000_001);
        let begun = Instant::now();
        cadence.due(&*clock).await;
        assert!(begun.elapsed() <= INTERVAL);
        assert_eq!(clock.now().as_secs(), 1_600_000_010);
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_ahead_makes_one_look_and_no_flood() {
        let clock = Going::from(Duration::from_secs(1_700_000_003));
        let mut cadence = Cadence::new(INTERVAL, clock.now());
        *clock.base.lock().unwrap() = Duration::from_secs(1_800_000_001);
        cadence.due(&*clock).await;
        let begun = Instant::now();
        cadence.due(&*clock).await;
        assert!(
            begun.elapsed() > Duration::from_secs(1),
            "the next look is a whole multiple later"
        );
        assert_eq!(clock.now().as_secs(), 1_800_000_010);
    }
}
