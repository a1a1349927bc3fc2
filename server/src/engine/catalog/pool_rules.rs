//! What a pool of addresses must be, as far as the pool alone tells.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::domain::fields::FieldErrors;
use crate::domain::ip_pool::{IpPool, IpPoolKind};
use crate::domain::ip_range::{IpRange, IpRangeError, is_usable, usable};

/// The bounds of a new pool: those asked for, or those of the network.
pub(super) fn bounds(
    kind: IpPoolKind,
    network: &IpNet,
    first: Option<IpAddr>,
    last: Option<IpAddr>,
) -> (IpAddr, IpAddr) {
    let (lowest, highest) = usable(network);
    match kind {
        IpPoolKind::Static => (first.unwrap_or(lowest), last.unwrap_or(highest)),
        // Nothing is handed out: the bounds say what the network's own server may give.
        IpPoolKind::Dhcp => (lowest, highest),
    }
}

/// Checks a pool as it would be written; the answer is its range, which a DHCP pool does not have.
pub(super) fn check(pool: &IpPool) -> Result<Option<IpRange>, FieldErrors> {
    let mut errors = FieldErrors::default();
    if pool.network.trunc() != pool.network {
        let network = pool.network.trunc();
        errors.push(
            "ip_pool.network",
            format!("must be the network's own address, such as {network}"),
        );
    }
    let range = match pool.kind {
        IpPoolKind::Dhcp => None,
        IpPoolKind::Static => check_static(pool, &mut errors),
    };
    errors.check()?;
    Ok(range)
}

fn check_static(pool: &IpPool, errors: &mut FieldErrors) -> Option<IpRange> {
    let network = &pool.network;
    let outside = |address| !is_usable(network, address);
    if pool.gateway.is_some_and(outside) {
        errors.push(
            "ip_pool.gateway",
            format!("must be an address for machines inside {network}"),
        );
    }
    let before = errors.0.len();
    for (field, address) in [("first_address", pool.first), ("last_address", pool.last)] {
        if outside(address) {
            let problem = format!("must be an address for machines inside {network}");
            errors.push(format!("ip_pool.{field}"), problem);
        }
    }
    if errors.0.len() > before {
        return None;
    }
    match IpRange::new(pool.first, pool.last) {
        Ok(range) => {
            if pool.first == pool.last && pool.gateway == Some(pool.first) {
                errors.push(
                    "ip_pool.last_address",
                    "must leave an address beside the gateway's",
                );
            }
            Some(range)
        }
        Err(problem @ (IpRangeError::Order | IpRangeError::TooLong)) => {
            errors.push("ip_pool.last_address", problem.to_string());
            None
        }
    }
}

/// Whether two pools serve the same wire.
pub(super) fn same_wire(a: &IpPool, b: &IpPool) -> bool {
    a.hypervisor == b.hypervisor && a.bridge == b.bridge && a.vlan_tag == b.vlan_tag
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::etag::Generation;
    use crate::domain::ids::IpPoolId;
    use crate::domain::time::Timestamp;

    fn pool(network: &str, gateway: &str, first: &str, last: &str) -> IpPool {
        IpPool {
            id: IpPoolId::generate(),
            name: "pool".to_owned(),
            hypervisor: "main".to_owned(),
            bridge: "vmbr0".to_owned(),
            vlan_tag: None,
            kind: IpPoolKind::Static,
            network: network.parse().unwrap(),
            gateway: Some(gateway.parse().unwrap()),
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
            nameservers: Vec::new(),
            create_time: Timestamp::default(),
            update_time: Timestamp::default(),
            generation: Generation::FIRST,
        }
    }

    fn bad_fields(pool: &IpPool) -> Vec<String> {
        match check(pool) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.0.into_iter().map(|error| error.field).collect(),
        }
    }

    #[test]
    fn a_range_and_its_gateway_lie_inside_the_network() {
        let good = pool("192.0.2.0/24", "192.0.2.1", "192.0.2.10", "192.0.2.20");
        assert!(bad_fields(&good).is_empty());
        let bad = pool("192.0.2.0/24", "192.0.3.1", "192.0.2.0", "192.0.2.255");
        assert_eq!(
            bad_fields(&bad),
            ["ip_pool.gateway", "ip_pool.first_address", "ip_pool.last_address"]
        );
    }

    #[test]
    fn a_range_is_in_order_bounded_and_more_than_its_gateway() {
        let reversed = pool("192.0.2.0/24", "192.0.2.1", "192.0.2.20", "192.0.2.10");
        assert_eq!(bad_fields(&reversed), ["ip_pool.last_address"]);
        let endless = pool(
            "2001:db8::/64",
            "2001:db8::1",
            "2001:db8::10",
            "2001:db8::ffff:ffff",
        );
        assert_eq!(bad_fields(&endless), ["ip_pool.last_address"]);
        let gateway_only = pool("192.0.2.0/24", "192.0.2.1", "192.0.2.1", "192.0.2.1");
        assert_eq!(bad_fields(&gateway_only), ["ip_pool.last_address"]);
    }

    #[test]
    fn a_network_is_written_as_one() {
        let host = pool("192.0.2.5/24", "192.0.2.1", "192.0.2.10", "192.0.2.20");
        assert_eq!(bad_fields(&host), ["ip_pool.network"]);
    }

    #[test]
    fn a_new_pool_takes_the_whole_network_by_default() {
        let network = "192.0.2.0/24".parse().unwrap();
        let (first, last) = bounds(
            IpPoolKind::Static,
            &network,
            None,
            Some("192.0.2.9".parse().unwrap()),
        );
        assert_eq!(
            (first.to_string(), last.to_string()),
            ("192.0.2.1".to_owned(), "192.0.2.9".to_owned())
        );
    }
}
