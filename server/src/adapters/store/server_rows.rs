//! A server as it lies in its table, and the guarded writes to it that operations are made of.

use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::columns::signed;
use super::connection::{AnyConn, Run};
use super::errors::{Failure, Outcome, stale_or_missing, taken};
use super::owner_hold;
use super::rows::Row;
use super::schema::servers;
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::ids::{IpPoolId, OperatingSystemId, OperationId, ServerId, TariffId, UserId};
use crate::domain::money::{Currency, Money};
use crate::domain::names::ServerName;
use crate::domain::resources::Resources;
use crate::domain::server::{Placement, Server, ServerPatch, ServerState};
use crate::domain::time::Timestamp;
use crate::ports::store::StoreError;

/// A live server of this owner has the name.
const NAME: &str = "server_name";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = servers, treat_none_as_default_value = false)]
pub(super) struct ServerRow {
    pub(super) id: ServerId,
    owner_id: UserId,
    name: String,
    state: String,
    state_reason: String,
    tariff_id: TariffId,
    operating_system_id: OperatingSystemId,
    cpu_millicores: i64,
    memory_bytes: i64,
    disk_bytes: i64,
    price_minor: i64,
    currency: String,
    hypervisor: Option<String>,
    node: Option<String>,
    vmid: Option<i64>,
    ip_pool_id: IpPoolId,
    operation_id: Option<OperationId>,
    create_time: Timestamp,
    update_time: Timestamp,
    delete_time: Option<Timestamp>,
    generation: Generation,
    wanted_running: bool,
}

impl From<&Server> for ServerRow {
    fn from(server: &Server) -> Self {
        let placement = server.placement.as_ref();
        Self {
            id: server.id,
            owner_id: server.owner_id,
            name: server.name.as_str().to_owned(),
            state: server.state.code().to_owned(),
            state_reason: server.state_reason.clone(),
            tariff_id: server.tariff_id,
            operating_system_id: server.operating_system_id,
            cpu_millicores: server.resources.cpu_millicores.into(),
            memory_bytes: signed(server.resources.memory_bytes),
            disk_bytes: signed(server.resources.disk_bytes),
            price_minor: server.price.minor,
            currency: server.price.currency.into(),
            hypervisor: placement.map(|placement| placement.hypervisor.clone()),
            node: placement.map(|placement| placement.node.clone()),
            vmid: placement.map(|placement| placement.vmid.into()),
            ip_pool_id: server.ip_pool_id,
            operation_id: server.operation_id,
            create_time: server.create_time,
            update_time: server.update_time,
            delete_time: server.delete_time,
            generation: server.generation,
            wanted_running: server.wanted_running,
        }
    }
}

impl Row for ServerRow {
    type Domain = Server;
    const TABLE: &'static str = "servers";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    /// Without addresses, which lie in a table of their own.
    fn into_domain(self) -> Option<Server> {
        let placement = match (self.hypervisor, self.node, self.vmid) {
            (Some(hypervisor), Some(node), Some(vmid)) => Some(Placement {
                hypervisor,
                node,
                vmid: vmid.try_into().ok()?,
            }),
            (None, None, None) => None,
            _ => return None,
        };
        Some(Server {
            id: self.id,
            owner_id: self.owner_id,
            name: ServerName::parse(&self.name).ok()?,
            state: ServerState::from_code(&self.state)?,
            state_reason: self.state_reason,
            wanted_running: self.wanted_running,
            tariff_id: self.tariff_id,
            operating_system_id: self.operating_system_id,
            resources: Resources {
                cpu_millicores: self.cpu_millicores.try_into().ok()?,
                memory_bytes: self.memory_bytes.try_into().ok()?,
                disk_bytes: self.disk_bytes.try_into().ok()?,
            },
            price: Money {
                minor: self.price_minor,
                currency: Currency::parse(&self.currency).ok()?,
            },
            placement,
            ip_pool_id: self.ip_pool_id,
            addresses: Vec::new(),
            operation_id: self.operation_id,
            create_time: self.create_time,
            update_time: self.update_time,
            delete_time: self.delete_time,
            generation: self.generation,
        })
    }
}

/// Fails when the owner has `limit` servers; otherwise nobody else gets this place before the transaction ends.
pub(super) async fn place_in_txn(c: &mut AnyConn, owner: UserId, limit: u64) -> Outcome<()> {
    owner_hold::hold_in_txn(c, owner).await?;
    let live = servers::owner_id.eq(owner).and(servers::live_name.is_not_null());
    let count: i64 = servers::table.filter(live).count().one(c).await?;
    if count.unsigned_abs() >= limit {
        let what = "servers";
        return Err(StoreError::Full { what, limit }.into());
    }
    Ok(())
}

