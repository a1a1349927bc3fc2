//! Tokens for programs.

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::api_token::{ApiToken, ApiTokenStanding};
use crate::domain::ids::{ApiTokenId, UserId};
use crate::domain::outbox::OutboxMessage;
use crate::domain::page::{Page, PageRequest};
use crate::domain::session::SecretHash;
use crate::domain::time::Timestamp;

#[async_trait]
pub trait ApiTokenStore: Send + Sync {
    /// Writes the token and the message. `AlreadyExists{api_token_name}` when a live token of this user has
    /// the name, `Full` when there are `limit` of them.
    async fn api_token_insert(
        &self,
        token: &ApiToken,
        limit: u64,
        message: &OutboxMessage,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    /// The standing of many tokens in one query, by the hash of the secret; unknown ones are left out.
    async fn api_token_standings(
        &self,
        hashes: &[SecretHash],
    ) -> StoreResult<Vec<(SecretHash, ApiTokenStanding)>>;

    /// Tokens that are not revoked, newest first.
    async fn api_token_list(&self, user: UserId, page: PageRequest) -> StoreResult<Page<ApiToken>>;

    /// Written at most once a minute per token; callers need not wait for it.
    async fn api_token_touch(&self, id: ApiTokenId, now: Timestamp) -> StoreResult<()>;

    /// `NotFound` when it is not theirs; revoked already is fine.
    async fn api_token_revoke(
        &self,
        user: UserId,
        id: ApiTokenId,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    /// Removes tokens that were revoked or ran out before `before`, at most `limit`; tells how many.
    async fn api_token_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
