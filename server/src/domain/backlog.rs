//! What waits in a queue.

use std::time::Duration;

use super::time::Timestamp;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    pub waiting: u64,
    /// Since when the one that waits longest does.
    pub oldest: Option<Timestamp>,
}

impl Backlog {
    /// For how long the oldest has waited; nothing when none waits.
    pub fn age(&self, now: Timestamp) -> Duration {
        self.oldest.map_or(Duration::ZERO, |oldest| now.since(oldest))
    }
}
