//! How the system itself is: what those who watch over an installation draw and alert on.

use std::sync::Arc;

use crate::domain::codes::Code as _;
use crate::domain::operation::OperationState;
use crate::domain::pool_usage::PoolUsage;
use crate::engine::error::Result;
use crate::ports::store::Store;

pub struct Vitals {
    store: Arc<dyn Store>,
}

impl Vitals {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Operations in each state, those that nothing is in included.
    pub async fn operations(&self) -> Result<Vec<(OperationState, u64)>> {
        let counted = self.store.operation_counts().await?;
        let count = |state: OperationState| {
            counted
                .iter()
                .find(|(counted, _)| *counted == state)
                .map_or(0, |(_, count)| *count)
        };
        Ok(OperationState::ALL
            .iter()
            .map(|state| (*state, count(*state)))
            .collect())
    }

    pub fn pools(&self) -> Vec<PoolUsage> {
        self.store.pools()
    }
}

impl std::fmt::Debug for Vitals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vitals(..)")
    }
}
