//! Work for the processor, beside the threads that answer calls.

use crate::ports::store::{StoreError, StoreResult};

pub(super) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> StoreResult<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Other(error.into()))
}
