//! Sign-ins.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, stale_or_missing};
use super::mutation;
use super::one_of::one_of;
use super::rows::{Row, limit, parse, parse_all, parse_page};
use super::schema::{sessions, users};
use super::sql_store::SqlStore;
use crate::domain::codes::Code;
use crate::domain::ids::{SessionId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::session::{SecretHash, Session, SessionStanding};
use crate::domain::time::Timestamp;
use crate::domain::user::{Role, UserState};
use crate::ports::store::{Mutation, SessionStore, StoreResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
struct SessionRow {
    id: SessionId,
    user_id: UserId,
    refresh_hash: Vec<u8>,
    previous_hash: Option<Vec<u8>>,
    device_name: String,
    user_agent: String,
    address: String,
    create_time: Timestamp,
    last_used_time: Timestamp,
    expire_time: Timestamp,
    revoke_time: Option<Timestamp>,
}

impl Row for SessionRow {
    type Domain = Session;
    const TABLE: &'static str = "sessions";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Session> {
        let previous_hash = match self.previous_hash {
            Some(bytes) => Some(SecretHash(bytes.try_into().ok()?)),
            None => None,
        };
        Some(Session {
            id: self.id,
            user_id: self.user_id,
            refresh_hash: SecretHash(self.refresh_hash.try_into().ok()?),
            previous_hash,
            device_name: self.device_name,
            user_agent: self.user_agent,
            address: self.address,
            create_time: self.create_time,
            last_used_time: self.last_used_time,
            expire_time: self.expire_time,
            revoke_time: self.revoke_time,
        })
    }
}

#[derive(Queryable)]
struct StandingRow {
    session_id: SessionId,
    user_id: UserId,
    role: String,
    user_state: String,
    expire_time: Timestamp,
    revoke_time: Option<Timestamp>,
}

impl Row for StandingRow {
    type Domain = SessionStanding;
    const TABLE: &'static str = "sessions";

    fn id(&self) -> Uuid {
        self.session_id.as_uuid()
    }

    fn into_domain(self) -> Option<SessionStanding> {
        Some(SessionStanding {
            session_id: self.session_id,
            user_id: self.user_id,
            role: Role::from_code(&self.role)?,
            user_state: UserState::from_code(&self.user_state)?,
            expire_time: self.expire_time,
            revoked: self.revoke_time.is_some(),
        })
    }
}

async fn session_exists(c: &mut AnyConn, id: SessionId) -> Outcome<bool> {
    Ok(diesel::select(exists(sessions::table.find(id))).one(c).await?)
}

/// Ends the user's sessions, but for one that is to be kept.
pub(super) async fn revoke_in_txn(
    c: &mut AnyConn,
    user: UserId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Outcome<()> {
    let live = sessions::user_id.eq(user).and(sessions::revoke_time.is_null());
    let revoke = diesel::update(sessions::table.filter(live)).set(sessions::revoke_time.eq(now));
    match keep {
        Some(keep) => revoke.filter(sessions::id.ne(keep)).exec(c).await?,
        None => revoke.exec(c).await?,
    };
    Ok(())
}

#[async_trait]
impl SessionStore for SqlStore {
    async fn session_insert(&self, session: &Session, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    let row = SessionRow {
                        id: session.id,
                        user_id: session.user_id,
                        refresh_hash: session.refresh_hash.0.to_vec(),
                        previous_hash: session.previous_hash.map(|hash| hash.0.to_vec()),
                        device_name: session.device_name.clone(),
                        user_agent: session.user_agent.clone(),
                        address: session.address.clone(),
                        create_time: session.create_time,
                        last_used_time: session.last_used_time,
                        expire_time: session.expire_time,
                        revoke_time: session.revoke_time,
                    };
                    diesel::insert_into(sessions::table).values(row).exec(c).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn session_get(&self, id: SessionId) -> StoreResult<Session> {
        let row: SessionRow = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = sessions::table.find(id).select(SessionRow::as_select());
                    Ok(query.one(c).await?)
                })
            })
            .await?;
        parse(row)
    }

    async fn session_standings(&self, ids: &[SessionId]) -> StoreResult<Vec<SessionStanding>> {
        let rows: Vec<StandingRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = sessions::table
                        .inner_join(users::table)
                        .filter(one_of(sessions::id, ids.iter().copied()))
                        .select((
                            sessions::id,
                            users::id,
                            users::role,
                            users::state,
                            sessions::expire_time,
                            sessions::revoke_time,
                        ));
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(parse_all(rows))
    }

    async fn session_list(
        &self,
        user: UserId,
        now: Timestamp,
        page: PageRequest,
    ) -> StoreResult<Page<Session>> {
        let rows: Vec<SessionRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = sessions::table
                        .filter(sessions::user_id.eq(user))
                        .filter(sessions::revoke_time.is_null().and(sessions::expire_time.gt(now)))
                        .select(SessionRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(after) = page.after {
                        query = query.filter(sessions::id.lt(SessionId::from_uuid(after)));
                    }
                    Ok(query
                        .order(sessions::id.desc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn session_rotate(
        &self,
        id: SessionId,
        old: SecretHash,
        new: SecretHash,
        address: &str,
        user_agent: &str,
        now: Timestamp,
        expire_time: Timestamp,
    ) -> StoreResult<()> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let current = sessions::refresh_hash
                        .eq(old.0.to_vec())
                        .and(sessions::revoke_time.is_null());
                    let rotated = diesel::update(sessions::table.find(id).filter(current))
                        .set((
                            sessions::refresh_hash.eq(new.0.to_vec()),
                            sessions::previous_hash.eq(old.0.to_vec()),
                            sessions::address.eq(address),
                            sessions::user_agent.eq(user_agent),
                            sessions::last_used_time.eq(now),
                            sessions::expire_time.eq(expire_time),
                        ))
                        .exec(c)
                        .await?;
                    match rotated {
                        1 => Ok(()),
                        _ => Err(stale_or_missing(session_exists(c, id).await?)),
                    }
                })
            })
            .await
    }

    async fn session_revoke(
        &self,
        user: UserId,
        id: SessionId,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    let theirs = sessions::table.find(id).filter(sessions::user_id.eq(user));
                    let live = theirs.filter(sessions::revoke_time.is_null());
                    let revoked = diesel::update(live)
                        .set(sessions::revoke_time.eq(now))
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

    async fn session_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    // Two queries, because one with OR would use neither index.
                    let mut over: Vec<SessionId> = sessions::table
                        .filter(sessions::expire_time.lt(before))
                        .order(sessions::expire_time)
                        .limit(limit.into())
                        .select(sessions::id)
                        .all(c)
                        .await?;
                    let revoked: Vec<SessionId> = sessions::table
                        .filter(sessions::revoke_time.lt(before))
                        .order(sessions::revoke_time)
                        .limit(limit.into())
                        .select(sessions::id)
                        .all(c)
                        .await?;
                    over.extend(revoked);
                    over.sort_unstable();
                    over.dedup();
                    over.truncate(limit as usize);
                    let removed = diesel::delete(sessions::table.filter(sessions::id.eq_any(over)))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }
}
