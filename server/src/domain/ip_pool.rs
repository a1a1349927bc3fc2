//! Addresses that servers are given.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::codes::coded;
use super::etag::Generation;
use super::ids::{IpAddressId, IpPoolId, ServerId};
use super::time::Timestamp;

coded! {
    IpPoolKind {
        /// Addresses come from the pool's range and are written into the guest's configuration.
        Static = "static",
        /// The network's own DHCP server gives addresses.
        Dhcp = "dhcp",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpPool {
    pub id: IpPoolId,
    pub name: String,
    /// The hypervisor (cluster) whose guests use this pool, by its name in the configuration.
    pub hypervisor: String,
    pub bridge: String,
    /// 802.1Q tag, 1 to 4094; `None` is untagged.
    pub vlan_tag: Option<u16>,
    pub kind: IpPoolKind,
    pub network: IpNet,
    pub gateway: Option<IpAddr>,
    /// First and last address given out; both inside `network`.
    pub first: IpAddr,
    pub last: IpAddr,
    pub nameservers: Vec<IpAddr>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub generation: Generation,
}

/// How full a pool is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IpPoolUse {
    pub address_count: u64,
    pub used_count: u64,
}

/// An address that a server holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IpAssignment {
    pub id: IpAddressId,
    pub pool_id: IpPoolId,
    pub server_id: ServerId,
    pub address: IpAddr,
    pub prefix_length: u8,
    pub gateway: Option<IpAddr>,
}
