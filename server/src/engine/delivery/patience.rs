//! When what failed is tried again.

use std::time::Duration;

use rand::RngExt;

const FIRST_RETRY: Duration = Duration::from_secs(30);
const LONGEST_RETRY: Duration = Duration::from_hours(1);
/// Characters of an error that are kept.
const MAX_ERROR: usize = 500;

/// The wait after this many failures, each time another one so that messages do not move in step.
pub fn again_after(failures: u32) -> Duration {
    backoff(failures, rand::rng().random_range(0.8..1.2))
}

fn backoff(failures: u32, spread: f64) -> Duration {
    let doubled = FIRST_RETRY.saturating_mul(1 << failures.min(10));
    doubled.min(LONGEST_RETRY).mul_f64(spread)
}

/// As much of an error as is kept.
pub fn short(text: &str) -> &str {
    match text.char_indices().nth(MAX_ERROR) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        assert_eq!(backoff(0, 1.0), Duration::from_secs(30));
        assert_eq!(backoff(3, 1.0), Duration::from_mins(4));
        assert_eq!(backoff(7, 1.0), LONGEST_RETRY);
        assert_eq!(backoff(u32::MAX, 1.0), LONGEST_RETRY);
    }

    #[test]
    fn a_long_error_is_cut_between_characters() {
        assert_eq!(short("brief"), "brief");
        assert_eq!(short(&"я".repeat(600)).chars().count(), MAX_ERROR);
    }
}
