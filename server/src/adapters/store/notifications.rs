//! The inbox of each account, and what its owner wants to hear of.

use async_trait::async_trait;
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, is_unique_violation};
use super::mutation;
use super::rows::{Row, limit, parse, parse_page};
use super::schema::{notification_preferences, notifications};
use super::sql_store::SqlStore;
use crate::domain::etag::Generation;
use crate::domain::ids::{NotificationId, OutboxId, UserId};
use crate::domain::notification::{MAX_NOTIFICATIONS, Notification, Preference, Preferences, ReadMark};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::ports::store::{Mutation, NotificationStore, StoreError, StoreResult};

/// Old notifications that one new one removes at most.
const MAKE_ROOM: i64 = 20;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = notifications, treat_none_as_default_value = false)]
struct NotificationRow {
    id: NotificationId,
    user_id: UserId,
    message_id: OutboxId,
    occasion: String,
    create_time: Timestamp,
    read_time: Option<Timestamp>,
}

impl Row for NotificationRow {
    type Domain = Notification;
    const TABLE: &'static str = "notifications";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Notification> {
        Some(Notification {
            id: self.id,
            user_id: self.user_id,
            message_id: self.message_id,
            occasion: serde_json::from_str(&self.occasion).ok()?,
            create_time: self.create_time,
            read_time: self.read_time,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = notification_preferences)]
struct PreferencesRow {
    user_id: UserId,
    preferences: String,
    update_time: Timestamp,
    generation: Generation,
}

impl Row for PreferencesRow {
    type Domain = Preferences;
    const TABLE: &'static str = "notification_preferences";

    fn id(&self) -> Uuid {
        self.user_id.as_uuid()
    }

    fn into_domain(self) -> Option<Preferences> {
        let stored: Vec<Preference> = serde_json::from_str(&self.preferences).ok()?;
        Some(Preferences::stored(&stored, self.update_time, self.generation))
    }
}

pub(super) async fn insert_in_txn(c: &mut AnyConn, notification: &Notification) -> Outcome<()> {
    let occasion =
        serde_json::to_string(&notification.occasion).map_err(|error| StoreError::Other(error.into()))?;
    diesel::insert_into(notifications::table)
        .values(NotificationRow {
            id: notification.id,
            user_id: notification.user_id,
            message_id: notification.message_id,
            occasion,
            create_time: notification.create_time,
            read_time: notification.read_time,
        })
        .exec(c)
        .await?;
    make_room_in_txn(c, notification.user_id).await
}

/// Removes what is beyond the most that an account has.
async fn make_room_in_txn(c: &mut AnyConn, user: UserId) -> Outcome<()> {
    let beyond: Vec<NotificationId> = notifications::table
        .filter(notifications::user_id.eq(user))
        .order(notifications::id.desc())
        .offset(MAX_NOTIFICATIONS.into())
        .limit(MAKE_ROOM)
        .select(notifications::id)
        .all(c)
        .await?;
    if !beyond.is_empty() {
        diesel::delete(notifications::table.filter(notifications::id.eq_any(beyond)))
            .exec(c)
            .await?;
    }
    Ok(())
}

async fn mark_in_txn(c: &mut AnyConn, user: UserId, mark: &ReadMark, now: Timestamp) -> Outcome<()> {
    let theirs = notifications::user_id
        .eq(user)
        .and(notifications::read_time.is_null());
    let read = notifications::read_time.eq(now);
    match mark {
        ReadMark::These(ids) => {
            let these = theirs.and(notifications::id.eq_any(ids.iter().copied()));
            diesel::update(notifications::table.filter(these))
                .set(read)
                .exec(c)
                .await?
        }
        ReadMark::UpTo(last) => {
            let these = theirs.and(notifications::id.le(*last));
            diesel::update(notifications::table.filter(these))
                .set(read)
                .exec(c)
                .await?
        }
    };
    Ok(())
}

/// The first change makes the row; two first changes at once are one change and one that is late.
async fn set_in_txn(
    c: &mut AnyConn,
    user: UserId,
    preferences: &Preferences,
    guard: Generation,
    now: Timestamp,
) -> Outcome<()> {
    let text = serde_json::to_string(preferences.all()).map_err(|error| StoreError::Other(error.into()))?;
    if guard == Generation::default() {
        let row = PreferencesRow {
            user_id: user,
            preferences: text,
            update_time: now,
            generation: guard.next(),
        };
        let inserted = diesel::insert_into(notification_preferences::table)
            .values(row)
            .exec(c)
            .await;
        return match inserted {
            Ok(_) => Ok(()),
            Err(error) if is_unique_violation(&error) => Err(StoreError::Stale.into()),
            Err(error) => Err(error.into()),
        };
    }
    let seen = notification_preferences::table
        .find(user)
        .filter(notification_preferences::generation.eq(guard));
    let changed = diesel::update(seen)
        .set((
            notification_preferences::preferences.eq(text),
            notification_preferences::update_time.eq(now),
            notification_preferences::generation.eq(guard.next()),
        ))
        .exec(c)
        .await?;
    match changed {
        1 => Ok(()),
        _ => Err(StoreError::Stale.into()),
    }
}

#[async_trait]
impl NotificationStore for SqlStore {
    async fn notification_list(
        &self,
        user: UserId,
        unread: bool,
        page: PageRequest,
    ) -> StoreResult<Page<Notification>> {
        let rows: Vec<NotificationRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = notifications::table
                        .filter(notifications::user_id.eq(user))
                        .select(NotificationRow::as_select())
                        .into_boxed::<AnyDb>();
                    if unread {
                        query = query.filter(notifications::read_time.is_null());
                    }
                    if let Some(after) = page.after {
                        query = query.filter(notifications::id.lt(NotificationId::from_uuid(after)));
                    }
                    Ok(query
                        .order(notifications::id.desc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn notification_unread(&self, user: UserId) -> StoreResult<u64> {
        let count: i64 = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let unread = notifications::user_id
                        .eq(user)
                        .and(notifications::read_time.is_null());
                    Ok(notifications::table.filter(unread).count().one(c).await?)
                })
            })
            .await?;
        Ok(count.unsigned_abs())
    }

    async fn notification_mark_read(
        &self,
        user: UserId,
        mark: &ReadMark,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    mark_in_txn(c, user, mark, now).await
                })
            })
            .await
    }

    async fn notification_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let old: Vec<NotificationId> = notifications::table
                        .filter(notifications::create_time.lt(before))
                        .order(notifications::create_time)
                        .limit(limit.into())
                        .select(notifications::id)
                        .all(c)
                        .await?;
                    let removed = diesel::delete(notifications::table.filter(notifications::id.eq_any(old)))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }

    async fn preferences_get(&self, user: UserId) -> StoreResult<Preferences> {
        let rows: Vec<PreferencesRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = notification_preferences::table
                        .filter(notification_preferences::user_id.eq(user))
                        .select(PreferencesRow::as_select());
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        match rows.into_iter().next() {
            Some(row) => parse(row),
            None => Ok(Preferences::default()),
        }
    }

    async fn preferences_set(
        &self,
        user: UserId,
        preferences: &Preferences,
        guard: Generation,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    set_in_txn(c, user, preferences, guard, mutation.audit.create_time).await
                })
            })
            .await
    }
}
