//! A clock that goes as the system's does, and can be put forward.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hostlerd::adapters::clock::SystemClock;
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::clock::Clock;

#[derive(Debug, Default)]
pub struct ShiftedClock(Mutex<Duration>);

impl ShiftedClock {
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
