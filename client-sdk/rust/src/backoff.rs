//! How long to pause before trying again.

use std::time::Duration;

use rand::RngExt as _;

/// A server may ask for a pause; one that asks for more is not believed.
const LONGEST_ASKED: Duration = Duration::from_mins(10);

/// Pauses that double up to a cap. Each is drawn between a half and all of its length, so that clients which failed together do not come
/// back together.
#[derive(Debug)]
pub(crate) struct Backoff {
    first: Duration,
    cap: Duration,
    /// How many pauses there are; `None` means no end.
    limit: Option<u32>,
    taken: u32,
}

impl Backoff {
    /// For unary calls: somebody waits for the answer.
    pub(crate) const fn of_calls() -> Self {
        Self::new(Duration::from_millis(100), Duration::from_secs(5), Some(4))
    }

    /// For streams and long work: they outlive restarts of the server.
    pub(crate) const fn of_streams() -> Self {
        Self::new(Duration::from_secs(1), Duration::from_secs(30), None)
    }

    const fn new(first: Duration, cap: Duration, limit: Option<u32>) -> Self {
        Self {
            first,
            cap,
            limit,
            taken: 0,
        }
    }

    /// The next pause, not shorter than what the server asked for; `None` when it is time to give up.
    pub(crate) fn next(&mut self, asked: Option<Duration>) -> Option<Duration> {
        if self.limit.is_some_and(|limit| self.taken >= limit) {
            return None;
        }
        let longest = self
            .first
            .saturating_mul(2_u32.saturating_pow(self.taken))
            .min(self.cap);
        self.taken = self.taken.saturating_add(1);
        let drawn = longest.mul_f64(rand::rng().random_range(0.5..=1.0));
        Some(drawn.max(asked.unwrap_or_default().min(LONGEST_ASKED)))
    }

    /// Starts again from the shortest pause, after a success.
    pub(crate) fn reset(&mut self) {
        self.taken = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_cap_and_start_anew() {
        let mut backoff = Backoff::of_streams();
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            let longest = Duration::from_secs(seconds);
            let pause = backoff.next(None).unwrap();
            assert!(
                pause <= longest && pause >= longest / 2,
                "{pause:?} is not within {longest:?}"
            );
        }
        backoff.reset();
        assert!(backoff.next(None).unwrap() <= Duration::from_secs(1));
    }

    #[test]
    fn calls_give_up_after_four_pauses() {
        let mut backoff = Backoff::of_calls();
        assert!((0..4).all(|_| backoff.next(None).is_some()));
        assert_eq!(backoff.next(None), None);
    }

    #[test]
    fn what_the_server_asks_for_is_the_least() {
        let asked = Duration::from_secs(7);
        assert_eq!(Backoff::of_calls().next(Some(asked)), Some(asked));
    }
}
