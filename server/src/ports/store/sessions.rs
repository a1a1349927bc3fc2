//! Sign-ins.

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::ids::{SessionId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::session::{SecretHash, Session, SessionStanding};
use crate::domain::time::Timestamp;

#[async_trait]
pub trait SessionStore: Send + Sync {
    async fn session_insert(&self, session: &Session, mutation: &Mutation) -> StoreResult<()>;

    async fn session_get(&self, id: SessionId) -> StoreResult<Session>;

    /// The standing of many sessions in one query; sessions that do not exist are left out.
    async fn session_standings(&self, ids: &[SessionId]) -> StoreResult<Vec<SessionStanding>>;

    /// Live sessions of a user, newest first.
    async fn session_list(
        &self,
        user: UserId,
        now: Timestamp,
        page: PageRequest,
    ) -> StoreResult<Page<Session>>;

    /// Replaces the refresh token, guarded by the old one and by not being revoked: `Stale` otherwise.
    async fn session_rotate(
        &self,
        id: SessionId,
        old: SecretHash,
        new: SecretHash,
        address: &str,
        user_agent: &str,
        now: Timestamp,
        expire_time: Timestamp,
    ) -> StoreResult<()>;

    /// Revokes one session of a user. `NotFound` when it is not theirs; revoked already is fine.
    async fn session_revoke(
        &self,
        user: UserId,
        id: SessionId,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    /// Removes sessions that expired or were revoked before `before`, at most `limit`; tells how many.
    async fn session_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
