//! Named leases: which of several servers does what only one may do.

use async_trait::async_trait;

use super::lease_rows::{acquire, release};
use super::sql_store::SqlStore;
use crate::domain::time::Timestamp;
use crate::ports::store::{LeaderStore, StoreResult};

#[async_trait]
impl LeaderStore for SqlStore {
    async fn leader_acquire(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<bool> {
        acquire(&self.database, name, holder, now, until).await
    }

    async fn leader_release(&self, name: &str, holder: &str) -> StoreResult<()> {
        release(&self.database, name, holder).await
    }
}
