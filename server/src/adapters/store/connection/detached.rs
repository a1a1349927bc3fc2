//! Runs SQLite's statements on the blocking pool without waiting for those that nobody wants.
//!
//! diesel-async's own way blocks the thread that drops a statement's future until the statement
//! ends: every other task on that thread waits too, it panics on a current-thread runtime, and
//! below `block_on` it swallows wake-ups. Here the statement runs to its end alone, and the
//! connection is closed after it: `Watch` and `Lease` see to it that nobody uses it again.

use std::error::Error;

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::future::{BoxFuture, FutureExt, TryFutureExt};

pub struct Detached;

impl SpawnBlocking for Detached {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        tokio::task::spawn_blocking(task).map_err(Box::from).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}
