//! Tokens for programs.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, stale_or_missing, taken};
use super::one_of::one_of;
use super::rows::{Row, limit, parse_all, parse_page};
use super::schema::{api_tokens, users};
use super::sql_store::SqlStore;
use super::{mutation, outbox, owner_hold};
use crate::domain::api_token::{ApiToken, ApiTokenStanding, Scope};
use crate::domain::codes::Code;
use crate::domain::ids::{ApiTokenId, UserId};
use crate::domain::outbox::OutboxMessage;
use crate::domain::page::{Page, PageRequest};
use crate::domain::session::SecretHash;
use crate::domain::time::Timestamp;
use crate::domain::user::{Role, UserState};
use crate::ports::store::{ApiTokenStore, Mutation, StoreError, StoreResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = api_tokens, treat_none_as_default_value = false)]
struct ApiTokenRow {
    id: ApiTokenId,
    user_id: UserId,
    name: String,
    scopes: String,
    prefix: String,
    hash: Vec<u8>,
    create_time: Timestamp,
    expire_time: Option<Timestamp>,
    last_used_time: Option<Timestamp>,
    revoke_time: Option<Timestamp>,
}

fn scopes_to_text(scopes: &[Scope]) -> String {
    let codes: Vec<_> = scopes.iter().map(|scope| scope.code()).collect();
    codes.join(" ")
}

fn scopes_from_text(text: &str) -> Option<Vec<Scope>> {
    text.split_ascii_whitespace().map(Scope::from_code).collect()
}

impl Row for ApiTokenRow {
    type Domain = ApiToken;
    const TABLE: &'static str = "api_tokens";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<ApiToken> {
        Some(ApiToken {
            id: self.id,
            user_id: self.user_id,
            name: self.name,
            scopes: scopes_from_text(&self.scopes)?,
            prefix: self.prefix,
            hash: SecretHash(self.hash.try_into().ok()?),
            create_time: self.create_time,
            expire_time: self.expire_time,
            last_used_time: self.last_used_time,
            revoke_time: self.revoke_time,
        })
    }
}

#[derive(Queryable)]
struct StandingRow {
    hash: Vec<u8>,
    token_id: ApiTokenId,
    user_id: UserId,
    role: String,
    user_state: String,
    scopes: String,
    expire_time: Option<Timestamp>,
    last_used_time: Option<Timestamp>,
    revoke_time: Option<Timestamp>,
}

impl Row for StandingRow {
    type Domain = (SecretHash, ApiTokenStanding);
    const TABLE: &'static str = "api_tokens";

    fn id(&self) -> Uuid {
        self.token_id.as_uuid()
    }

    fn into_domain(self) -> Option<(SecretHash, ApiTokenStanding)> {
        let standing = ApiTokenStanding {
            token_id: self.token_id,
            user_id: self.user_id,
            role: Role::from_code(&self.role)?,
            user_state: UserState::from_code(&self.user_state)?,
            scopes: scopes_from_text(&self.scopes)?,
            expire_time: self.expire_time,
            last_used_time: self.last_used_time,
            revoked: self.revoke_time.is_some(),
        };
        Some((SecretHash(self.hash.try_into().ok()?), standing))
    }
}

/// Ends all of the user's tokens.
pub(super) async fn revoke_in_txn(c: &mut AnyConn, user: UserId, now: Timestamp) -> Outcome<()> {
    let live = api_tokens::user_id
        .eq(user)
        .and(api_tokens::revoke_time.is_null());
    diesel::update(api_tokens::table.filter(live))
        .set((
            api_tokens::revoke_time.eq(now),
            api_tokens::live_name.eq(None::<&str>),
        ))
        .exec(c)
        .await?;
    Ok(())
}

/// Those that are not revoked.
async fn count_in_txn(c: &mut AnyConn, user: UserId) -> Outcome<u64> {
    let live = api_tokens::user_id
        .eq(user)
        .and(api_tokens::revoke_time.is_null());
    let count: i64 = api_tokens::table.filter(live).count().one(c).await?;
    Ok(count.unsigned_abs())
}

