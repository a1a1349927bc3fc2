//! Waiting on a condition: short looks, a long limit, and the last state in the message.

use std::time::{Duration, Instant};

/// Far more than anything here takes, on a machine that has other work to do.
const LIMIT: Duration = Duration::from_secs(25);

/// Looks until `look` gives something; panics with what was last seen when the limit has passed.
pub async fn wait_for<T, Look>(what: &str, mut look: impl FnMut() -> Look) -> T
where
    Look: Future<Output = Result<T, String>>,
{
    let begun = Instant::now();
    loop {
        match look().await {
            Ok(value) => return value,
            Err(seen) => {
                assert!(
                    begun.elapsed() < LIMIT,
                    "waited {LIMIT:?} for {what}; last seen: {seen}"
                );
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
