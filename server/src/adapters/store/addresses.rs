//! IP addresses in columns and rows: 4 or 16 bytes, so that they sort as addresses do; and the
//! rows of a pool.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary};

use super::connection::{AnyConn, AnyDb, Run};
use super::errors::Outcome;
use super::one_of::one_of;
use super::schema::{ip_addresses, ip_pools};
use crate::domain::ids::{IpAddressId, IpPoolId, ServerId};
use crate::domain::ip_pool::{IpAssignment, IpPool};
use crate::domain::ip_range::IpRange;
use crate::domain::time::Timestamp;
use crate::ports::store::StoreError;

/// Rows of one INSERT: enough to be quick, few enough for SQLite's limit on binds.
const ROWS_PER_INSERT: usize = 1000;

pub(super) fn to_bytes(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

pub(super) fn from_bytes(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(v4.into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}

/// The addresses that a static pool gives out: from its first to its last, but its gateway.
pub(super) fn of_pool(pool: &IpPool) -> Result<Vec<IpAddr>, StoreError> {
    let too_many = |_| StoreError::Exhausted {
        what: "room for addresses in one pool",
    };
    let range = IpRange::new(pool.first, pool.last).map_err(too_many)?;
    let all: Vec<IpAddr> = match (range.first(), range.last()) {
        (IpAddr::V4(first), IpAddr::V4(last)) => (first.to_bits()..=last.to_bits())
            .map(|bits| Ipv4Addr::from_bits(bits).into())
            .collect(),
        (IpAddr::V6(first), IpAddr::V6(last)) => (first.to_bits()..=last.to_bits())
            .map(|bits| Ipv6Addr::from_bits(bits).into())
            .collect(),
        // A range is of one family.
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => Vec::new(),
    };
    Ok(all
        .into_iter()
        .filter(|address| Some(*address) != pool.gateway)
        .collect())
}

/// Lays out free rows for addresses that have none.
pub(super) async fn insert_in_txn(c: &mut AnyConn, pool: IpPoolId, addresses: &[IpAddr]) -> Outcome<()> {
    for chunk in addresses.chunks(ROWS_PER_INSERT) {
        let rows = chunk
            .iter()
            .map(|address| (IpAddressId::generate(), to_bytes(*address)))
            .collect();
        InsertAddresses { pool, rows }.exec(c).await?;
    }
    Ok(())
}

/// `INSERT` of many rows, which diesel does not offer for two engines at once.
struct InsertAddresses {
    pool: IpPoolId,
    rows: Vec<(IpAddressId, Vec<u8>)>,
}

impl QueryFragment<AnyDb> for InsertAddresses {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyDb>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("INSERT INTO ip_addresses (id, pool_id, address, free_time) VALUES ");
        for (index, (id, address)) in self.rows.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            out.push_bind_param::<Binary, _>(id)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, _>(&self.pool)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, _>(address)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&0_i64)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

impl QueryId for InsertAddresses {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// An address that is held, with what its pool adds.
#[derive(Queryable)]
pub(super) struct AssignmentRow {
    id: IpAddressId,
    pool_id: IpPoolId,
    server_id: Option<ServerId>,
    address: Vec<u8>,
    network: String,
    gateway: Option<String>,
}

impl AssignmentRow {
    /// `None` when a value in it means nothing.
    pub(super) fn into_domain(self) -> Option<IpAssignment> {
        let network: ipnet::IpNet = self.network.parse().ok()?;
        let gateway = match self.gateway {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        };
        Some(IpAssignment {
            id: self.id,
            pool_id: self.pool_id,
            server_id: self.server_id?,
            address: from_bytes(&self.address)?,
            prefix_length: network.prefix_len(),
            gateway,
        })
    }
}

/// Gives every address of a server back; having none is fine.
pub(super) async fn release_in_txn(c: &mut AnyConn, server: ServerId, now: Timestamp) -> Outcome<()> {
    diesel::update(ip_addresses::table.filter(ip_addresses::server_id.eq(server)))
        .set((
            ip_addresses::server_id.eq(None::<ServerId>),
            ip_addresses::free_time.eq(now),
        ))
        .exec(c)
        .await?;
    Ok(())
}

/// Every address that these servers hold, in one query.
pub(super) async fn of_servers(c: &mut AnyConn, servers: &[ServerId]) -> Outcome<Vec<AssignmentRow>> {
    if servers.is_empty() {
        return Ok(Vec::new());
    }
    let query = ip_addresses::table
        .inner_join(ip_pools::table)
        .filter(one_of(ip_addresses::server_id, servers.iter().copied()))
        .order((ip_addresses::server_id, ip_addresses::pool_id))
        .select((
            ip_addresses::id,
            ip_addresses::pool_id,
            ip_addresses::server_id,
            ip_addresses::address,
            ip_pools::network,
            ip_pools::gateway,
        ));
    Ok(query.all(c).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_their_bytes_and_sort_alike() {
        let addresses: Vec<IpAddr> = [
            "10.0.0.9",
            "10.0.0.10",
            "192.168.0.1",
            "2001:db8::1",
            "2001:db8::ff",
        ]
        .map(|text| text.parse().unwrap())
        .to_vec();
        for address in &addresses {
            assert_eq!(from_bytes(&to_bytes(*address)), Some(*address));
        }
        assert!(to_bytes(addresses[0]) < to_bytes(addresses[1]));
        assert_eq!(from_bytes(&[1, 2, 3]), None);
    }
}
