//! Listings of guests that are under way: how long each takes, and how many there were at once.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug, Default)]
pub(super) struct Listings(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    time: Duration,
    now: u32,
    most: u32,
}

/// Counted until it is dropped: answered, or given up.
struct Open<'a>(&'a Listings);

impl Listings {
    /// Goes by as long as a listing takes.
    pub(super) async fn pass(&self) {
        let (_open, time) = self.begin();
        if !time.is_zero() {
            tokio::time::sleep(time).await;
        }
    }

    fn begin(&self) -> (Open<'_>, Duration) {
        let mut state = self.state();
        state.now += 1;
        state.most = state.most.max(state.now);
        (Open(self), state.time)
    }

    pub(super) fn set_time(&self, time: Duration) {
        self.state().time = time;
    }

    pub(super) fn most_at_once(&self) -> u32 {
        self.state().most
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.state().now -= 1;
    }
}
