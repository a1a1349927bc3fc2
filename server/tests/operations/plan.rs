//! A plan of where the world stops: the test's side of the faults port.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use hostlerd::ports::faults::Faults;
use tokio::sync::watch;

#[derive(Debug)]
pub(crate) struct Plan {
    state: Mutex<State>,
    /// Counts arrivals at the chosen point.
    arrivals: watch::Sender<u32>,
    /// Grows when those who wait are let go.
    releases: watch::Sender<u32>,
}

#[derive(Debug, Default)]
struct State {
    stop_at: Option<String>,
    seen: Vec<String>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            arrivals: watch::Sender::new(0),
            releases: watch::Sender::new(0),
        }
    }
}

impl Plan {
    fn state<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The next one who reaches the point stays there until it is let go.
    pub(crate) fn stop_at(&self, point: &str) {
        self.state(|state| state.stop_at = Some(point.to_owned()));
    }

    /// Waits until somebody is at the chosen point.
    pub(crate) async fn arrived(&self) {
        let mut arrivals = self.arrivals.subscribe();
        arrivals.wait_for(|count| *count > 0).await.unwrap();
    }

    /// Lets go whoever is held.
    pub(crate) fn release(&self) {
        self.arrivals.send_replace(0);
        self.releases.send_modify(|count| *count += 1);
    }

    /// Forgets what was seen so far.
    pub(crate) fn clear(&self) {
        self.state(|state| *state = State::default());
        self.arrivals.send_replace(0);
    }

    /// The points reached, each once, in order.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.state(|state| state.seen.clone())
    }
}

#[async_trait]
impl Faults for Plan {
    async fn reach(&self, point: &str) {
        let stops = self.state(|state| {
            if !state.seen.iter().any(|seen| seen == point) {
                state.seen.push(point.to_owned());
            }
            let stops = state.stop_at.as_deref() == Some(point);
            if stops {
                state.stop_at = None;
            }
            stops
        });
        if stops {
            let mut releases = self.releases.subscribe();
            let before = *releases.borrow_and_update();
            self.arrivals.send_modify(|count| *count += 1);
            releases.wait_for(|count| *count > before).await.unwrap();
        }
    }
}
