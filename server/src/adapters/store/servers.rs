//! Reads of servers, and what reconciliation writes. Operations write through `changes.rs`.

use std::collections::HashMap;

use async_trait::async_trait;
use diesel::prelude::*;

use super::addresses::{self, AssignmentRow};
use super::columns::position_in;
use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::Outcome;
use super::one_of::one_of;
use super::rows::{limit, parse, parse_all, parse_page};
use super::schema::servers;
use super::server_rows::{ServerRow, observe_in_txn};
use super::sql_store::SqlStore;
use super::{events, snapshots};
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::event::Event;
use crate::domain::ids::{ServerId, SnapshotId, UserId};
use crate::domain::ip_pool::IpAssignment;
use crate::domain::names::ServerName;
use crate::domain::page::{Page, PageRequest};
use crate::domain::server::{Server, ServerFilter, ServerPatch};
use crate::domain::snapshot::Snapshot;
use crate::domain::time::Timestamp;
use crate::ports::store::{ServerStore, StoreResult};

type Found = (Vec<ServerRow>, Vec<AssignmentRow>);

/// The addresses of all these servers in one query.
async fn with_addresses(c: &mut AnyConn, rows: Vec<ServerRow>) -> Outcome<Found> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let assignments = addresses::of_servers(c, &ids).await?;
    Ok((rows, assignments))
}

fn give_addresses(servers: &mut [Server], assignments: Vec<AssignmentRow>) {
    let mut of_server: HashMap<ServerId, Vec<IpAssignment>> = HashMap::new();
    for assignment in assignments.into_iter().filter_map(AssignmentRow::into_domain) {
        of_server
            .entry(assignment.server_id)
            .or_default()
            .push(assignment);
    }
    for server in servers {
        server.addresses = of_server.remove(&server.id).unwrap_or_default();
    }
}

fn one_server((rows, assignments): (ServerRow, Vec<AssignmentRow>)) -> StoreResult<Server> {
    let mut server = parse(rows)?;
    give_addresses(std::slice::from_mut(&mut server), assignments);
    Ok(server)
}

async fn list(c: &mut AnyConn, filter: &ServerFilter, page: PageRequest) -> Outcome<Found> {
    let mut query = servers::table
        .select(ServerRow::as_select())
        .into_boxed::<AnyDb>();
    if let Some(owner) = filter.owner_id {
        query = query.filter(servers::owner_id.eq(owner));
    }
    query = if filter.states.is_empty() {
        // Never walks over what is deleted, of which there may be far more.
        let query = query
            .filter(servers::live_id.is_not_null())
            .order(servers::live_id.desc());
        match page.after {
            Some(after) => query.filter(servers::live_id.lt(ServerId::from_uuid(after))),
            None => query,
        }
    } else {
        let codes: Vec<_> = filter.states.iter().map(|state| state.code()).collect();
        let query = query
            .filter(servers::state.eq_any(codes))
            .order(servers::id.desc());
        match page.after {
            Some(after) => query.filter(servers::id.lt(ServerId::from_uuid(after))),
            None => query,
        }
    };
    if let Some(hypervisor) = &filter.hypervisor {
        query = query.filter(servers::hypervisor.eq(hypervisor));
    }
    if let Some(part) = &filter.name_contains {
        query = query.filter(position_in(servers::name, part).gt(0));
    }
    if !filter.ids.is_empty() {
        query = query.filter(servers::id.eq_any(filter.ids.iter().copied()));
    }
    if let Some(wanted) = filter.wanted_running {
        query = query.filter(servers::wanted_running.eq(wanted));
    }
    let rows = query.limit(limit(page.size)).all(c).await?;
    with_addresses(c, rows).await
}

async fn prune(c: &mut AnyConn, before: Timestamp, limit: u32) -> Outcome<u64> {
    let old: Vec<ServerId> = servers::table
        .filter(servers::delete_time.lt(before))
        .order(servers::delete_time)
        .limit(limit.into())
        .select(servers::id)
        .all(c)
        .await?;
    let removed = diesel::delete(servers::table.filter(servers::id.eq_any(old)))
        .exec(c)
        .await?;
    Ok(removed as u64)
}

#[async_trait]
impl ServerStore for SqlStore {
    async fn server_get(&self, id: ServerId) -> StoreResult<Server> {
        let found = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = servers::table.find(id).select(ServerRow::as_select());
                    let row = query.one(c).await?;
                    Ok((row, addresses::of_servers(c, &[id]).await?))
                })
            })
            .await?;
        one_server(found)
    }

    async fn server_get_many(&self, ids: &[ServerId]) -> StoreResult<Vec<Server>> {
        let (rows, assignments) = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = servers::table
                        .filter(one_of(servers::id, ids.iter().copied()))
                        .select(ServerRow::as_select());
                    let rows = query.all(c).await?;
                    with_addresses(c, rows).await
                })
            })
            .await?;
        let mut servers = parse_all(rows);
        give_addresses(&mut servers, assignments);
        Ok(servers)
    }

    async fn server_by_name(&self, owner: UserId, name: &ServerName) -> StoreResult<Server> {
        let found = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let named = servers::owner_id
                        .eq(owner)
                        .and(servers::live_name.eq(name.as_str()));
                    let query = servers::table.filter(named).select(ServerRow::as_select());
                    let row: ServerRow = query.one(c).await?;
                    let assignments = addresses::of_servers(c, &[row.id]).await?;
                    Ok((row, assignments))
                })
            })
            .await?;
        one_server(found)
    }

    async fn server_list(&self, filter: &ServerFilter, page: PageRequest) -> StoreResult<Page<Server>> {
        let (rows, assignments) = self.database.read(|c| Scoped::new(list(c, filter, page))).await?;
        let mut page = parse_page(rows, page.size);
        give_addresses(&mut page.items, assignments);
        Ok(page)
    }

    async fn server_count(&self, owner: UserId) -> StoreResult<u64> {
        let count: i64 = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let live = servers::owner_id.eq(owner).and(servers::live_name.is_not_null());
                    Ok(servers::table.filter(live).count().one(c).await?)
                })
            })
            .await?;
        Ok(count.unsigned_abs())
    }

    async fn server_observe(
        &self,
        id: ServerId,
        generation: Generation,
        patch: &ServerPatch,
        event: Option<&Event>,
        now: Timestamp,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    observe_in_txn(c, id, generation, patch, now).await?;
                    match event {
                        Some(event) => events::insert_in_txn(c, event).await,
                        None => Ok(()),
                    }
                })
            })
            .await
    }

    async fn snapshot_get(&self, id: SnapshotId) -> StoreResult<Snapshot> {
        parse(
            self.database
                .read(|c| Scoped::new(snapshots::load(c, id)))
                .await?,
        )
    }

    async fn snapshot_list(&self, server: ServerId, page: PageRequest) -> StoreResult<Page<Snapshot>> {
        let rows = self
            .database
            .read(|c| Scoped::new(snapshots::list(c, server, page)))
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn snapshot_count(&self, server: ServerId) -> StoreResult<u64> {
        self.database
            .read(|c| Scoped::new(snapshots::count(c, server)))
            .await
    }

    async fn server_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| Scoped::new(prune(c, before, limit)))
            .await
    }

    async fn event_list(&self, server: ServerId, page: PageRequest) -> StoreResult<Page<Event>> {
        let rows = self
            .database
            .read(|c| Scoped::new(events::list(c, server, page)))
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn event_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| Scoped::new(events::prune(c, before, limit)))
            .await
    }
}
