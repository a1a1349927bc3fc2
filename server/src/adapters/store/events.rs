//! The timelines of servers.

use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, AnyDb, Run};
use super::errors::Outcome;
use super::rows::{Row, limit};
use super::schema::events;
use crate::domain::event::Event;
use crate::domain::ids::{EventId, OperationId, ServerId, UserId};
use crate::domain::page::PageRequest;
use crate::domain::time::Timestamp;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub(super) struct EventRow {
    id: EventId,
    server_id: Option<ServerId>,
    owner_id: UserId,
    operation_id: Option<OperationId>,
    kind: String,
    text: String,
    create_time: Timestamp,
}

impl Row for EventRow {
    type Domain = Event;
    const TABLE: &'static str = "events";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Event> {
        Some(Event {
            id: self.id,
            server_id: self.server_id,
            owner_id: self.owner_id,
            operation_id: self.operation_id,
            kind: self.kind,
            text: self.text,
            create_time: self.create_time,
        })
    }
}

pub(super) async fn insert_in_txn(c: &mut AnyConn, event: &Event) -> Outcome<()> {
    let row = EventRow {
        id: event.id,
        server_id: event.server_id,
        owner_id: event.owner_id,
        operation_id: event.operation_id,
        kind: event.kind.clone(),
        text: event.text.clone(),
        create_time: event.create_time,
    };
    diesel::insert_into(events::table).values(row).exec(c).await?;
    Ok(())
}

pub(super) async fn prune(c: &mut AnyConn, before: Timestamp, limit: u32) -> Outcome<u64> {
    let old: Vec<EventId> = events::table
        .filter(events::create_time.lt(before))
        .order(events::create_time)
        .limit(limit.into())
        .select(events::id)
        .all(c)
        .await?;
    let removed = diesel::delete(events::table.filter(events::id.eq_any(old)))
        .exec(c)
        .await?;
    Ok(removed as u64)
}

pub(super) async fn list(c: &mut AnyConn, server: ServerId, page: PageRequest) -> Outcome<Vec<EventRow>> {
    let mut query = events::table
        .filter(events::server_id.eq(server))
        .select(EventRow::as_select())
        .into_boxed::<AnyDb>();
    if let Some(after) = page.after {
        query = query.filter(events::id.lt(EventId::from_uuid(after)));
    }
    let query = query.order(events::id.desc()).limit(limit(page.size));
    Ok(query.all(c).await?)
}
