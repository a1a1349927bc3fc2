//! Pools of addresses. A static pool has one row for each address, which a guarded update claims.

use std::collections::HashSet;

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::addresses::{from_bytes, insert_in_txn, of_pool, to_bytes};
use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, stale_or_missing, taken};
use super::rows::{Row, limit, parse, parse_all, parse_page};
use super::schema::{ip_addresses, ip_pools, servers};
use super::sql_store::SqlStore;
use super::{claims, mutation};
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::ids::{IpPoolId, ServerId};
use crate::domain::ip_pool::{IpAssignment, IpPool, IpPoolKind, IpPoolUse};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::ports::store::{IpPoolStore, Mutation, StoreError, StoreResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = ip_pools, treat_none_as_default_value = false)]
struct IpPoolRow {
    id: IpPoolId,
    name: String,
    hypervisor: String,
    bridge: String,
    vlan_tag: Option<i64>,
    kind: String,
    network: String,
    gateway: Option<String>,
    first_address: Vec<u8>,
    last_address: Vec<u8>,
    nameservers: String,
    create_time: Timestamp,
    update_time: Timestamp,
    generation: Generation,
}

impl From<&IpPool> for IpPoolRow {
    fn from(pool: &IpPool) -> Self {
        let nameservers: Vec<_> = pool.nameservers.iter().map(ToString::to_string).collect();
        Self {
            id: pool.id,
            name: pool.name.clone(),
            hypervisor: pool.hypervisor.clone(),
            bridge: pool.bridge.clone(),
            vlan_tag: pool.vlan_tag.map(i64::from),
            kind: pool.kind.code().to_owned(),
            network: pool.network.to_string(),
            gateway: pool.gateway.map(|gateway| gateway.to_string()),
            first_address: to_bytes(pool.first),
            last_address: to_bytes(pool.last),
            nameservers: nameservers.join(" "),
            create_time: pool.create_time,
            update_time: pool.update_time,
            generation: pool.generation,
        }
    }
}

impl Row for IpPoolRow {
    type Domain = IpPool;
    const TABLE: &'static str = "ip_pools";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<IpPool> {
        let vlan_tag = match self.vlan_tag {
            Some(tag) => Some(tag.try_into().ok()?),
            None => None,
        };
        let gateway = match self.gateway {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        };
        let nameservers = self.nameservers.split_ascii_whitespace();
        Some(IpPool {
            id: self.id,
            name: self.name,
            hypervisor: self.hypervisor,
            bridge: self.bridge,
            vlan_tag,
            kind: IpPoolKind::from_code(&self.kind)?,
            network: self.network.parse().ok()?,
            gateway,
            first: from_bytes(&self.first_address)?,
            last: from_bytes(&self.last_address)?,
            nameservers: nameservers.map(|text| text.parse().ok()).collect::<Option<_>>()?,
            create_time: self.create_time,
            update_time: self.update_time,
            generation: self.generation,
        })
    }
}

async fn load(c: &mut AnyConn, id: IpPoolId) -> Outcome<IpPoolRow> {
    Ok(ip_pools::table
        .find(id)
        .select(IpPoolRow::as_select())
        .one(c)
        .await?)
}

async fn pool_exists(c: &mut AnyConn, id: IpPoolId) -> Outcome<bool> {
    Ok(diesel::select(exists(ip_pools::table.find(id))).one(c).await?)
}

/// Looks for one free address of each pool in the index of free addresses; nothing is counted.
async fn open(c: &mut AnyConn, hypervisors: &[&str]) -> Outcome<Vec<IpPoolRow>> {
    let free = ip_addresses::table.filter(
        ip_addresses::pool_id
            .eq(ip_pools::id)
            .and(ip_addresses::server_id.is_null()),
    );
    let gives = ip_pools::kind.eq(IpPoolKind::Dhcp.code()).or(exists(free));
    let query = ip_pools::table
        .filter(
            ip_pools::hypervisor
                .eq_any(hypervisors.iter().copied())
                .and(gives),
        )
        .order(ip_pools::id.asc())
        .select(IpPoolRow::as_select());
    Ok(query.all(c).await?)
}

