//! Users, their passwords, and the links sent to them.

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::etag::Generation;
use crate::domain::ids::{EmailTokenId, UserId};
use crate::domain::names::Email;
use crate::domain::outbox::OutboxMessage;
use crate::domain::page::{Page, PageRequest};
use crate::domain::session::{AccessToRevoke, EmailToken};
use crate::domain::time::Timestamp;
use crate::domain::user::{User, UserFilter, UserPatch};

#[async_trait]
pub trait UserStore: Send + Sync {
    /// `AlreadyExists{user_email}`. The token and the message are written with the user.
    async fn user_insert(
        &self,
        user: &User,
        password_hash: &str,
        token: Option<&EmailToken>,
        message: Option<&OutboxMessage>,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn user_get(&self, id: UserId) -> StoreResult<User>;

    async fn user_by_email(&self, email: &Email) -> StoreResult<User>;

    /// The password hash as it was stored: argon2id, or bcrypt when imported.
    async fn user_password_hash(&self, id: UserId) -> StoreResult<String>;

    /// Oldest first.
    async fn user_list(&self, filter: &UserFilter, page: PageRequest) -> StoreResult<Page<User>>;

    /// Guarded by the generation; gives the user back as it is afterwards. `LastOperator` when nobody would be
    /// left who operates the installation. An empty patch leaves the row as it is.
    async fn user_update(
        &self,
        id: UserId,
        generation: Generation,
        patch: &UserPatch,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<User>;

    /// Replaces the hash only if it still is `old`: upgrades at sign-in must not undo a change.
    async fn user_password_upgrade(&self, id: UserId, old: &str, new: &str) -> StoreResult<()>;

    /// Sets the password, revokes what is to end, uses up `token` if given (`Stale` when it is used or
    /// expired) and every other open reset link, and writes the message. A token was mailed, so it verifies
    /// the address, too.
    async fn user_password_set(
        &self,
        id: UserId,
        hash: &str,
        revoke: AccessToRevoke,
        token: Option<EmailTokenId>,
        message: Option<&OutboxMessage>,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn email_token_insert(
        &self,
        token: &EmailToken,
        message: &OutboxMessage,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn email_token_get(&self, id: EmailTokenId) -> StoreResult<EmailToken>;

    /// Uses the link up and marks the address as verified. `Stale` when it is used or expired.
    async fn user_verify(
        &self,
        token: EmailTokenId,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<User>;

    /// Removes links that expired before `before`, at most `limit`; tells how many.
    async fn email_token_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
