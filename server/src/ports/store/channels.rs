//! Channels, and what is sent to them and to accounts.

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::backlog::Backlog;
use crate::domain::channel::Channel;
use crate::domain::delivery::{Delivery, DeliveryFilter, Lane, Recipient, Try};
use crate::domain::etag::Generation;
use crate::domain::ids::{ChannelId, DeliveryId, OutboxId, UserId};
use crate::domain::notification::Notification;
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;

#[async_trait]
pub trait ChannelStore: Send + Sync {
    /// `Full` when the owner, or the installation, has `limit` of them.
    async fn channel_insert(&self, channel: &Channel, limit: u64, mutation: &Mutation) -> StoreResult<()>;

    async fn channel_get(&self, id: ChannelId) -> StoreResult<Channel>;

    /// Those of one owner, or of the installation, oldest first.
    async fn channel_list(&self, owner: Option<UserId>, page: PageRequest) -> StoreResult<Page<Channel>>;

    /// Writes every field but id, owner, creation and generation, guarded by `guard`; the row's generation is
    /// then `guard.next()`.
    async fn channel_update(
        &self,
        channel: &Channel,
        guard: Generation,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn channel_delete(
        &self,
        id: ChannelId,
        guard: Option<Generation>,
        mutation: &Mutation,
    ) -> StoreResult<()>;
}

#[async_trait]
pub trait DeliveryStore: Send + Sync {
    /// Ends the message of the outbox and writes what it comes to, in one transaction: `Stale` when somebody else
    /// has claimed it meanwhile.
    async fn message_expand(
        &self,
        id: OutboxId,
        owner: &str,
        notifications: &[Notification],
        deliveries: &[Delivery],
        now: Timestamp,
    ) -> StoreResult<()>;

    /// Writes a delivery that its maker makes at once, claimed until then.
    async fn delivery_insert(
        &self,
        delivery: &Delivery,
        owner: &str,
        until: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn delivery_get(&self, id: DeliveryId) -> StoreResult<Delivery>;

    /// Of one channel, newest first.
    async fn delivery_list(
        &self,
        channel: ChannelId,
        filter: &DeliveryFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Delivery>>;

    /// Takes up to `limit` deliveries that are due, until `until`: one to each recipient, and none to those that are
    /// `busy`.
    async fn delivery_claim(
        &self,
        lane: Lane,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
        busy: &[Recipient],
    ) -> StoreResult<Vec<Delivery>>;

    /// What a try came to; `Stale` when somebody else has claimed the delivery meanwhile.
    async fn delivery_record(
        &self,
        id: DeliveryId,
        owner: &str,
        made: &Try,
        now: Timestamp,
    ) -> StoreResult<()>;

    /// Gives a claimed delivery back untried, for then.
    async fn delivery_postpone(&self, id: DeliveryId, owner: &str, run_after: Timestamp) -> StoreResult<()>;

    /// Makes a delivery due once more, whatever became of it. One that is being tried at this moment is left to
    /// that.
    async fn delivery_again(&self, id: DeliveryId, now: Timestamp, mutation: &Mutation) -> StoreResult<()>;

    async fn delivery_backlog(&self) -> StoreResult<Vec<(Lane, Backlog)>>;

    /// Removes deliveries that ended before `before`, at most `limit`; tells how many.
    async fn delivery_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Removes deliveries that were due before `before` and that nobody made, at most `limit`; tells how many.
    async fn delivery_prune_unsent(&self, lane: Lane, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
