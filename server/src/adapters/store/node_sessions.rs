//! Sessions of nodes: by which key they come, that they are there, and that they have gone.

use std::collections::HashMap;

use async_trait::async_trait;
use diesel::prelude::*;

use super::connection::{AnyConn, Run, Scoped};
use super::errors::{Outcome, lost_race, stale_or_missing, taken};
use super::node_rows::{NodeRow, find, json};
use super::node_schema::nodes;
use super::one_of::one_of;
use super::rows::parse;
use super::schema::leader_leases;
use super::sql_store::SqlStore;
use super::{mutation, node_events};
use crate::domain::codes::Code as _;
use crate::domain::enrolment::KeyHolder;
use crate::domain::ids::NodeId;
use crate::domain::node::{Arrival, Node, NodeEvent, NodeEventKind, NodeFacts, NodeState, Orphan};
use crate::domain::session::SecretHash;
use crate::domain::time::Timestamp;
use crate::ports::store::{Mutation, NodeSessionStore, StoreResult, session_lease};

type KeyRow = (NodeId, Option<Vec<u8>>, Option<Vec<u8>>);

/// What a session's beginning says of the time since the one before.
fn news(before: &NodeRow, arrival: &Arrival, now: Timestamp) -> Vec<NodeEvent> {
    let facts: Option<NodeFacts> = before
        .facts
        .as_deref()
        .and_then(|facts| serde_json::from_str(facts).ok());
    let mut events = Vec::new();
    let mut tell = |kind, detail: String| events.push(NodeEvent::new(before.id, kind, detail, now));
    if let Some(facts) = facts {
        if before.boot_id != arrival.boot_id {
            tell(NodeEventKind::Rebooted, String::new());
        }
        let (old, new) = (&facts.agent_version, &arrival.facts.agent_version);
        if old != new {
            tell(NodeEventKind::AgentChanged, format!("{old} to {new}"));
        }
    }
    if before.state != NodeState::Online.code() {
        tell(NodeEventKind::Online, String::new());
    }
    events
}

async fn attach_in_txn(
    c: &mut AnyConn,
    id: NodeId,
    arrival: &Arrival,
    now: Timestamp,
) -> Outcome<Option<NodeRow>> {
    let before: Option<NodeRow> = find(c, id).await?;
    let Some(before) = before.filter(|before| before.state != NodeState::Revoked.code()) else {
        return Ok(None);
    };
    // Two sessions that begin at once: the one that is written second sees the first.
    let unchanged = nodes::table.find(id).filter(nodes::epoch.eq(before.epoch));
    let changed = diesel::update(unchanged)
        .set((
            nodes::state.eq(NodeState::Online.code()),
            nodes::facts.eq(json(&arrival.facts)?),
            nodes::boot_id.eq(&arrival.boot_id),
            nodes::epoch.eq(before.epoch + 1),
            nodes::instance.eq(&arrival.instance),
            nodes::attach_time.eq(now),
            nodes::seen_time.eq(now),
        ))
        .exec(c)
        .await?;
    if changed != 1 {
        return Err(lost_race());
    }
    for event in news(&before, arrival, now) {
        node_events::insert_in_txn(c, event).await?;
    }
    find(c, id).await
}

async fn offline_in_txn(
    c: &mut AnyConn,
    id: NodeId,
    epoch: i64,
    seen: Timestamp,
    now: Timestamp,
) -> Outcome<bool> {
    let session = nodes::table.find(id).filter(
        nodes::epoch
            .eq(epoch)
            .and(nodes::state.eq(NodeState::Online.code())),
    );
    let changed = diesel::update(session)
        .set((
            nodes::state.eq(NodeState::Offline.code()),
            nodes::instance.eq(None::<&str>),
            nodes::attach_time.eq(None::<Timestamp>),
            nodes::seen_time.eq(seen),
        ))
        .exec(c)
        .await?;
    if changed == 1 {
        let event = NodeEvent::new(id, NodeEventKind::Offline, "", now);
        node_events::insert_in_txn(c, event).await?;
    }
    Ok(changed == 1)
}

fn holder(row: KeyRow, wanted: &[SecretHash]) -> Vec<(SecretHash, KeyHolder)> {
    let (node_id, key, next_key) = row;
    [(key, false), (next_key, true)]
        .into_iter()
        .filter_map(|(key, next)| {
            let hash = SecretHash(key?.try_into().ok()?);
            Some((hash, KeyHolder { node_id, next }))
        })
        .filter(|(hash, _)| wanted.contains(hash))
        .collect()
}

