//! Servers and their snapshots. Their changes go through operations.

use async_trait::async_trait;

use super::error::StoreResult;
use crate::domain::etag::Generation;
use crate::domain::event::Event;
use crate::domain::ids::{ServerId, SnapshotId, UserId};
use crate::domain::names::ServerName;
use crate::domain::page::{Page, PageRequest};
use crate::domain::server::{Server, ServerFilter, ServerPatch};
use crate::domain::snapshot::Snapshot;
use crate::domain::time::Timestamp;

#[async_trait]
pub trait ServerStore: Send + Sync {
    /// With its addresses. Deleted servers are found too.
    async fn server_get(&self, id: ServerId) -> StoreResult<Server>;

    /// Many in one query, in no particular order; those that do not exist are left out.
    async fn server_get_many(&self, ids: &[ServerId]) -> StoreResult<Vec<Server>>;

    /// The live server of this owner with this name.
    async fn server_by_name(&self, owner: UserId, name: &ServerName) -> StoreResult<Server>;

    /// Newest first.
    async fn server_list(&self, filter: &ServerFilter, page: PageRequest) -> StoreResult<Page<Server>>;

    /// Servers of this owner that are not deleted: what the limit is compared with.
    async fn server_count(&self, owner: UserId) -> StoreResult<u64>;

    /// What reconciliation writes: guarded by the generation and by no operation holding the server.
    async fn server_observe(
        &self,
        id: ServerId,
        generation: Generation,
        patch: &ServerPatch,
        event: Option<&Event>,
        now: Timestamp,
    ) -> StoreResult<()>;

    async fn snapshot_get(&self, id: SnapshotId) -> StoreResult<Snapshot>;

    /// Newest first.
    async fn snapshot_list(&self, server: ServerId, page: PageRequest) -> StoreResult<Page<Snapshot>>;

    async fn snapshot_count(&self, server: ServerId) -> StoreResult<u64>;

    /// Newest first.
    async fn event_list(&self, server: ServerId, page: PageRequest) -> StoreResult<Page<Event>>;

    /// Removes servers that were deleted before `before`, oldest first, at most `limit`; tells how many.
    async fn server_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Removes events from before `before`, oldest first, at most `limit`; tells how many.
    async fn event_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
