//! What nodes are told to do.

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::ids::{NodeCommandId, NodeId};
use crate::domain::node_command::{NodeCommand, NodeCommandEnd};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;

#[async_trait]
pub trait NodeCommandStore: Send + Sync {
    /// `NotFound` when there is no such node; `Full` when `limit` of its commands have not ended.
    async fn node_command_insert(
        &self,
        command: &NodeCommand,
        limit: u64,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn node_command_get(&self, id: NodeCommandId) -> StoreResult<NodeCommand>;

    /// Newest first.
    async fn node_command_list(&self, node: NodeId, page: PageRequest) -> StoreResult<Page<NodeCommand>>;

    /// Those of the node that have not ended, oldest first.
    async fn node_command_open(&self, node: NodeId, limit: u32) -> StoreResult<Vec<NodeCommand>>;

    /// The node says that it begins; false when it had begun before, has ended, or is another node's.
    async fn node_command_begin(&self, id: NodeCommandId, node: NodeId, now: Timestamp) -> StoreResult<bool>;

    /// The node says that it has ended, which counts more than that it was taken for over; false when the node had said so
    /// before, or it is another node's.
    async fn node_command_end(
        &self,
        id: NodeCommandId,
        node: NodeId,
        end: &NodeCommandEnd,
        now: Timestamp,
    ) -> StoreResult<bool>;

    /// One that waits has ended, unless its node may have been told of it; others are to be broken off; one that has
    /// ended stays as it is. Tells how it is then.
    async fn node_command_cancel(
        &self,
        id: NodeCommandId,
        may_be_told: bool,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<NodeCommand>;

    /// Ends those that wait and whose deadline is over, and those that run and had to end before `overdue`, at most
    /// `limit`; tells which, with their nodes.
    async fn node_command_expire(
        &self,
        now: Timestamp,
        overdue: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<(NodeCommandId, NodeId)>>;

    /// Removes those that were made before `before` and have ended, at most `limit`; tells how many.
    async fn node_command_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
