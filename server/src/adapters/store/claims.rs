//! What a new server is given once: an address of a pool, and a vmid.
//!
//! Neither is ever given twice: an address is taken by an update that is guarded by its being free,
//! and a vmid is counted under its row's lock.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::addresses;
use super::connection::{AnyConn, Database, Run, Scoped};
use super::errors::{Failure, Outcome, is_unique_violation, lost_race};
use super::schema::{ip_addresses, ip_pools, vmid_counters};
use crate::domain::ids::{IpAddressId, IpPoolId, ServerId};
use crate::domain::ip_pool::IpAssignment;
use crate::ports::store::{StoreError, StoreResult};

/// Free addresses looked at per try, so that many servers made at once do not all run after the
/// same one.
const CANDIDATES: i64 = 8;

pub(super) async fn claim_address(
    database: &Database,
    pool: IpPoolId,
    server: ServerId,
) -> StoreResult<IpAssignment> {
    database.write(|c| Scoped::new(claim_once(c, pool, server))).await
}

async fn claim_once(c: &mut AnyConn, pool: IpPoolId, server: ServerId) -> Outcome<IpAssignment> {
    if let Some(held) = held(c, pool, server).await? {
        return Ok(held);
    }
    let free: Vec<IpAddressId> = ip_addresses::table
        .filter(
            ip_addresses::pool_id
                .eq(pool)
                .and(ip_addresses::server_id.is_null()),
        )
        .order((ip_addresses::free_time, ip_addresses::address))
        .limit(CANDIDATES)
        .select(ip_addresses::id)
        .all(c)
        .await?;
    if free.is_empty() {
        let known: bool = diesel::select(exists(ip_pools::table.find(pool))).one(c).await?;
        return Err(Failure::Store(if known {
            StoreError::Exhausted { what: "addresses" }
        } else {
            StoreError::NotFound
        }));
    }
    for id in free {
        let still_free = ip_addresses::table
            .find(id)
            .filter(ip_addresses::server_id.is_null());
        let claimed = diesel::update(still_free)
            .set(ip_addresses::server_id.eq(server))
            .exec(c)
            .await;
        match claimed {
            Ok(1) => break,
            Ok(_) => {}
            // The same server came twice at once, and the other call won.
            Err(error) if is_unique_violation(&error) => break,
            Err(error) => return Err(error.into()),
        }
    }
    held(c, pool, server).await?.ok_or_else(lost_race)
}

/// The address of this pool that the server holds.
async fn held(c: &mut AnyConn, pool: IpPoolId, server: ServerId) -> Outcome<Option<IpAssignment>> {
    let rows = addresses::of_servers(c, &[server]).await?;
    let mut assignments = rows.into_iter().filter_map(addresses::AssignmentRow::into_domain);
    Ok(assignments.find(|assignment| assignment.pool_id == pool))
}

pub(super) async fn allocate_vmid(
    database: &Database,
    hypervisor: &str,
    first: u32,
    last: u32,
) -> StoreResult<u32> {
    database
        .transaction(|c| Scoped::new(allocate_in_txn(c, hypervisor, first, last)))
        .await
}

/// The counter's row stays locked until the transaction ends, so what is read after the update is
/// what this call has counted.
async fn allocate_in_txn(c: &mut AnyConn, hypervisor: &str, first: u32, last: u32) -> Outcome<u32> {
    let (first, last) = (i64::from(first), i64::from(last));
    let counter = vmid_counters::table.find(hypervisor);
    let counted = diesel::update(counter.filter(vmid_counters::next_vmid.ge(first)))
        .set(vmid_counters::next_vmid.eq(vmid_counters::next_vmid + 1))
        .exec(c)
        .await?;
    if counted == 0 {
        start_counter_in_txn(c, hypervisor, first).await?;
    }
    let next: i64 = counter.select(vmid_counters::next_vmid).one(c).await?;
    let vmid = next - 1;
    if vmid > last {
        return Err(StoreError::Exhausted { what: "vmids" }.into());
    }
    u32::try_from(vmid).map_err(|error| StoreError::Other(error.into()).into())
}

/// The hypervisor's first vmid, or the first of a range that was moved up.
async fn start_counter_in_txn(c: &mut AnyConn, hypervisor: &str, first: i64) -> Outcome<()> {
    let below = vmid_counters::table
        .find(hypervisor)
        .filter(vmid_counters::next_vmid.lt(first));
    let moved = diesel::update(below)
        .set(vmid_counters::next_vmid.eq(first + 1))
        .exec(c)
        .await?;
    if moved == 1 {
        return Ok(());
    }
    let inserted = diesel::insert_into(vmid_counters::table)
        .values((
            vmid_counters::hypervisor.eq(hypervisor),
            vmid_counters::next_vmid.eq(first + 1),
        ))
        .exec(c)
        .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if is_unique_violation(&error) => Err(Failure::Contended(error)),
        Err(error) => Err(error.into()),
    }
}
