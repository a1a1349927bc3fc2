//! Nodes as operators see and change them.

use async_trait::async_trait;
use diesel::prelude::*;

use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, stale_or_missing, taken};
use super::mutation;
use super::node_events::{insert_in_txn, list, prune};
use super::node_rows::{NodeRow, json, load, node_exists};
use super::node_schema::{node_commands, node_events, nodes};
use super::one_of::one_of;
use super::rows::{limit, parse, parse_all, parse_page};
use super::sql_store::SqlStore;
use crate::domain::codes::Code as _;
use crate::domain::etag::Generation;
use crate::domain::ids::NodeId;
use crate::domain::node::{HypervisorNode, Node, NodeEvent, NodeEventKind, NodeState};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::ports::store::{Mutation, NodeStore, StoreResult};

async fn update_in_txn(c: &mut AnyConn, node: &Node, guard: Generation) -> Outcome<()> {
    let seen = nodes::table.find(node.id).filter(nodes::generation.eq(guard));
    let machine = node.hypervisor_node.as_ref();
    let changed = diesel::update(seen)
        .set((
            nodes::display_name.eq(&node.display_name),
            nodes::labels.eq(json(&node.labels)?),
            nodes::hypervisor.eq(machine.map(|machine| &machine.hypervisor)),
            nodes::hypervisor_node.eq(machine.map(|machine| &machine.node)),
            nodes::update_time.eq(node.update_time),
            nodes::generation.eq(guard.next()),
        ))
        .exec(c)
        .await
        .map_err(taken("hypervisor_node"))?;
    match changed {
        1 => Ok(()),
        _ => Err(stale_or_missing(node_exists(c, node.id).await?)),
    }
}

/// The epoch grows, so that nothing the session still says counts.
async fn revoke_in_txn(
    c: &mut AnyConn,
    id: NodeId,
    guard: Option<Generation>,
    now: Timestamp,
) -> Outcome<()> {
    let mut update = diesel::update(nodes::table.filter(nodes::id.eq(id)))
        .set((
            nodes::state.eq(NodeState::Revoked.code()),
            nodes::key_hash.eq(None::<Vec<u8>>),
            nodes::next_key_hash.eq(None::<Vec<u8>>),
            nodes::epoch.eq(nodes::epoch + 1),
            nodes::instance.eq(None::<&str>),
            nodes::attach_time.eq(None::<Timestamp>),
            nodes::update_time.eq(now),
            nodes::generation.eq(nodes::generation + 1),
        ))
        .into_boxed::<AnyDb>();
    if let Some(guard) = guard {
        update = update.filter(nodes::generation.eq(guard));
    }
    match update.exec(c).await? {
        1 => insert_in_txn(c, NodeEvent::new(id, NodeEventKind::Revoked, "", now)).await,
        _ => Err(stale_or_missing(node_exists(c, id).await?)),
    }
}

async fn delete_in_txn(c: &mut AnyConn, id: NodeId, guard: Option<Generation>) -> Outcome<()> {
    let mut delete = diesel::delete(nodes::table.filter(nodes::id.eq(id))).into_boxed::<AnyDb>();
    if let Some(guard) = guard {
        delete = delete.filter(nodes::generation.eq(guard));
    }
    match delete.exec(c).await? {
        1 => {
            diesel::delete(node_events::table.filter(node_events::node_id.eq(id)))
                .exec(c)
                .await?;
            diesel::delete(node_commands::table.filter(node_commands::node_id.eq(id)))
                .exec(c)
                .await?;
            Ok(())
        }
        _ => Err(stale_or_missing(node_exists(c, id).await?)),
    }
}

#[async_trait]
impl NodeStore for SqlStore {
    async fn node_get(&self, id: NodeId) -> StoreResult<Node> {
        let row = self
            .database
            .read(|c| Scoped::new(async move { load(c, id).await }))
            .await?;
        parse(row)
    }

    async fn node_get_many(&self, ids: &[NodeId]) -> StoreResult<Vec<Node>> {
        let rows: Vec<NodeRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = nodes::table
                        .filter(one_of(nodes::id, ids.iter().copied()))
                        .select(NodeRow::as_select());
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(parse_all(rows))
    }

    async fn node_list(&self, state: Option<NodeState>, page: PageRequest) -> StoreResult<Page<Node>> {
        let rows: Vec<NodeRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = nodes::table.select(NodeRow::as_select()).into_boxed::<AnyDb>();
                    if let Some(state) = state {
                        query = query.filter(nodes::state.eq(state.code()));
                    }
                    if let Some(after) = page.after {
                        query = query.filter(nodes::id.gt(NodeId::from_uuid(after)));
                    }
                    Ok(query
                        .order(nodes::id.asc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn node_of_hypervisor(&self, machine: &HypervisorNode) -> StoreResult<Option<Node>> {
        let row: Option<NodeRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = nodes::table
                        .filter(nodes::hypervisor.eq(&machine.hypervisor))
                        .filter(nodes::hypervisor_node.eq(&machine.node))
                        .select(NodeRow::as_select());
                    Ok(query.one(c).await.optional()?)
                })
            })
            .await?;
        row.map(parse).transpose()
    }

    async fn node_update(&self, node: &Node, guard: Generation, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    update_in_txn(c, node, guard).await
                })
            })
            .await
    }

    async fn node_revoke(
        &self,
        id: NodeId,
        guard: Option<Generation>,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    revoke_in_txn(c, id, guard, now).await
                })
            })
            .await
    }

    async fn node_delete(
        &self,
        id: NodeId,
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

    async fn node_event_list(&self, node: NodeId, page: PageRequest) -> StoreResult<Page<NodeEvent>> {
        let rows = self
            .database
            .read(|c| Scoped::new(async move { list(c, node, page).await }))
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn node_event_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| Scoped::new(async move { prune(c, before, limit).await }))
            .await
    }
}
