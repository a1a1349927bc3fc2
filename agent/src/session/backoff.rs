//! How long to pause before the next try.

use std::time::Duration;

use ring::rand::{SecureRandom as _, SystemRandom};

/// Pauses whose limit doubles up to a cap. Each is drawn between nothing and its limit, so that a thousand agents that lost their
/// server together do not come back together.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    cap: Duration,
    taken: u32,
}

impl Backoff {
    pub(super) const fn new(first: Duration, cap: Duration) -> Self {
        Self { first, cap, taken: 0 }
    }

    /// The next pause, not shorter than what the server asked for.
    pub(super) fn next(&mut self, asked: Option<Duration>) -> Duration {
        let limit = self.first.saturating_mul(2_u32.saturating_pow(self.taken));
        self.taken = self.taken.saturating_add(1);
        let drawn = limit.min(self.cap).mul_f64(drawn());
        drawn.max(asked.unwrap_or_default())
    }

    /// Starts again from the shortest pause.
    pub(super) fn reset(&mut self) {
        self.taken = 0;
    }
}

/// A pause between a half and all of this.
pub(super) fn half_to_all(of: Duration) -> Duration {
    of.mul_f64(f64::midpoint(1.0, drawn()))
}

/// A number from 0 to 1; all of it where there is no chance.
fn drawn() -> f64 {
    let mut bytes = [0; 4];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_cap_and_start_anew() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert!(backoff.next(None) <= Duration::from_secs(seconds));
        }
        backoff.reset();
        assert!(backoff.next(None) <= Duration::from_secs(1));
    }

    #[test]
    fn pauses_are_spread_over_all_of_their_limit() {
        let drawn: Vec<Duration> = (0..200)
            .map(|_| Backoff::new(Duration::from_secs(1), Duration::from_secs(1)).next(None))
            .collect();
        assert!(drawn.iter().any(|pause| *pause < Duration::from_millis(200)));
        assert!(drawn.iter().any(|pause| *pause > Duration::from_millis(800)));
    }

    #[test]
    fn what_the_server_asks_for_is_the_least() {
        let asked = Duration::from_secs(90);
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
        assert_eq!(backoff.next(Some(asked)), asked);
    }

    #[test]
    fn a_slow_pause_is_at_least_a_half() {
        let pause = half_to_all(Duration::from_secs(60));
        assert!((Duration::from_secs(30)..=Duration::from_secs(60)).contains(&pause));
    }
}
