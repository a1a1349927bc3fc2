//! Nodes, how they join, and their sessions.

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::enrolment::{Enrolment, EnrolmentToken, KeyHolder};
use crate::domain::etag::Generation;
use crate::domain::ids::{EnrolmentTokenId, NodeId};
use crate::domain::node::{Arrival, HypervisorNode, Node, NodeEvent, NodeState, Orphan};
use crate::domain::page::{Page, PageRequest};
use crate::domain::session::SecretHash;
use crate::domain::time::Timestamp;

#[async_trait]
pub trait EnrolmentStore: Send + Sync {
    /// `Full` when `limit` of them may be used already; `NotFound` when it names a node that is not there.
    async fn enrolment_token_insert(
        &self,
        token: &EnrolmentToken,
        limit: u64,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn enrolment_token_get(&self, id: EnrolmentTokenId) -> StoreResult<EnrolmentToken>;

    /// Newest first.
    async fn enrolment_token_list(&self, page: PageRequest) -> StoreResult<Page<EnrolmentToken>>;

    /// One that was used, revoked or ran out stays as it is.
    async fn enrolment_token_revoke(
        &self,
        id: EnrolmentTokenId,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    /// Removes those that ran out before `before`, at most `limit`; tells how many.
    async fn enrolment_token_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Uses a token up for the key of a new node, or for a new key of the one that it names. The same key again gets
    /// the same node. `NotFound` when the token is good for nothing, or not for this key; `AlreadyExists` when the key
    /// is another node's.
    async fn node_enrol(
        &self,
        enrolment: &Enrolment,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<Node>;
}

#[async_trait]
pub trait NodeStore: Send + Sync {
    async fn node_get(&self, id: NodeId) -> StoreResult<Node>;

    /// Those of them that there are, in no order.
    async fn node_get_many(&self, ids: &[NodeId]) -> StoreResult<Vec<Node>>;

    /// Oldest first.
    async fn node_list(&self, state: Option<NodeState>, page: PageRequest) -> StoreResult<Page<Node>>;

    /// The one that is this machine of a hypervisor.
    async fn node_of_hypervisor(&self, machine: &HypervisorNode) -> StoreResult<Option<Node>>;

    /// Writes name, labels, which machine of a hypervisor it is and the time of the update, guarded by `guard`; the
    /// row's generation is then `guard.next()`. `AlreadyExists` when another node is that machine.
    async fn node_update(&self, node: &Node, guard: Generation, mutation: &Mutation) -> StoreResult<()>;

    /// Takes the keys away and ends the session's standing.
    async fn node_revoke(
        &self,
        id: NodeId,
        guard: Option<Generation>,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn node_delete(
        &self,
        id: NodeId,
        guard: Option<Generation>,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    /// Newest first.
    async fn node_event_list(&self, node: NodeId, page: PageRequest) -> StoreResult<Page<NodeEvent>>;

    /// Removes events from before `before`, at most `limit`; tells how many.
    async fn node_event_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}

#[async_trait]
pub trait NodeSessionStore: Send + Sync {
    /// Whose keys these are; keys of nobody are left out.
    async fn node_keys(&self, hashes: &[SecretHash]) -> StoreResult<Vec<(SecretHash, KeyHolder)>>;

    /// Names the key that takes the place of the present one; the same again changes nothing. `AlreadyExists` when it
    /// is another node's.
    async fn node_key_offer(&self, id: NodeId, key: SecretHash, mutation: &Mutation) -> StoreResult<()>;

    /// The key that was offered has been used: it is the present one from now on.
    async fn node_key_settle(&self, id: NodeId, key: SecretHash, now: Timestamp) -> StoreResult<()>;

    /// Sessions begin, one after the other, in one write: each node as it is then, with its new epoch; `None` for one
    /// that was deleted or revoked.
    async fn node_attach(
        &self,
        arrivals: &[(NodeId, Arrival)],
        now: Timestamp,
    ) -> StoreResult<Vec<Option<Node>>>;

    /// The node of this session was last heard of then, and is away; false when it has another session by now.
    async fn node_offline(
        &self,
        id: NodeId,
        epoch: i64,
        seen: Timestamp,
        now: Timestamp,
    ) -> StoreResult<bool>;

    /// All nodes whose sessions this process holds were heard of.
    async fn node_seen(&self, instance: &str, now: Timestamp) -> StoreResult<()>;

    /// Nodes that count as online and whose sessions nobody holds: their process has no lease named
    /// [`session_lease`]. At most `limit`.
    async fn node_orphans(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<Orphan>>;
}

/// The name of the lease that a process keeps while it holds sessions.
pub fn session_lease(instance: &str) -> String {
    format!("agents/{instance}")
}
