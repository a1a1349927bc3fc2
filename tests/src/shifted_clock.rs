//! A clock that goes as the system's does, and can be put forward and back.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hostlerd::adapters::clock::SystemClock;
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::clock::Clock;

#[derive(Debug, Default)]
pub struct ShiftedClock(Mutex<Shift>);

#[derive(Debug, Default)]
struct Shift {
    forward: Duration,
    back: Duration,
}

impl ShiftedClock {
    /// Shows this time now.
    pub fn at(time: Timestamp) -> Self {
        let now = SystemClock.now();
        Self(Mutex::new(Shift {
            forward: time.since(now),
            back: now.since(time),
        }))
    }

    pub fn advance(&self, by: Duration) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).forward += by;
    }

    pub fn set_back(&self, by: Duration) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).back += by;
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let shift = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        SystemClock.now() + shift.forward - shift.back
    }
}