/// How full these pools are. A pool without addresses is left out.
async fn uses(c: &mut AnyConn, pools: &[IpPoolId]) -> Outcome<Vec<(IpPoolId, i64, i64)>> {
    let query = ip_addresses::table
        .filter(ip_addresses::pool_id.eq_any(pools.iter().copied()))
        .group_by(ip_addresses::pool_id)
        .select((
            ip_addresses::pool_id,
            diesel::dsl::count(ip_addresses::id),
            diesel::dsl::count(ip_addresses::server_id),
        ));
    Ok(query.all(c).await?)
}

fn use_of(pool: IpPoolId, uses: &[(IpPoolId, i64, i64)]) -> IpPoolUse {
    let found = uses.iter().find(|(id, ..)| *id == pool);
    found.map_or_else(IpPoolUse::default, |(_, all, used)| IpPoolUse {
        address_count: all.unsigned_abs(),
        used_count: used.unsigned_abs(),
    })
}

async fn insert_pool_in_txn(c: &mut AnyConn, pool: &IpPool) -> Outcome<()> {
    diesel::insert_into(ip_pools::table)
        .values(IpPoolRow::from(pool))
        .exec(c)
        .await
        .map_err(taken("ip_pool_name"))?;
    match pool.kind {
        IpPoolKind::Static => insert_in_txn(c, pool.id, &of_pool(pool)?).await,
        IpPoolKind::Dhcp => Ok(()),
    }
}

async fn update_in_txn(c: &mut AnyConn, pool: &IpPool, guard: Generation) -> Outcome<()> {
    let row = IpPoolRow::from(pool);
    let seen = ip_pools::table
        .find(pool.id)
        .filter(ip_pools::generation.eq(guard));
    let changed = diesel::update(seen)
        .set((
            ip_pools::name.eq(row.name),
            ip_pools::gateway.eq(row.gateway),
            ip_pools::nameservers.eq(row.nameservers),
            ip_pools::first_address.eq(&row.first_address),
            ip_pools::last_address.eq(&row.last_address),
            ip_pools::update_time.eq(row.update_time),
            ip_pools::generation.eq(guard.next()),
        ))
        .exec(c)
        .await
        .map_err(taken("ip_pool_name"))?;
    if changed != 1 {
        return Err(stale_or_missing(pool_exists(c, pool.id).await?));
    }
    match pool.kind {
        IpPoolKind::Static => lay_out_in_txn(c, pool).await,
        IpPoolKind::Dhcp => Ok(()),
    }
}

/// Removes the rows of addresses that the pool no longer gives out and adds those that are new.
async fn lay_out_in_txn(c: &mut AnyConn, pool: &IpPool) -> Outcome<()> {
    let wanted = of_pool(pool)?;
    let gateway = pool.gateway.map(to_bytes).unwrap_or_default();
    let unwanted = || {
        let outside = ip_addresses::address
            .lt(to_bytes(pool.first))
            .or(ip_addresses::address.gt(to_bytes(pool.last)))
            .or(ip_addresses::address.eq(gateway.clone()));
        ip_addresses::table.filter(ip_addresses::pool_id.eq(pool.id).and(outside))
    };
    diesel::delete(unwanted().filter(ip_addresses::server_id.is_null()))
        .exec(c)
        .await?;
    if diesel::select(exists(unwanted())).one(c).await? {
        return Err(StoreError::InUse { by: "addresses" }.into());
    }
    let there: Vec<Vec<u8>> = ip_addresses::table
        .filter(ip_addresses::pool_id.eq(pool.id))
        .select(ip_addresses::address)
        .all(c)
        .await?;
    let there: HashSet<Vec<u8>> = there.into_iter().collect();
    let missing: Vec<_> = wanted
        .into_iter()
        .filter(|address| !there.contains(&to_bytes(*address)))
        .collect();
    insert_in_txn(c, pool.id, &missing).await
}

