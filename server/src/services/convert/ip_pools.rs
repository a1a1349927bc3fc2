//! Pools of addresses.

use std::net::IpAddr;

use hostler_proto::v1;
use ipnet::IpNet;

use super::number::wire_i64;
use super::reader::Reader;
use super::time::wire_time;
use super::update::{Guarded, Update};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::IpPoolId;
use crate::domain::ip_pool::{IpPool, IpPoolKind, IpPoolUse};
use crate::domain::names::MAX_HYPERVISOR_NAME;
use crate::engine::catalog::{IpPoolPatch, NewIpPool};

const MAX_NAME: usize = 64;
const MAX_BRIDGE: usize = 32;
const MAX_NAMESERVERS: usize = 3;
const VLAN_TAGS: std::ops::RangeInclusive<u16> = 1..=4094;
const FIELDS: [&str; 5] = ["name", "gateway", "first_address", "last_address", "nameservers"];

impl TryFrom<v1::GetIpPoolRequest> for IpPoolId {
    type Error = FieldErrors;

    fn try_from(request: v1::GetIpPoolRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("ip_pool_id", &request.ip_pool_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::CreateIpPoolRequest> for NewIpPool {
    type Error = FieldErrors;

    fn try_from(request: v1::CreateIpPoolRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("ip_pool.");
        let pool = request.ip_pool.unwrap_or_default();
        let name = read.line("name", &pool.name, 1, MAX_NAME);
        let hypervisor = read.line("hypervisor", &pool.hypervisor, 1, MAX_HYPERVISOR_NAME);
        let bridge = read.line("bridge", &pool.bridge, 1, MAX_BRIDGE);
        let vlan_tag = vlan_tag(&mut read, pool.vlan_tag);
        let kind = kind(&mut read, pool.kind);
        let network = network(&mut read, &pool.network);
        let gateway = optional_address(&mut read, "gateway", &pool.gateway);
        let first = optional_address(&mut read, "first_address", &pool.first_address);
        let last = optional_address(&mut read, "last_address", &pool.last_address);
        let nameservers = nameservers(&mut read, &pool.nameservers);
        read.finish(|| {
            Some(Self {
                name: name?,
                hypervisor: hypervisor?,
                bridge: bridge?,
                vlan_tag: vlan_tag?,
                kind: kind?,
                network: network?,
                gateway: gateway?,
                first: first?,
                last: last?,
                nameservers: nameservers?,
            })
        })
    }
}

impl TryFrom<v1::UpdateIpPoolRequest> for Update<IpPoolId, IpPoolPatch> {
    type Error = FieldErrors;

    fn try_from(request: v1::UpdateIpPoolRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("ip_pool.");
        let pool = request.ip_pool.unwrap_or_default();
        let id = read.id("id", &pool.id);
        let mask = read.mask(request.update_mask, &FIELDS);
        let mut patch = IpPoolPatch::default();
        if mask.names("name", !pool.name.is_empty()) {
            patch.name = read.line("name", &pool.name, 1, MAX_NAME);
        }
        if mask.names("gateway", !pool.gateway.is_empty()) {
            patch.gateway = optional_address(&mut read, "gateway", &pool.gateway);
        }
        if mask.names("first_address", !pool.first_address.is_empty()) {
            patch.first = address(&mut read, "first_address", &pool.first_address);
        }
        if mask.names("last_address", !pool.last_address.is_empty()) {
            patch.last = address(&mut read, "last_address", &pool.last_address);
        }
        if mask.names("nameservers", !pool.nameservers.is_empty()) {
            patch.nameservers = nameservers(&mut read, &pool.nameservers);
        }
        let etag = read.etag(&request.etag);
        read.finish(|| {
            Some(Self {
                id: id?,
                patch,
                etag: etag?,
            })
        })
    }
}

impl TryFrom<v1::DeleteIpPoolRequest> for Guarded<IpPoolId> {
    type Error = FieldErrors;

    fn try_from(request: v1::DeleteIpPoolRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("ip_pool_id", &request.ip_pool_id);
        let etag = read.etag(&request.etag);
        read.finish(|| Some(Self { id: id?, etag: etag? }))
    }
}

fn vlan_tag(read: &mut Reader, tag: i32) -> Option<Option<u16>> {
    if tag == 0 {
        return Some(None);
    }
    let tag = u16::try_from(tag).ok().filter(|tag| VLAN_TAGS.contains(tag));
    if tag.is_none() {
        read.bad("vlan_tag", "must be from 1 to 4094, or 0 for none");
    }
    tag.map(Some)
}

fn kind(read: &mut Reader, value: i32) -> Option<IpPoolKind> {
    match v1::IpPoolKind::try_from(value) {
        Ok(v1::IpPoolKind::Static) => Some(IpPoolKind::Static),
        Ok(v1::IpPoolKind::Dhcp) => Some(IpPoolKind::Dhcp),
        Ok(v1::IpPoolKind::Unspecified) | Err(_) => {
            read.bad("kind", "must be given: static or DHCP");
            None
        }
    }
}

fn network(read: &mut Reader, text: &str) -> Option<IpNet> {
    let problem = "must be a network in CIDR notation, such as 192.0.2.0/24";
    read.take("network", text.parse().map_err(|_| problem))
}

fn address(read: &mut Reader, field: &str, text: &str) -> Option<IpAddr> {
    read.take(field, text.parse().map_err(|_| "must be an IPv4 or IPv6 address"))
}

fn optional_address(read: &mut Reader, field: &str, text: &str) -> Option<Option<IpAddr>> {
    if text.is_empty() {
        Some(None)
    } else {
        address(read, field, text).map(Some)
    }
}

fn nameservers(read: &mut Reader, texts: &[String]) -> Option<Vec<IpAddr>> {
    if texts.len() > MAX_NAMESERVERS {
        read.bad("nameservers", format!("must be at most {MAX_NAMESERVERS}"));
        return None;
    }
    texts
        .iter()
        .map(|text| address(read, "nameservers", text))
        .collect()
}

pub(in crate::services) fn wire_ip_pool((pool, usage): (IpPool, IpPoolUse)) -> v1::IpPool {
    // The bounds of a DHCP pool are its network's, and not ours to show as if we handed them out.
    let (kind, bounds) = match pool.kind {
        IpPoolKind::Static => (v1::IpPoolKind::Static, Some((pool.first, pool.last))),
        IpPoolKind::Dhcp => (v1::IpPoolKind::Dhcp, None),
    };
    v1::IpPool {
        id: pool.id.to_string(),
        name: pool.name,
        hypervisor: pool.hypervisor,
        bridge: pool.bridge,
        vlan_tag: pool.vlan_tag.map(i32::from).unwrap_or_default(),
        kind: kind.into(),
        network: pool.network.to_string(),
        gateway: pool
            .gateway
            .map(|address| address.to_string())
            .unwrap_or_default(),
        first_address: bounds.map(|(first, _)| first.to_string()).unwrap_or_default(),
        last_address: bounds.map(|(_, last)| last.to_string()).unwrap_or_default(),
        nameservers: pool.nameservers.iter().map(IpAddr::to_string).collect(),
        address_count: wire_i64(usage.address_count),
        used_count: wire_i64(usage.used_count),
        create_time: wire_time(pool.create_time),
        update_time: wire_time(pool.update_time),
        etag: pool.generation.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bad_fields_of_a_pool_are_named_at_once() {
        let request = v1::CreateIpPoolRequest {
            ip_pool: Some(v1::IpPool {
                vlan_tag: 4095,
                network: "192.0.2.0".to_owned(),
                gateway: "gw".to_owned(),
                nameservers: vec!["a".to_owned(); 4],
                ..Default::default()
            }),
            request_id: String::new(),
        };
        let errors = NewIpPool::try_from(request).unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "ip_pool.name",
                "ip_pool.hypervisor",
                "ip_pool.bridge",
                "ip_pool.vlan_tag",
                "ip_pool.kind",
                "ip_pool.network",
                "ip_pool.gateway",
                "ip_pool.nameservers",
            ]
        );
    }

    #[test]
    fn an_empty_gateway_that_the_mask_names_takes_it_away() {
        let request = v1::UpdateIpPoolRequest {
            ip_pool: Some(v1::IpPool {
                id: IpPoolId::generate().to_string(),
                ..Default::default()
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["gateway".to_owned()],
            }),
            ..Default::default()
        };
        let update = Update::<IpPoolId, IpPoolPatch>::try_from(request).unwrap();
        assert_eq!(update.patch.gateway, Some(None));
        assert_eq!(update.patch.first, None);
    }
}
