//! Snapshots of servers. Operations write them through `changes.rs`.

use diesel::prelude::*;
use uuid::Uuid;

use super::columns::signed;
use super::connection::{AnyConn, AnyDb, Run};
use super::errors::{Outcome, taken};
use super::rows::{Row, limit};
use super::schema::snapshots;
use crate::domain::change::SnapshotGuard;
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::ids::{ServerId, SnapshotId, UserId};
use crate::domain::names::SnapshotName;
use crate::domain::page::PageRequest;
use crate::domain::resources::Resources;
use crate::domain::snapshot::{Snapshot, SnapshotState};
use crate::domain::time::Timestamp;
use crate::ports::store::StoreError;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = snapshots, treat_none_as_default_value = false)]
pub(super) struct SnapshotRow {
    id: SnapshotId,
    server_id: ServerId,
    owner_id: UserId,
    name: String,
    description: String,
    state: String,
    cpu_millicores: i64,
    memory_bytes: i64,
    disk_bytes: i64,
    create_time: Timestamp,
    update_time: Timestamp,
    generation: Generation,
}

impl Row for SnapshotRow {
    type Domain = Snapshot;
    const TABLE: &'static str = "snapshots";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Snapshot> {
        Some(Snapshot {
            id: self.id,
            server_id: self.server_id,
            owner_id: self.owner_id,
            name: SnapshotName::parse(&self.name).ok()?,
            description: self.description,
            state: SnapshotState::from_code(&self.state)?,
            resources: Resources {
                cpu_millicores: self.cpu_millicores.try_into().ok()?,
                memory_bytes: self.memory_bytes.try_into().ok()?,
                disk_bytes: self.disk_bytes.try_into().ok()?,
            },
            create_time: self.create_time,
            update_time: self.update_time,
            generation: self.generation,
        })
    }
}

pub(super) async fn load(c: &mut AnyConn, id: SnapshotId) -> Outcome<SnapshotRow> {
    let query = snapshots::table.find(id).select(SnapshotRow::as_select());
    Ok(query.one(c).await?)
}

pub(super) async fn list(c: &mut AnyConn, server: ServerId, page: PageRequest) -> Outcome<Vec<SnapshotRow>> {
    let mut query = snapshots::table
        .filter(snapshots::server_id.eq(server))
        .select(SnapshotRow::as_select())
        .into_boxed::<AnyDb>();
    if let Some(after) = page.after {
        query = query.filter(snapshots::id.lt(SnapshotId::from_uuid(after)));
    }
    let query = query.order(snapshots::id.desc()).limit(limit(page.size));
    Ok(query.all(c).await?)
}

pub(super) async fn count(c: &mut AnyConn, server: ServerId) -> Outcome<u64> {
    let query = snapshots::table.filter(snapshots::server_id.eq(server)).count();
    let count: i64 = query.one(c).await?;
    Ok(count.unsigned_abs())
}

pub(super) async fn insert_in_txn(c: &mut AnyConn, snapshot: &Snapshot) -> Outcome<()> {
    let row = SnapshotRow {
        id: snapshot.id,
        server_id: snapshot.server_id,
        owner_id: snapshot.owner_id,
        name: snapshot.name.as_str().to_owned(),
        description: snapshot.description.clone(),
        state: snapshot.state.code().to_owned(),
        cpu_millicores: snapshot.resources.cpu_millicores.into(),
        memory_bytes: signed(snapshot.resources.memory_bytes),
        disk_bytes: signed(snapshot.resources.disk_bytes),
        create_time: snapshot.create_time,
        update_time: snapshot.update_time,
        generation: snapshot.generation,
    };
    diesel::insert_into(snapshots::table)
        .values(row)
        .exec(c)
        .await
        .map_err(taken("snapshot_name"))?;
    Ok(())
}

pub(super) async fn update_in_txn(
    c: &mut AnyConn,
    id: SnapshotId,
    guard: SnapshotGuard,
    state: SnapshotState,
    now: Timestamp,
) -> Outcome<()> {
    let row = snapshots::table.find(id);
    let change = (
        snapshots::state.eq(state.code()),
        snapshots::update_time.eq(now),
        snapshots::generation.eq(snapshots::generation + 1),
    );
    let changed = match guard {
        SnapshotGuard::Generation(seen) => {
            let seen = row.filter(snapshots::generation.eq(seen));
            diesel::update(seen).set(change).exec(c).await?
        }
        SnapshotGuard::State(from) => {
            let from = row.filter(snapshots::state.eq(from.code()));
            diesel::update(from).set(change).exec(c).await?
        }
    };
    match changed {
        1 => Ok(()),
        // One that is gone is as little what was seen as one that has changed.
        _ => Err(StoreError::Stale.into()),
    }
}

pub(super) async fn remove_in_txn(c: &mut AnyConn, id: SnapshotId) -> Outcome<()> {
    diesel::delete(snapshots::table.find(id)).exec(c).await?;
    Ok(())
}

pub(super) async fn remove_all_in_txn(c: &mut AnyConn, server: ServerId) -> Outcome<()> {
    diesel::delete(snapshots::table.filter(snapshots::server_id.eq(server)))
        .exec(c)
        .await?;
    Ok(())
}
