//! Which addresses may be posted to. People choose the names, and this server can reach more than they can: its
//! own loopback, the machines beside it, the metadata service of its cloud.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// What posts may reach besides the public internet.
#[derive(Clone, Debug)]
pub struct AddressRules {
    /// Networks of the operator's own: plain HTTP and any port are fine there.
    pub own_networks: Vec<IpNet>,
    /// Ports of public addresses.
    pub ports: Vec<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Public,
    Own,
    Refused,
}

impl Default for AddressRules {
    fn default() -> Self {
        Self {
            own_networks: Vec::new(),
            ports: Self::DEFAULT_PORTS.to_vec(),
        }
    }
}

impl AddressRules {
    pub const DEFAULT_PORTS: [u16; 2] = [443, 8443];

    pub(super) fn judge(&self, address: IpAddr) -> Standing {
        let address = address.to_canonical();
        if self.own_networks.iter().any(|network| network.contains(&address)) {
            Standing::Own
        } else if is_public(address) {
            Standing::Public
        } else {
            Standing::Refused
        }
    }

    /// Whether a connection to this address may be made, plain or by TLS.
    pub(super) fn allows(&self, address: IpAddr, port: u16, tls: bool) -> bool {
        match self.judge(address) {
            Standing::Own => true,
            Standing::Public => tls && self.ports.contains(&port),
            Standing::Refused => false,
        }
    }
}

/// Whether the address is that of some machine out there, by the registries of special addresses.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // Carrier-grade NAT, with the metadata service of one cloud in it.
        || (a == 100 && (64..=127).contains(&b))
        // Protocol assignments, with the metadata service of another.
        || (a == 192 && b == 0 && c == 0)
        // Relays from IPv6.
        || (a == 192 && b == 88 && c == 99)
        // Benchmarks.
        || (a == 198 && (b == 18 || b == 19))
        // Reserved, and broadcast.
        || a >= 240
        // The host of a virtual machine in one cloud, at an address that looks public.
        || address == Ipv4Addr::new(168, 63, 129, 16);
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // IPv4 behind the well-known prefix of NAT64: what a host without IPv4 sees of the public internet.
    if address.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        return is_public_v4(last_v4(address));
    }
    let global_unicast = a & 0xe000 == 0x2000;
    let special = match a {
        0x2001 => b < 0x0200 || b == 0x0db8, // protocol assignments, with Teredo; documentation
        0x2002 => true,                      // 6to4, which leads to any IPv4
        0x3fff => b < 0x1000,                // documentation
        _ => false,
    };
    global_unicast && !special
}

fn last_v4(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(own: &[&str]) -> AddressRules {
        AddressRules {
            own_networks: own.iter().map(|network| network.parse().unwrap()).collect(),
            ports: AddressRules::DEFAULT_PORTS.to_vec(),
        }
    }

    fn judge(rules: &AddressRules, address: &str) -> Standing {
        rules.judge(address.parse().unwrap())
    }

    #[test]
    fn what_is_not_public_is_refused_in_every_spelling() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.9.9.9",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::8.8.8.8",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert_eq!(judge(&rules(&[]), address), Standing::Refused, "{address}");
        }
    }

    #[test]
    fn what_is_public_is_allowed_by_tls_on_its_ports() {
        let rules = rules(&[]);
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2606:4700:4700::1111",
            "2a00:1450::1",
        ] {
            let parsed: IpAddr = address.parse().unwrap();
            assert!(rules.allows(parsed, 443, true), "{address}");
            assert!(!rules.allows(parsed, 443, false), "{address} without TLS");
            assert!(!rules.allows(parsed, 22, true), "{address}, another port");
        }
    }

    #[test]
    fn the_operators_own_networks_are_open_and_nothing_beside_them() {
        let rules = rules(&["10.1.0.0/16", "fd12::/16"]);
        assert!(rules.allows("10.1.2.3".parse().unwrap(), 8065, false));
        assert!(rules.allows("::ffff:10.1.2.3".parse().unwrap(), 8065, false));
        assert!(rules.allows("fd12::1".parse().unwrap(), 80, false));
        assert_eq!(judge(&rules, "10.2.0.1"), Standing::Refused);
        assert_eq!(judge(&rules, "127.0.0.1"), Standing::Refused);
    }
}
