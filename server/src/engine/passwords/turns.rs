//! Turns for work that needs a processor to itself: off the asynchronous threads, and never more than a
//! few at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::engine::error::{Error, Result};

/// Hashes computed at a time: bounds memory to twice what argon2 takes and leaves processors for the rest.
const AT_ONCE: usize = 2;
/// Calls that may wait for their turn; more are sent away rather than queued for minutes.
const MAX_WAITING: usize = 128;

/// Clones share their turns.
#[derive(Clone, Debug)]
pub struct HashTurns {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Default for HashTurns {
    fn default() -> Self {
        Self::new(AT_ONCE, MAX_WAITING)
    }
}

impl HashTurns {
    pub fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(at_once)),
            places: Arc::new(Semaphore::new(waiting)),
        }
    }

    pub async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let Ok(_place) = self.places.try_acquire() else {
            return Err(Error::TooMany {
                retry_after: Duration::from_secs(2),
            });
        };
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .map_err(|error| Error::Internal(Box::new(error)))?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            // Held by the work itself: it goes on when its caller has gone away.
            drop(turn);
            result
        })
        .await
        .map_err(|error| Error::Internal(Box::new(error)))
    }
}