/// What a patch writes; `None` leaves a column as it is.
#[derive(AsChangeset)]
#[diesel(table_name = servers)]
struct ServerChanges<'a> {
    state: Option<&'static str>,
    state_reason: Option<&'a str>,
    wanted_running: Option<bool>,
    name: Option<&'a str>,
    /// `Some(None)` gives the name of a deleted server free.
    live_name: Option<Option<&'a str>>,
    tariff_id: Option<TariffId>,
    cpu_millicores: Option<i64>,
    memory_bytes: Option<i64>,
    disk_bytes: Option<i64>,
    price_minor: Option<i64>,
    currency: Option<String>,
    hypervisor: Option<&'a str>,
    node: Option<&'a str>,
    vmid: Option<i64>,
    delete_time: Option<Timestamp>,
    update_time: Timestamp,
}

fn changes(patch: &ServerPatch, now: Timestamp) -> ServerChanges<'_> {
    let name = patch.name.as_ref().map(ServerName::as_str);
    let deleted = patch.state == Some(ServerState::Deleted);
    let placement = patch.placement.as_ref();
    ServerChanges {
        state: patch.state.map(Code::code),
        state_reason: patch.state_reason.as_deref(),
        wanted_running: patch.wanted_running,
        name,
        live_name: if deleted { Some(None) } else { name.map(Some) },
        tariff_id: patch.tariff_id,
        cpu_millicores: patch.resources.map(|resources| resources.cpu_millicores.into()),
        memory_bytes: patch.resources.map(|resources| signed(resources.memory_bytes)),
        disk_bytes: patch.resources.map(|resources| signed(resources.disk_bytes)),
        price_minor: patch.price.map(|price| price.minor),
        currency: patch.price.map(|price| price.currency.into()),
        hypervisor: placement.map(|placement| placement.hypervisor.as_str()),
        node: placement.map(|placement| placement.node.as_str()),
        vmid: placement.map(|placement| placement.vmid.into()),
        delete_time: patch.delete_time,
        update_time: now,
    }
}

async fn not_changed(c: &mut AnyConn, id: ServerId) -> Failure {
    match diesel::select(exists(servers::table.find(id))).one(c).await {
        Ok(known) => stale_or_missing(known),
        Err(error) => error.into(),
    }
}

pub(super) async fn insert_in_txn(c: &mut AnyConn, server: &Server) -> Outcome<()> {
    let live_name = (server.state != ServerState::Deleted).then_some(server.name.as_str());
    diesel::insert_into(servers::table)
        .values((ServerRow::from(server), servers::live_name.eq(live_name)))
        .exec(c)
        .await
        .map_err(taken(NAME))?;
    Ok(())
}

/// Takes an idle server of this generation for an operation.
pub(super) async fn claim_in_txn(
    c: &mut AnyConn,
    id: ServerId,
    generation: Generation,
    operation: OperationId,
    state: ServerState,
    now: Timestamp,
) -> Outcome<()> {
    let idle = servers::generation
        .eq(generation)
        .and(servers::operation_id.is_null());
    let claimed = diesel::update(servers::table.find(id).filter(idle))
        .set((
            servers::operation_id.eq(operation),
            servers::state.eq(state.code()),
            servers::update_time.eq(now),
            servers::generation.eq(generation.next()),
        ))
        .exec(c)
        .await?;
    match claimed {
        1 => Ok(()),
        _ => Err(not_changed(c, id).await),
    }
}

/// Changes a server that the operation holds.
pub(super) async fn update_in_txn(
    c: &mut AnyConn,
    id: ServerId,
    operation: OperationId,
    patch: &ServerPatch,
    now: Timestamp,
) -> Outcome<()> {
    let held = servers::table
        .find(id)
        .filter(servers::operation_id.eq(operation));
    let changed = diesel::update(held)
        .set((
            changes(patch, now),
            servers::generation.eq(servers::generation + 1),
        ))
        .exec(c)
        .await
        .map_err(taken(NAME))?;
    match changed {
        1 => Ok(()),
        _ => Err(not_changed(c, id).await),
    }
}

/// Changes a server that the operation holds and lets go of it.
pub(super) async fn release_in_txn(
    c: &mut AnyConn,
    id: ServerId,
    operation: OperationId,
    patch: &ServerPatch,
    now: Timestamp,
) -> Outcome<()> {
    let held = servers::table
        .find(id)
        .filter(servers::operation_id.eq(operation));
    let changed = diesel::update(held)
        .set((
            changes(patch, now),
            servers::operation_id.eq(None::<OperationId>),
            servers::generation.eq(servers::generation + 1),
        ))
        .exec(c)
        .await
        .map_err(taken(NAME))?;
    match changed {
        1 => Ok(()),
        _ => Err(not_changed(c, id).await),
    }
}

/// Changes a server that no operation holds, guarded by its generation.
pub(super) async fn observe_in_txn(
    c: &mut AnyConn,
    id: ServerId,
    generation: Generation,
    patch: &ServerPatch,
    now: Timestamp,
) -> Outcome<()> {
    let idle = servers::generation
        .eq(generation)
        .and(servers::operation_id.is_null());
    let changed = diesel::update(servers::table.find(id).filter(idle))
        .set((changes(patch, now), servers::generation.eq(generation.next())))
        .exec(c)
        .await
        .map_err(taken(NAME))?;
    match changed {
        1 => Ok(()),
        _ => Err(not_changed(c, id).await),
    }
}