#[async_trait]
impl ApiTokenStore for SqlStore {
    async fn api_token_insert(
        &self,
        token: &ApiToken,
        limit: u64,
        message: &OutboxMessage,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    owner_hold::hold_in_txn(c, token.user_id).await?;
                    if count_in_txn(c, token.user_id).await? >= limit {
                        let what = "API tokens";
                        return Err(StoreError::Full { what, limit }.into());
                    }
                    let row = ApiTokenRow {
                        id: token.id,
                        user_id: token.user_id,
                        name: token.name.clone(),
                        scopes: scopes_to_text(&token.scopes),
                        prefix: token.prefix.clone(),
                        hash: token.hash.0.to_vec(),
                        create_time: token.create_time,
                        expire_time: token.expire_time,
                        last_used_time: token.last_used_time,
                        revoke_time: token.revoke_time,
                    };
                    let live_name = token.revoke_time.is_none().then_some(&token.name);
                    diesel::insert_into(api_tokens::table)
                        .values((row, api_tokens::live_name.eq(live_name)))
                        .exec(c)
                        .await
                        .map_err(taken("api_token_name"))?;
                    outbox::insert_in_txn(c, message).await
                })
            })
            .await
    }

    async fn api_token_standings(
        &self,
        hashes: &[SecretHash],
    ) -> StoreResult<Vec<(SecretHash, ApiTokenStanding)>> {
        let rows: Vec<StandingRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = api_tokens::table
                        .inner_join(users::table)
                        .filter(one_of(
                            api_tokens::hash,
                            hashes.iter().map(|hash| hash.0.to_vec()),
                        ))
                        .select((
                            api_tokens::hash,
                            api_tokens::id,
                            users::id,
                            users::role,
                            users::state,
                            api_tokens::scopes,
                            api_tokens::expire_time,
                            api_tokens::last_used_time,
                            api_tokens::revoke_time,
                        ));
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(parse_all(rows))
    }

    async fn api_token_list(&self, user: UserId, page: PageRequest) -> StoreResult<Page<ApiToken>> {
        let rows: Vec<ApiTokenRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = api_tokens::table
                        .filter(
                            api_tokens::user_id
                                .eq(user)
                                .and(api_tokens::revoke_time.is_null()),
                        )
                        .select(ApiTokenRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(after) = page.after {
                        query = query.filter(api_tokens::id.lt(ApiTokenId::from_uuid(after)));
                    }
                    Ok(query
                        .order(api_tokens::id.desc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn api_token_touch(&self, id: ApiTokenId, now: Timestamp) -> StoreResult<()> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    diesel::update(api_tokens::table.find(id))
                        .set(api_tokens::last_used_time.eq(now))
                        .exec(c)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn api_token_revoke(
        &self,
        user: UserId,
        id: ApiTokenId,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    let theirs = api_tokens::table.find(id).filter(api_tokens::user_id.eq(user));
                    let live = theirs.filter(api_tokens::revoke_time.is_null());
                    let revoked = diesel::update(live)
                        .set((
                            api_tokens::revoke_time.eq(now),
                            api_tokens::live_name.eq(None::<&str>),
                        ))
                        .exec(c)
                        .await?;
                    let known: bool = revoked == 1 || diesel::select(exists(theirs)).one(c).await?;
                    if known {
                        Ok(())
                    } else {
                        Err(stale_or_missing(false))
                    }
                })
            })
            .await
    }

    async fn api_token_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let over = api_tokens::revoke_time
                        .lt(before)
                        .or(api_tokens::expire_time.lt(before));
                    let old: Vec<ApiTokenId> = api_tokens::table
                        .filter(over)
                        .limit(limit.into())
                        .select(api_tokens::id)
                        .all(c)
                        .await?;
                    let removed = diesel::delete(api_tokens::table.filter(api_tokens::id.eq_any(old)))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }
}
