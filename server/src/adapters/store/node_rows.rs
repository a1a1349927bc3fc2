//! Rows of nodes, for the store's files that read and change them.

use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, Run};
use super::errors::Outcome;
use super::node_schema::nodes;
use super::rows::Row;
use crate::domain::codes::Code as _;
use crate::domain::etag::Generation;
use crate::domain::ids::NodeId;
use crate::domain::node::{HypervisorNode, Labels, Node, NodeState};
use crate::domain::time::Timestamp;
use crate::ports::store::StoreError;

/// Everything but the keys and who holds the session.
#[derive(Queryable, Selectable)]
#[diesel(table_name = nodes)]
pub(super) struct NodeRow {
    pub(super) id: NodeId,
    display_name: String,
    labels: String,
    pub(super) state: String,
    pub(super) facts: Option<String>,
    pub(super) boot_id: String,
    pub(super) epoch: i64,
    attach_time: Option<Timestamp>,
    seen_time: Option<Timestamp>,
    create_time: Timestamp,
    update_time: Timestamp,
    generation: Generation,
    hypervisor: Option<String>,
    hypervisor_node: Option<String>,
}

impl Row for NodeRow {
    type Domain = Node;
    const TABLE: &'static str = "nodes";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Node> {
        let facts = match self.facts {
            Some(facts) => Some(serde_json::from_str(&facts).ok()?),
            None => None,
        };
        Some(Node {
            id: self.id,
            display_name: self.display_name,
            labels: serde_json::from_str(&self.labels).ok()?,
            hypervisor_node: self
                .hypervisor
                .zip(self.hypervisor_node)
                .map(|(hypervisor, node)| HypervisorNode { hypervisor, node }),
            state: NodeState::from_code(&self.state)?,
            facts,
            epoch: self.epoch,
            create_time: self.create_time,
            update_time: self.update_time,
            attach_time: self.attach_time,
            seen_time: self.seen_time,
            generation: self.generation,
        })
    }
}

pub(super) async fn find(c: &mut AnyConn, id: NodeId) -> Outcome<Option<NodeRow>> {
    let row = nodes::table.find(id).select(NodeRow::as_select());
    Ok(row.one(c).await.optional()?)
}

pub(super) async fn load(c: &mut AnyConn, id: NodeId) -> Outcome<NodeRow> {
    Ok(nodes::table.find(id).select(NodeRow::as_select()).one(c).await?)
}

pub(super) async fn node_exists(c: &mut AnyConn, id: NodeId) -> Outcome<bool> {
    Ok(diesel::select(exists(nodes::table.find(id))).one(c).await?)
}

pub(super) fn json(value: &impl serde::Serialize) -> Outcome<String> {
    Ok(serde_json::to_string(value).map_err(|error| StoreError::Other(error.into()))?)
}

pub(super) fn labels_from(text: &str) -> Option<Labels> {
    serde_json::from_str(text).ok()
}
