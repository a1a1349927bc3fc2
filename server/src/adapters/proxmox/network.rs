//! The `net0` line of a guest: read, changed and written back whole, so that its MAC address stays.

use std::net::IpAddr;

use crate::domain::guest::{GuestAddressing, GuestNetwork};
use crate::domain::ids::ServerId;

const MEGABYTE: f64 = 1_048_576.0;

/// Keys that a plan decides; others on the line (firewall, mtu, …) are the operator's.
const PLANNED: [&str; 7] = ["bridge", "tag", "rate", "ip", "gw", "ip6", "gw6"];

/// `net0` for this plan. `current` is what the guest has now; empty for a new guest.
pub(super) fn net0(current: &str, network: &GuestNetwork, server: ServerId) -> String {
    let mut line: Vec<(String, String)> = vec![("name".to_owned(), "eth0".to_owned())];
    let kept = pairs(current).filter(|(key, _)| !PLANNED.contains(&key.as_str()));
    for (key, value) in kept {
        match line.iter_mut().find(|(known, _)| *known == key) {
            Some(known) => known.1 = value,
            None => line.push((key, value)),
        }
    }
    if !line.iter().any(|(key, _)| key == "hwaddr") {
        line.push(("hwaddr".to_owned(), mac_address(server)));
    }
    line.extend(planned(network));
    let parts: Vec<String> = line.iter().map(|(key, value)| format!("{key}={value}")).collect();
    parts.join(",")
}

/// Whether two lines say the same, whatever the order of their keys.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let sorted = |line: &str| {
        let mut all: Vec<_> = pairs(line)
            .filter(|(key, _)| key != "type")
            .map(|(key, value)| (key, value.to_ascii_lowercase()))
            .collect();
        all.sort();
        all
    };
    sorted(one) == sorted(other)
}

fn pairs(line: &str) -> impl Iterator<Item = (String, String)> {
    line.split(',')
        .filter_map(|part| part.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
}

fn planned(network: &GuestNetwork) -> Vec<(String, String)> {
    let mut line = vec![("bridge".to_owned(), network.bridge.clone())];
    if let Some(tag) = network.vlan_tag {
        line.push(("tag".to_owned(), tag.to_string()));
    }
    if let Some(rate) = rate(network.bytes_per_second) {
        line.push(("rate".to_owned(), rate));
    }
    match &network.addressing {
        GuestAddressing::Dhcp => line.push(("ip".to_owned(), "dhcp".to_owned())),
        GuestAddressing::Static {
            address,
            prefix_length,
            gateway,
        } => {
            let (ip, gw) = match address {
                IpAddr::V4(_) => ("ip", "gw"),
                IpAddr::V6(_) => ("ip6", "gw6"),
            };
            line.push((ip.to_owned(), format!("{address}/{prefix_length}")));
            line.extend(gateway.map(|gateway| (gw.to_owned(), gateway.to_string())));
        }
    }
    line
}

/// Proxmox VE counts in megabytes of 1024 × 1024 bytes.
fn rate(bytes_per_second: u64) -> Option<String> {
    if bytes_per_second == 0 {
        return None;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "three digits after the point are written"
    )]
    let megabytes = (bytes_per_second as f64 / MEGABYTE).max(0.001);
    let text = format!("{megabytes:.3}");
    Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// A locally administered address made of the server's id: a repeated creation gives the same one.
/// The id's last bytes are its random part.
fn mac_address(server: ServerId) -> String {
    let bytes = server.as_uuid();
    let random: Vec<String> = bytes
        .as_bytes()
        .iter()
        .skip(11)
        .map(|byte| format!("{byte:02X}"))
        .collect();
    format!("02:{}", random.join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> GuestNetwork {
        GuestNetwork {
            bridge: "vmbr0".to_owned(),
            vlan_tag: Some(12),
            addressing: GuestAddressing::Static {
                address: "192.0.2.10".parse().unwrap(),
                prefix_length: 24,
                gateway: Some("192.0.2.1".parse().unwrap()),
            },
            nameservers: Vec::new(),
            bytes_per_second: 12_500_000,
        }
    }

    #[test]
    fn a_new_line_has_a_stable_local_address() {
        let server = ServerId::generate();
        let line = net0("", &plan(), server);
        assert_eq!(line, net0("", &plan(), server));
        assert!(line.starts_with("name=eth0,hwaddr=02:"), "{line}");
        assert!(
            line.ends_with(",bridge=vmbr0,tag=12,rate=11.921,ip=192.0.2.10/24,gw=192.0.2.1"),
            "{line}"
        );
    }

    #[test]
    fn the_address_and_the_operators_keys_are_kept() {
        let current = "name=eth0,bridge=vmbr9,firewall=1,gw6=fe80::1,hwaddr=BC:24:11:00:00:01,ip=dhcp,mtu=1400,type=veth";
        let line = net0(current, &plan(), ServerId::generate());
        assert!(
            line.starts_with(
                "name=eth0,firewall=1,hwaddr=BC:24:11:00:00:01,mtu=1400,type=veth,bridge=vmbr0,"
            ),
            "{line}"
        );
        assert!(!line.contains("dhcp") && !line.contains("gw6"), "{line}");
    }

    #[test]
    fn version_6_and_dhcp_have_their_own_keys() {
        let mut network = plan();
        network.vlan_tag = None;
        network.bytes_per_second = 0;
        network.addressing = GuestAddressing::Static {
            address: "2001:db8::5".parse().unwrap(),
            prefix_length: 64,
            gateway: Some("2001:db8::1".parse().unwrap()),
        };
        let line = net0("", &network, ServerId::generate());
        assert!(
            line.ends_with(",bridge=vmbr0,ip6=2001:db8::5/64,gw6=2001:db8::1"),
            "{line}"
        );
        network.addressing = GuestAddressing::Dhcp;
        assert!(net0("", &network, ServerId::generate()).ends_with(",bridge=vmbr0,ip=dhcp"));
    }

    #[test]
    fn lines_are_compared_by_their_keys() {
        assert!(is_same(
            "name=eth0,ip=dhcp,hwaddr=02:AB:00:00:00:01",
            "hwaddr=02:ab:00:00:00:01,type=veth,ip=dhcp,name=eth0"
        ));
        assert!(!is_same("name=eth0,ip=dhcp", "name=eth0,ip=manual"));
    }

    #[test]
    fn a_rate_is_in_megabytes_and_never_zero() {
        assert_eq!(rate(1_048_576).as_deref(), Some("1"));
        assert_eq!(rate(1).as_deref(), Some("0.001"));
        assert_eq!(rate(0), None);
    }
}
