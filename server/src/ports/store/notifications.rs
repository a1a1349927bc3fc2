//! The inbox of each account.

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::etag::Generation;
use crate::domain::ids::UserId;
use crate::domain::notification::{Notification, Preferences, ReadMark};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;

#[async_trait]
pub trait NotificationStore: Send + Sync {
    /// Newest first.
    async fn notification_list(
        &self,
        user: UserId,
        unread: bool,
        page: PageRequest,
    ) -> StoreResult<Page<Notification>>;

    async fn notification_unread(&self, user: UserId) -> StoreResult<u64>;

    /// Those of this user; what is read already keeps its time.
    async fn notification_mark_read(
        &self,
        user: UserId,
        mark: &ReadMark,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    /// Removes notifications from before `before`, at most `limit`; tells how many.
    async fn notification_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// The defaults for a user who has never changed them.
    async fn preferences_get(&self, user: UserId) -> StoreResult<Preferences>;

    /// Guarded by `guard`, the generation that was read; the row's is then `guard.next()`.
    async fn preferences_set(
        &self,
        user: UserId,
        preferences: &Preferences,
        guard: Generation,
        mutation: &Mutation,
    ) -> StoreResult<()>;
}