#[async_trait]
impl NodeSessionStore for SqlStore {
    async fn node_keys(&self, hashes: &[SecretHash]) -> StoreResult<Vec<(SecretHash, KeyHolder)>> {
        let keys = || hashes.iter().map(|hash| hash.0.to_vec());
        let rows: Vec<KeyRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let columns = (nodes::id, nodes::key_hash, nodes::next_key_hash);
                    // Two questions, each with an index of its own.
                    let present = nodes::table.filter(one_of(nodes::key_hash, keys()));
                    let mut rows: Vec<KeyRow> = present.select(columns).all(c).await?;
                    if rows.len() < hashes.len() {
                        let next = nodes::table.filter(one_of(nodes::next_key_hash, keys()));
                        rows.extend(next.select(columns).all(c).await?);
                    }
                    Ok(rows)
                })
            })
            .await?;
        // A node whose two keys are asked for is in both answers.
        let rows: HashMap<NodeId, KeyRow> = rows.into_iter().map(|row| (row.0, row)).collect();
        Ok(rows.into_values().flat_map(|row| holder(row, hashes)).collect())
    }

    async fn node_key_offer(&self, id: NodeId, key: SecretHash, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    let held = nodes::table.find(id).filter(nodes::key_hash.is_not_null());
                    let changed = diesel::update(held)
                        .set(nodes::next_key_hash.eq(key.0.to_vec()))
                        .exec(c)
                        .await
                        .map_err(taken("node_key"))?;
                    if changed == 1 {
                        Ok(())
                    } else {
                        Err(stale_or_missing(false))
                    }
                })
            })
            .await
    }

    async fn node_key_settle(&self, id: NodeId, key: SecretHash, now: Timestamp) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    let offered = nodes::table
                        .find(id)
                        .filter(nodes::next_key_hash.eq(key.0.to_vec()));
                    let changed = diesel::update(offered)
                        .set((
                            nodes::key_hash.eq(key.0.to_vec()),
                            nodes::next_key_hash.eq(None::<Vec<u8>>),
                            nodes::update_time.eq(now),
                            nodes::generation.eq(nodes::generation + 1),
                        ))
                        .exec(c)
                        .await
                        .map_err(taken("node_key"))?;
                    if changed == 1 {
                        let event = NodeEvent::new(id, NodeEventKind::KeyRotated, "", now);
                        node_events::insert_in_txn(c, event).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn node_attach(
        &self,
        arrivals: &[(NodeId, Arrival)],
        now: Timestamp,
    ) -> StoreResult<Vec<Option<Node>>> {
        let rows = self
            .database
            .transaction(|c| {
                Scoped::new(async move {
                    let mut rows = Vec::with_capacity(arrivals.len());
                    for (id, arrival) in arrivals {
                        rows.push(attach_in_txn(c, *id, arrival, now).await?);
                    }
                    Ok(rows)
                })
            })
            .await?;
        rows.into_iter().map(|row| row.map(parse).transpose()).collect()
    }

    async fn node_offline(
        &self,
        id: NodeId,
        epoch: i64,
        seen: Timestamp,
        now: Timestamp,
    ) -> StoreResult<bool> {
        self.database
            .transaction(|c| Scoped::new(async move { offline_in_txn(c, id, epoch, seen, now).await }))
            .await
    }

    async fn node_seen(&self, instance: &str, now: Timestamp) -> StoreResult<()> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let held = nodes::instance
                        .eq(instance)
                        .and(nodes::state.eq(NodeState::Online.code()));
                    diesel::update(nodes::table.filter(held))
                        .set(nodes::seen_time.eq(now))
                        .exec(c)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn node_orphans(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<Orphan>> {
        let rows: Vec<(NodeId, i64, Option<Timestamp>)> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let holders = nodes::table
                        .filter(nodes::instance.is_not_null())
                        .select(nodes::instance)
                        .distinct();
                    let holders: Vec<Option<String>> = holders.all(c).await?;
                    let names: Vec<String> = holders.iter().flatten().map(|one| session_lease(one)).collect();
                    let alive = leader_leases::table
                        .filter(
                            leader_leases::name
                                .eq_any(&names)
                                .and(leader_leases::lease_until.gt(now)),
                        )
                        .select(leader_leases::holder);
                    let alive: Vec<String> = alive.all(c).await?;
                    let gone: Vec<String> = holders
                        .into_iter()
                        .flatten()
                        .filter(|holder| !alive.contains(holder))
                        .collect();
                    let orphans = nodes::table
                        .filter(
                            nodes::instance
                                .eq_any(gone)
                                .and(nodes::state.eq(NodeState::Online.code())),
                        )
                        .limit(limit.into())
                        .select((nodes::id, nodes::epoch, nodes::seen_time));
                    Ok(orphans.all(c).await?)
                })
            })
            .await?;
        let orphan = |(node_id, epoch, seen_time): (NodeId, i64, Option<Timestamp>)| Orphan {
            node_id,
            epoch,
            seen_time: seen_time.unwrap_or(now),
        };
        Ok(rows.into_iter().map(orphan).collect())
    }
}
