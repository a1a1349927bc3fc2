//! What happened to nodes.

use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, AnyDb, Run};
use super::errors::Outcome;
use super::node_schema::node_events;
use super::rows::{Row, limit};
use crate::domain::codes::Code as _;
use crate::domain::ids::{NodeEventId, NodeId};
use crate::domain::node::{NodeEvent, NodeEventKind};
use crate::domain::page::PageRequest;
use crate::domain::time::Timestamp;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = node_events, treat_none_as_default_value = false)]
pub(super) struct NodeEventRow {
    id: NodeEventId,
    node_id: NodeId,
    kind: String,
    detail: String,
    event_time: Timestamp,
}

impl Row for NodeEventRow {
    type Domain = NodeEvent;
    const TABLE: &'static str = "node_events";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<NodeEvent> {
        Some(NodeEvent {
            id: self.id,
            node_id: self.node_id,
            kind: NodeEventKind::from_code(&self.kind)?,
            detail: self.detail,
            time: self.event_time,
        })
    }
}

pub(super) async fn insert_in_txn(c: &mut AnyConn, event: NodeEvent) -> Outcome<()> {
    let row = NodeEventRow {
        id: event.id,
        node_id: event.node_id,
        kind: event.kind.code().to_owned(),
        detail: event.detail,
        event_time: event.time,
    };
    diesel::insert_into(node_events::table)
        .values(row)
        .exec(c)
        .await?;
    Ok(())
}

pub(super) async fn list(c: &mut AnyConn, node: NodeId, page: PageRequest) -> Outcome<Vec<NodeEventRow>> {
    let mut query = node_events::table
        .filter(node_events::node_id.eq(node))
        .select(NodeEventRow::as_select())
        .into_boxed::<AnyDb>();
    if let Some(after) = page.after {
        query = query.filter(node_events::id.lt(NodeEventId::from_uuid(after)));
    }
    let query = query.order(node_events::id.desc()).limit(limit(page.size));
    Ok(query.all(c).await?)
}

pub(super) async fn prune(c: &mut AnyConn, before: Timestamp, limit: u32) -> Outcome<u64> {
    let old: Vec<NodeEventId> = node_events::table
        .filter(node_events::event_time.lt(before))
        .order(node_events::event_time)
        .limit(limit.into())
        .select(node_events::id)
        .all(c)
        .await?;
    let removed = diesel::delete(node_events::table.filter(node_events::id.eq_any(old)))
        .exec(c)
        .await?;
    Ok(removed as u64)
}
