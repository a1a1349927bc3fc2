//! Where notices go besides the inbox.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, stale_or_missing};
use super::rows::{Row, limit, parse, parse_page};
use super::schema::channels;
use super::sql_store::SqlStore;
use super::{mutation, owner_hold};
use crate::domain::channel::Channel;
use crate::domain::etag::Generation;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::ports::store::{ChannelStore, Mutation, StoreError, StoreResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = channels, treat_none_as_default_value = false)]
struct ChannelRow {
    id: ChannelId,
    owner_id: Option<UserId>,
    display_name: String,
    target: String,
    disabled: bool,
    rate_per_minute: i64,
    create_time: Timestamp,
    update_time: Timestamp,
    generation: Generation,
}

impl ChannelRow {
    fn of(channel: &Channel) -> Outcome<Self> {
        let target =
            serde_json::to_string(&channel.target).map_err(|error| StoreError::Other(error.into()))?;
        Ok(Self {
            id: channel.id,
            owner_id: channel.owner_id,
            display_name: channel.display_name.clone(),
            target,
            disabled: channel.disabled,
            rate_per_minute: channel.rate_per_minute.into(),
            create_time: channel.create_time,
            update_time: channel.update_time,
            generation: channel.generation,
        })
    }
}

impl Row for ChannelRow {
    type Domain = Channel;
    const TABLE: &'static str = "channels";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Channel> {
        Some(Channel {
            id: self.id,
            owner_id: self.owner_id,
            display_name: self.display_name,
            target: serde_json::from_str(&self.target).ok()?,
            disabled: self.disabled,
            rate_per_minute: self.rate_per_minute.try_into().ok()?,
            create_time: self.create_time,
            update_time: self.update_time,
            generation: self.generation,
        })
    }
}

/// Nobody holds the installation while its channels are counted: two operators at the same moment may make one
/// more than the limit, which is there to bound and not to bill.
async fn check_limit_in_txn(c: &mut AnyConn, owner: Option<UserId>, limit: u64) -> Outcome<()> {
    let mut query = channels::table.count().into_boxed::<AnyDb>();
    match owner {
        Some(owner) => {
            owner_hold::hold_in_txn(c, owner).await?;
            query = query.filter(channels::owner_id.eq(owner));
        }
        None => query = query.filter(channels::owner_id.is_null()),
    }
    let count: i64 = query.one(c).await?;
    if count.unsigned_abs() >= limit {
        let what = "channels";
        return Err(StoreError::Full { what, limit }.into());
    }
    Ok(())
}

async fn channel_exists(c: &mut AnyConn, id: ChannelId) -> Outcome<bool> {
    Ok(diesel::select(exists(channels::table.find(id))).one(c).await?)
}

async fn update_in_txn(c: &mut AnyConn, channel: &Channel, guard: Generation) -> Outcome<()> {
    let row = ChannelRow::of(channel)?;
    let seen = channels::table
        .find(channel.id)
        .filter(channels::generation.eq(guard));
    let changed = diesel::update(seen)
        .set((
            channels::display_name.eq(row.display_name),
            channels::target.eq(row.target),
            channels::disabled.eq(row.disabled),
            channels::rate_per_minute.eq(row.rate_per_minute),
            channels::update_time.eq(row.update_time),
            channels::generation.eq(guard.next()),
        ))
        .exec(c)
        .await?;
    match changed {
        1 => Ok(()),
        _ => Err(stale_or_missing(channel_exists(c, channel.id).await?)),
    }
}

async fn delete_in_txn(c: &mut AnyConn, id: ChannelId, guard: Option<Generation>) -> Outcome<()> {
    let mut delete = diesel::delete(channels::table.filter(channels::id.eq(id))).into_boxed::<AnyDb>();
    if let Some(guard) = guard {
        delete = delete.filter(channels::generation.eq(guard));
    }
    match delete.exec(c).await? {
        1 => Ok(()),
        _ => Err(stale_or_missing(channel_exists(c, id).await?)),
    }
}

#[async_trait]
impl ChannelStore for SqlStore {
    async fn channel_insert(&self, channel: &Channel, limit: u64, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    check_limit_in_txn(c, channel.owner_id, limit).await?;
                    diesel::insert_into(channels::table)
                        .values(ChannelRow::of(channel)?)
                        .exec(c)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn channel_get(&self, id: ChannelId) -> StoreResult<Channel> {
        let row: ChannelRow = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = channels::table.find(id).select(ChannelRow::as_select());
                    Ok(query.one(c).await?)
                })
            })
            .await?;
        parse(row)
    }

    async fn channel_list(&self, owner: Option<UserId>, page: PageRequest) -> StoreResult<Page<Channel>> {
        let rows: Vec<ChannelRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = channels::table
                        .select(ChannelRow::as_select())
                        .into_boxed::<AnyDb>();
                    query = match owner {
                        Some(owner) => query.filter(channels::owner_id.eq(owner)),
                        None => query.filter(channels::owner_id.is_null()),
                    };
                    if let Some(after) = page.after {
                        query = query.filter(channels::id.gt(ChannelId::from_uuid(after)));
                    }
                    Ok(query
                        .order(channels::id.asc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn channel_update(
        &self,
        channel: &Channel,
        guard: Generation,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    update_in_txn(c, channel, guard).await
                })
            })
            .await
    }

    async fn channel_delete(
        &self,
        id: ChannelId,
        guard: Option<Generation>,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    delete_in_txn(c, id, guard).await
                })
            })
            .await
    }
}
