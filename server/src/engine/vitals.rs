//! How the system itself is: what those who watch over an installation draw and alert on.

use std::sync::Arc;

use crate::domain::codes::Code as _;
use crate::domain::operation::OperationState;
use crate::domain::pool_usage::PoolUsage;
use crate::domain::sweep::SweepReport;
use crate::engine::error::Result;
use crate::ports::hypervisor::Hypervisors;
use crate::ports::store::Store;

pub struct Vitals {
    store: Arc<dyn Store>,
    hypervisors: Hypervisors,
}

impl Vitals {
    pub fn new(store: Arc<dyn Store>, hypervisors: Hypervisors) -> Self {
        Self { store, hypervisors }
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

    /// The last report of each hypervisor of the configuration that has one.
    pub async fn sweeps(&self) -> Result<Vec<SweepReport>> {
        let mut reports = self.store.sweep_list().await?;
        reports.retain(|report| self.hypervisors.get(&report.hypervisor).is_some());
        Ok(reports)
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
