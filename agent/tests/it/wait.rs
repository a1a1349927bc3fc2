//! Waits for something to become true, and says what was last seen when it does not.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

/// Longer than anything here takes on the slowest machine.
const LIMIT: Duration = Duration::from_secs(30);

/// Waits for what is to come.
pub(crate) async fn within<T>(what: &str, awaited: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(LIMIT, awaited).await;
    waited.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// Looks again and again until the condition holds.
pub(crate) async fn until<T: Debug>(
    what: &str,
    mut look: impl FnMut() -> T,
    holds: impl Fn(&T) -> bool,
) -> T {
    let begin = tokio::time::Instant::now();
    loop {
        let seen = look();
        if holds(&seen) {
            return seen;
        }
        assert!(
            begin.elapsed() < LIMIT,
            "waited in vain for {what}; last seen: {seen:?}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
