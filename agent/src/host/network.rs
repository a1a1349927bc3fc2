//! What went over the network, from `/proc/net/dev`, without loopback and virtual interfaces.

use std::path::Path;

use super::counters::Counters;

/// How names of interfaces begin that lead to nowhere but this machine, or go through another one that is counted.
const VIRTUAL: &[&str] = &[
    "bond", "br-", "br", "cali", "cilium", "cni", "docker", "dummy", "erspan", "flannel", "fwbr", "fwln",
    "fwpr", "gre", "ifb", "ip6", "ipvlan", "kube", "lo", "lxc", "lxd", "macv", "nlmon", "ovs", "podman",
    "sit", "tap", "team", "tun", "tunl", "veth", "vif", "virbr", "vlan", "vmbr", "vnet", "vxlan", "wg",
];

/// One line of `/proc/net/dev`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Interface<'a> {
    name: &'a str,
    received: u64,
    sent: u64,
}

fn parse(line: &str) -> Option<Interface<'_>> {
    let (name, numbers) = line.rsplit_once(':')?;
    let mut numbers = numbers.split_ascii_whitespace();
    Some(Interface {
        name: name.trim(),
        received: numbers.next()?.parse().ok()?,
        sent: numbers.nth(7)?.parse().ok()?,
    })
}

/// Adds what the interfaces of this look have counted.
pub(crate) fn note(text: &str, sys: &Path, counters: &mut Counters) {
    let directory = sys.join("class/net");
    let is_hardware = |interface: &Interface<'_>| {
        !interface.name.starts_with("vif") && directory.join(interface.name).join("device").exists()
    };
    let interfaces = || text.lines().filter_map(parse);
    // A container has no hardware: its way out is one end of a pair that is named like hardware.
    let has_hardware = interfaces().any(|interface| is_hardware(&interface));
    for interface in interfaces() {
        let counts = if has_hardware {
            is_hardware(&interface)
        } else {
            !is_virtual(interface.name)
        };
        if counts {
            counters.note(interface.name, [interface.received, interface.sent]);
        }
    }
}

fn is_virtual(name: &str) -> bool {
    // `eth0.100` goes through `eth0`.
    name.contains(['.', '@', ':']) || VIRTUAL.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Inter-|   Receive     |  Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed\n";

    fn growth(sys: &Path, names: &[&str]) -> Option<[u64; 2]> {
        let mut counters = Counters::default();
        for bytes in [1000, 1500] {
            let line =
                |name: &&str| format!("{name:>6}: {bytes} 10 0 0 0 0 0 0 {} 20 0 0 0 0 0 0", bytes * 2);
            let lines = names.iter().map(line).collect::<Vec<_>>().join("\n");
            counters.begin();
            note(&format!("{HEAD}{lines}"), sys, &mut counters);
            if bytes == 1500 {
                return counters.end();
            }
            counters.end();
        }
        None
    }

    #[test]
    fn hardware_is_counted_and_what_stands_on_it_is_not() {
        let sys = tempfile::tempdir().unwrap();
        for name in ["eno1", "eno2", "vif1.0"] {
            std::fs::create_dir_all(sys.path().join("class/net").join(name).join("device")).unwrap();
        }
        let names = [
            "lo", "eno1", "eno2", "bond0", "vmbr0", "veth1a", "docker0", "eno1.100", "vif1.0",
        ];
        assert_eq!(growth(sys.path(), &names), Some([1000, 2000]));
    }

    #[test]
    fn the_way_out_of_a_container_is_counted() {
        let sys = tempfile::tempdir().unwrap();
        let names = ["lo", "eth0", "docker0", "veth1a", "wg0", "br-12ab", "eth0.5"];
        assert_eq!(growth(sys.path(), &names), Some([500, 1000]));
    }

    #[test]
    fn lines_that_are_none_are_left_out() {
        for line in [
            "",
            "eth0",
            "eth0: 1 2 3",
            "eth0: a 0 0 0 0 0 0 0 1",
            "eth0: 1 0 0 0 0 0 0 0 -1",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
