//! Users, and the password hashes that nothing but sign-in reads.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::columns::position_in;
use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, stale_or_missing, taken};
use super::rows::{Row, limit, parse, parse_page};
use super::schema::users;
use super::sql_store::SqlStore;
use super::{api_tokens, email_tokens, mutation, outbox, sessions};
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::ids::{EmailTokenId, UserId};
use crate::domain::names::Email;
use crate::domain::outbox::OutboxMessage;
use crate::domain::page::{Page, PageRequest};
use crate::domain::session::{AccessToRevoke, EmailToken};
use crate::domain::time::Timestamp;
use crate::domain::user::{Locale, Role, User, UserFilter, UserPatch, UserState};
use crate::ports::store::{Mutation, StoreError, StoreResult, UserStore};

/// Everything but the password hash.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct UserRow {
    id: UserId,
    email: String,
    email_verified: bool,
    display_name: String,
    locale: String,
    role: String,
    state: String,
    create_time: Timestamp,
    update_time: Timestamp,
    generation: Generation,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.as_str().to_owned(),
            email_verified: user.email_verified,
            display_name: user.display_name.clone(),
            locale: user.locale.code().to_owned(),
            role: user.role.code().to_owned(),
            state: user.state.code().to_owned(),
            create_time: user.create_time,
            update_time: user.update_time,
            generation: user.generation,
        }
    }
}

impl Row for UserRow {
    type Domain = User;
    const TABLE: &'static str = "users";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<User> {
        Some(User {
            id: self.id,
            email: Email::parse(&self.email).ok()?,
            email_verified: self.email_verified,
            display_name: self.display_name,
            locale: Locale::from_code(&self.locale)?,
            role: Role::from_code(&self.role)?,
            state: UserState::from_code(&self.state)?,
            create_time: self.create_time,
            update_time: self.update_time,
            generation: self.generation,
        })
    }
}

#[derive(AsChangeset)]
#[diesel(table_name = users)]
struct UserChanges<'a> {
    display_name: Option<&'a str>,
    locale: Option<&'static str>,
    role: Option<&'static str>,
    state: Option<&'static str>,
}

async fn load(c: &mut AnyConn, id: UserId) -> Outcome<UserRow> {
    Ok(users::table.find(id).select(UserRow::as_select()).one(c).await?)
}

async fn user_exists(c: &mut AnyConn, id: UserId) -> Outcome<bool> {
    Ok(diesel::select(exists(users::table.find(id))).one(c).await?)
}

/// Holds the rows of all who operate the installation until the transaction ends, and counts them: of two
/// who demote each other, one sees what the other has done.
async fn hold_operators_in_txn(c: &mut AnyConn) -> Outcome<usize> {
    let active = users::role
        .eq(Role::Operator.code())
        .and(users::state.eq(UserState::Active.code()));
    let hold = diesel::update(users::table.filter(active)).set(users::generation.eq(users::generation));
    Ok(hold.exec(c).await?)
}

/// Whether a change may take an operator away.
fn may_demote(patch: &UserPatch) -> bool {
    patch.role.is_some_and(|role| role != Role::Operator)
        || patch.state.is_some_and(|state| state != UserState::Active)
}

/// An update that leaves an operator, if there was one.
async fn guarded_update_in_txn(
    c: &mut AnyConn,
    id: UserId,
    generation: Generation,
    patch: &UserPatch,
    now: Timestamp,
) -> Outcome<()> {
    if !may_demote(patch) {
        return update_in_txn(c, id, generation, patch, now).await;
    }
    let before = hold_operators_in_txn(c).await?;
    update_in_txn(c, id, generation, patch, now).await?;
    if before > 0 && hold_operators_in_txn(c).await? == 0 {
        return Err(StoreError::LastOperator.into());
    }
    Ok(())
}

async fn update_in_txn(
    c: &mut AnyConn,
    id: UserId,
    generation: Generation,
    patch: &UserPatch,
    now: Timestamp,
) -> Outcome<()> {
    let changes = UserChanges {
        display_name: patch.display_name.as_deref(),
        locale: patch.locale.map(Code::code),
        role: patch.role.map(Code::code),
        state: patch.state.map(Code::code),
    };
    let seen = users::table.find(id).filter(users::generation.eq(generation));
    if patch.is_empty() {
        let unchanged: bool = diesel::select(exists(seen)).one(c).await?;
        return if unchanged {
            Ok(())
        } else {
            Err(stale_or_missing(user_exists(c, id).await?))
        };
    }
    let changed = diesel::update(seen)
        .set((
            changes,
            users::update_time.eq(now),
            users::generation.eq(generation.next()),
        ))
        .exec(c)
        .await?;
    match changed {
        1 => Ok(()),
        _ => Err(stale_or_missing(user_exists(c, id).await?)),
    }
}

async fn revoke_in_txn(c: &mut AnyConn, id: UserId, revoke: AccessToRevoke, now: Timestamp) -> Outcome<()> {
    match revoke {
        AccessToRevoke::All => {
            sessions::revoke_in_txn(c, id, None, now).await?;
            api_tokens::revoke_in_txn(c, id, now).await
        }
        AccessToRevoke::OtherSessions(keep) => sessions::revoke_in_txn(c, id, Some(keep), now).await,
        AccessToRevoke::None => Ok(()),
    }
}