/// Holds the pool's row until the transaction ends, so that it cannot be deleted meanwhile. `Stale`
/// when it is gone already.
pub(super) async fn hold_in_txn(c: &mut AnyConn, id: IpPoolId) -> Outcome<()> {
    let held = diesel::update(ip_pools::table.find(id))
        .set(ip_pools::generation.eq(ip_pools::generation))
        .exec(c)
        .await?;
    match held {
        1 => Ok(()),
        _ => Err(StoreError::Stale.into()),
    }
}

/// Deletes first and looks for users afterwards: whoever held the row for an order has committed it
/// by then, and whoever comes later finds no row to hold.
async fn delete_in_txn(c: &mut AnyConn, id: IpPoolId, guard: Option<Generation>) -> Outcome<()> {
    let mut delete = diesel::delete(ip_pools::table.filter(ip_pools::id.eq(id))).into_boxed::<AnyDb>();
    if let Some(guard) = guard {
        delete = delete.filter(ip_pools::generation.eq(guard));
    }
    if delete.exec(c).await? != 1 {
        return Err(stale_or_missing(pool_exists(c, id).await?));
    }
    let of_this = ip_addresses::table.filter(ip_addresses::pool_id.eq(id));
    diesel::delete(of_this.filter(ip_addresses::server_id.is_null()))
        .exec(c)
        .await?;
    if diesel::select(exists(of_this)).one(c).await? {
        return Err(StoreError::InUse { by: "addresses" }.into());
    }
    // A server whose address comes by DHCP, or one that is to be given its address yet.
    let users = servers::ip_pool_id.eq(id).and(servers::live_name.is_not_null());
    if diesel::select(exists(servers::table.filter(users)))
        .one(c)
        .await?
    {
        return Err(StoreError::InUse { by: "servers" }.into());
    }
    Ok(())
}

#[async_trait]
impl IpPoolStore for SqlStore {
    async fn ip_pool_insert(&self, pool: &IpPool, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    insert_pool_in_txn(c, pool).await
                })
            })
            .await
    }

    async fn ip_pool_get(&self, id: IpPoolId) -> StoreResult<(IpPool, IpPoolUse)> {
        let (row, uses) = self
            .database
            .read(|c| Scoped::new(async move { Ok((load(c, id).await?, uses(c, &[id]).await?)) }))
            .await?;
        Ok((parse(row)?, use_of(id, &uses)))
    }

    async fn ip_pool_list(&self, page: PageRequest) -> StoreResult<Page<(IpPool, IpPoolUse)>> {
        let (rows, uses) = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = ip_pools::table
                        .select(IpPoolRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(after) = page.after {
                        query = query.filter(ip_pools::id.gt(IpPoolId::from_uuid(after)));
                    }
                    let query = query.order(ip_pools::id.asc()).limit(limit(page.size));
                    let rows: Vec<IpPoolRow> = query.all(c).await?;
                    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
                    let uses = uses(c, &ids).await?;
                    Ok((rows, uses))
                })
            })
            .await?;
        Ok(parse_page(rows, page.size).map(|pool: IpPool| {
            let used = use_of(pool.id, &uses);
            (pool, used)
        }))
    }

    async fn ip_pool_open(&self, hypervisors: &[&str]) -> StoreResult<Vec<IpPool>> {
        let rows = self.database.read(|c| Scoped::new(open(c, hypervisors))).await?;
        Ok(parse_all(rows))
    }

    async fn ip_pool_update(&self, pool: &IpPool, guard: Generation, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    update_in_txn(c, pool, guard).await
                })
            })
            .await
    }

    async fn ip_pool_delete(
        &self,
        id: IpPoolId,
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

    async fn ip_address_claim(
        &self,
        pool: IpPoolId,
        server: ServerId,
        _now: Timestamp,
    ) -> StoreResult<IpAssignment> {
        claims::claim_address(&self.database, pool, server).await
    }

    async fn vmid_allocate(&self, hypervisor: &str, first: u32, last: u32) -> StoreResult<u32> {
        claims::allocate_vmid(&self.database, hypervisor, first, last).await
    }
}
