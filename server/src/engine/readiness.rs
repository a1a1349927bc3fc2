//! Whether this instance can do its work: the database answers.

use std::sync::Arc;

use crate::engine::error::Result;
use crate::ports::store::Store;

pub struct Readiness {
    store: Arc<dyn Store>,
}

impl Readiness {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Fails with what stands in the way.
    pub async fn check(&self) -> Result<()> {
        Ok(self.store.ping().await?)
    }
}