#[async_trait]
impl UserStore for SqlStore {
    async fn user_insert(
        &self,
        user: &User,
        password_hash: &str,
        token: Option<&EmailToken>,
        message: Option<&OutboxMessage>,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    diesel::insert_into(users::table)
                        .values((UserRow::from(user), users::password_hash.eq(password_hash)))
                        .exec(c)
                        .await
                        .map_err(taken("user_email"))?;
                    if let Some(token) = token {
                        email_tokens::insert_in_txn(c, token).await?;
                    }
                    if let Some(message) = message {
                        outbox::insert_in_txn(c, message).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn user_get(&self, id: UserId) -> StoreResult<User> {
        parse(self.database.read(|c| Scoped::new(load(c, id))).await?)
    }

    async fn user_by_email(&self, email: &Email) -> StoreResult<User> {
        let row: UserRow = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = users::table.filter(users::email.eq(email.as_str()));
                    Ok(query.select(UserRow::as_select()).one(c).await?)
                })
            })
            .await?;
        parse(row)
    }

    async fn user_password_hash(&self, id: UserId) -> StoreResult<String> {
        self.database
            .read(|c| {
                Scoped::new(async move {
                    let query = users::table.find(id).select(users::password_hash);
                    Ok(query.one(c).await?)
                })
            })
            .await
    }

    async fn user_list(&self, filter: &UserFilter, page: PageRequest) -> StoreResult<Page<User>> {
        let rows = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = users::table.select(UserRow::as_select()).into_boxed::<AnyDb>();
                    if let Some(part) = &filter.email_contains {
                        query = query.filter(position_in(users::email, part).gt(0));
                    }
                    if let Some(role) = filter.role {
                        query = query.filter(users::role.eq(role.code()));
                    }
                    if let Some(state) = filter.state {
                        query = query.filter(users::state.eq(state.code()));
                    }
                    if let Some(after) = page.after {
                        query = query.filter(users::id.gt(UserId::from_uuid(after)));
                    }
                    Ok(query
                        .order(users::id.asc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page::<UserRow>(rows, page.size))
    }

    async fn user_update(
        &self,
        id: UserId,
        generation: Generation,
        patch: &UserPatch,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<User> {
        let row = self
            .database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    guarded_update_in_txn(c, id, generation, patch, now).await?;
                    load(c, id).await
                })
            })
            .await?;
        parse(row)
    }

    async fn user_password_upgrade(&self, id: UserId, old: &str, new: &str) -> StoreResult<()> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let unchanged = users::table.find(id).filter(users::password_hash.eq(old));
                    let upgrade = diesel::update(unchanged).set(users::password_hash.eq(new));
                    match upgrade.exec(c).await? {
                        1 => Ok(()),
                        _ => Err(stale_or_missing(user_exists(c, id).await?)),
                    }
                })
            })
            .await
    }

    async fn user_password_set(
        &self,
        id: UserId,
        hash: &str,
        revoke: AccessToRevoke,
        token: Option<EmailTokenId>,
        message: Option<&OutboxMessage>,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    if let Some(token) = token {
                        email_tokens::use_up_in_txn(c, token, now).await?;
                    }
                    let changed = diesel::update(users::table.find(id))
                        .set((
                            users::password_hash.eq(hash),
                            users::update_time.eq(now),
                            users::generation.eq(users::generation + 1),
                        ))
                        .exec(c)
                        .await?;
                    if changed != 1 {
                        return Err(stale_or_missing(false));
                    }
                    if token.is_some() {
                        diesel::update(users::table.find(id))
                            .set(users::email_verified.eq(true))
                            .exec(c)
                            .await?;
                    }
                    revoke_in_txn(c, id, revoke, now).await?;
                    email_tokens::close_resets_in_txn(c, id, now).await?;
                    if let Some(message) = message {
                        outbox::insert_in_txn(c, message).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn email_token_insert(
        &self,
        token: &EmailToken,
        message: &OutboxMessage,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    email_tokens::insert_in_txn(c, token).await?;
                    outbox::insert_in_txn(c, message).await
                })
            })
            .await
    }

    async fn email_token_get(&self, id: EmailTokenId) -> StoreResult<EmailToken> {
        parse(
            self.database
                .read(|c| Scoped::new(email_tokens::load(c, id)))
                .await?,
        )
    }

    async fn user_verify(
        &self,
        token: EmailTokenId,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<User> {
        let row = self
            .database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    email_tokens::use_up_in_txn(c, token, now).await?;
                    let user = email_tokens::owner_in_txn(c, token).await?;
                    diesel::update(users::table.find(user))
                        .set((
                            users::email_verified.eq(true),
                            users::update_time.eq(now),
                            users::generation.eq(users::generation + 1),
                        ))
                        .exec(c)
                        .await?;
                    load(c, user).await
                })
            })
            .await?;
        parse(row)
    }

    async fn email_token_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| Scoped::new(email_tokens::prune(c, before, limit)))
            .await
    }
}
