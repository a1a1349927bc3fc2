//! Which addresses of a network can be given to servers.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Addresses that one pool may hold.
pub const MAX_ADDRESSES: u128 = 65_536;

/// First to last, both of one family, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpRange {
    first: IpAddr,
    last: IpAddr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IpRangeError {
    #[error("must be of one family and in order")]
    Order,
    #[error("must leave at most {MAX_ADDRESSES} addresses from first to last")]
    TooLong,
}

impl IpRange {
    pub fn new(first: IpAddr, last: IpAddr) -> Result<Self, IpRangeError> {
        if first.is_ipv4() != last.is_ipv4() || first > last {
            return Err(IpRangeError::Order);
        }
        let range = Self { first, last };
        if number(last) - number(first) >= MAX_ADDRESSES {
            return Err(IpRangeError::TooLong);
        }
        Ok(range)
    }

    pub const fn first(&self) -> IpAddr {
        self.first
    }

    pub const fn last(&self) -> IpAddr {
        self.last
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        self.first.is_ipv4() == other.first.is_ipv4() && self.first <= other.last && other.first <= self.last
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.first, self.last)
    }
}

/// The first and the last address of a network that a machine may have: in IPv4 neither the network's
/// nor the broadcast address, in IPv6 not the one of the subnet's routers. Networks of one or two
/// addresses have none of these.
pub fn usable(network: &IpNet) -> (IpAddr, IpAddr) {
    let (lowest, highest) = (network.network(), network.broadcast());
    if network.max_prefix_len() - network.prefix_len() < 2 {
        return (lowest, highest);
    }
    match (lowest, highest) {
        (IpAddr::V4(lowest), IpAddr::V4(highest)) => (
            Ipv4Addr::from_bits(lowest.to_bits() + 1).into(),
            Ipv4Addr::from_bits(highest.to_bits() - 1).into(),
        ),
        (IpAddr::V6(lowest), highest) => (Ipv6Addr::from_bits(lowest.to_bits() + 1).into(), highest),
        (lowest @ IpAddr::V4(_), highest @ IpAddr::V6(_)) => (lowest, highest),
    }
}

/// Whether a machine in the network may have the address.
pub fn is_usable(network: &IpNet, address: IpAddr) -> bool {
    let (first, last) = usable(network);
    network.contains(&address) && first <= address && address <= last
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn range(first: &str, last: &str) -> Result<IpRange, IpRangeError> {
        IpRange::new(address(first), address(last))
    }

    #[test]
    fn the_ends_of_a_network_are_not_for_machines() {
        for (network, first, last) in [
            ("192.0.2.0/24", "192.0.2.1", "192.0.2.254"),
            ("192.0.2.0/30", "192.0.2.1", "192.0.2.2"),
            ("192.0.2.0/31", "192.0.2.0", "192.0.2.1"),
            ("192.0.2.7/32", "192.0.2.7", "192.0.2.7"),
            ("0.0.0.0/0", "0.0.0.1", "255.255.255.254"),
            ("2001:db8::/126", "2001:db8::1", "2001:db8::3"),
            ("2001:db8::/127", "2001:db8::", "2001:db8::1"),
        ] {
            let network = network.parse().unwrap();
            assert_eq!(usable(&network), (address(first), address(last)), "{network}");
        }
        let network = "192.0.2.0/24".parse().unwrap();
        assert!(is_usable(&network, address("192.0.2.1")));
        for bad in ["192.0.2.0", "192.0.2.255", "192.0.3.1", "2001:db8::1"] {
            assert!(!is_usable(&network, address(bad)), "{bad}");
        }
    }

    #[test]
    fn a_range_has_an_order_and_a_bound() {
        assert!(range("10.0.0.1", "10.0.0.1").is_ok());
        assert_eq!(range("10.0.0.2", "10.0.0.1"), Err(IpRangeError::Order));
        assert_eq!(range("10.0.0.1", "2001:db8::1"), Err(IpRangeError::Order));
        assert!(range("10.0.0.0", "10.0.255.255").is_ok());
        assert_eq!(range("10.0.0.0", "10.1.0.0"), Err(IpRangeError::TooLong));
        assert_eq!(
            range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            Err(IpRangeError::TooLong)
        );
    }

    #[test]
    fn ranges_overlap_by_one_address() {
        let a = range("10.0.0.1", "10.0.0.10").unwrap();
        assert!(a.overlaps(&range("10.0.0.10", "10.0.0.20").unwrap()));
        assert!(!a.overlaps(&range("10.0.0.11", "10.0.0.20").unwrap()));
        assert!(!a.overlaps(&range("::a00:1", "::a00:a").unwrap()));
    }
}
