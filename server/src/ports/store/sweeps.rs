//! What comparisons with the hypervisors have found.

use async_trait::async_trait;

use super::error::StoreResult;
use crate::domain::sweep::SweepReport;
use crate::domain::time::Timestamp;

#[async_trait]
pub trait SweepStore: Send + Sync {
    /// Takes the place of the hypervisor's last one.
    async fn sweep_put(&self, report: &SweepReport, now: Timestamp) -> StoreResult<()>;

    /// The last one of each hypervisor that was ever swept, by name.
    async fn sweep_list(&self) -> StoreResult<Vec<SweepReport>>;
}
