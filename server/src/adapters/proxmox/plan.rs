//! A guest's plan in Proxmox VE's words: what to send at creation, and what differs from a configuration.

use serde_json::{Map, Value};

use super::loose::{Fields, whole};
use super::network;
use crate::domain::guest::{GuestNetwork, GuestPlan, NewGuest};
use crate::domain::ids::ServerId;
use crate::domain::resources::{GIB, MIB, Resources};

/// More swap than this hides that a guest needs memory, and wears the node's disks.
const SWAP_LIMIT_MIB: u64 = 512;

/// All that a creation says beside vmid, marks and pool.
pub(super) fn creation(guest: &NewGuest, template: &str, rootfs_storage: &str) -> Map<String, Value> {
    let plan = &guest.plan;
    let mut parameters = planned(plan, "", guest.guest.server_id);
    let gib = plan.resources.disk_bytes.div_ceil(GIB).max(1);
    let mut say = |key: &str, value: Value| parameters.insert(key.to_owned(), value);
    say("ostemplate", template.into());
    say("rootfs", format!("{rootfs_storage}:{gib}").into());
    // Proxmox VE 8 would make a privileged guest if nothing were said.
    say("unprivileged", 1.into());
    // The console is then root's shell: the way to set a forgotten password.
    say("cmode", "shell".into());
    say("onboot", 1.into());
    say("start", 0.into());
    say("password", guest.root_password_hash.clone().into());
    if guest.nesting {
        say("features", "nesting=1".into());
    }
    if !guest.ssh_public_keys.is_empty() {
        let keys: Vec<&str> = guest.ssh_public_keys.iter().map(|key| key.trim()).collect();
        say("ssh-public-keys", keys.join("\n").into());
    }
    parameters
}

/// What must be written so that `config` says what the plan says; empty when it does.
pub(super) fn changes(config: Fields<'_>, plan: &GuestPlan, server: ServerId) -> Map<String, Value> {
    let current_net = config.text("net0").unwrap_or_default();
    let mut wanted = planned(plan, &current_net, server);
    let mut deleted = Vec::new();
    if !wanted.contains_key("nameserver") && config.has("nameserver") {
        deleted.push("nameserver");
    }
    wanted.retain(|key, value| {
        let now = config.text(key).unwrap_or_default();
        let then = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match key.as_str() {
            "net0" => !network::is_same(&now, &then),
            "cores" | "cpulimit" | "memory" | "swap" => {
                let absent = if key == "cpulimit" { Some(0.0) } else { None };
                config.number(key).or(absent) != then.parse().ok()
            }
            _ => now != then,
        }
    });
    if !deleted.is_empty() {
        wanted.insert("delete".to_owned(), deleted.join(",").into());
    }
    wanted
}

/// What the configuration grants. A guest without `cores` has all of the node's: it reads as 0.
pub(super) fn configured(config: Fields<'_>) -> Resources {
    let limit = config.number("cpulimit").filter(|limit| *limit > 0.0);
    let cores = limit.or_else(|| config.number("cores")).unwrap_or(0.0);
    let millicores = whole((cores * 1000.0).round()).unwrap_or(0);
    Resources {
        cpu_millicores: u32::try_from(millicores).unwrap_or(u32::MAX),
        memory_bytes: config.unsigned("memory").unwrap_or(0).saturating_mul(MIB),
        disk_bytes: config
            .text("rootfs")
            .as_deref()
            .and_then(volume_size)
            .unwrap_or(0),
    }
}

/// The storage in `fast:subvol-200-disk-0,size=8G`.
pub(super) fn volume_storage(volume: &str) -> Option<&str> {
    volume.split_once(':').map(|(storage, _)| storage)
}

fn volume_size(volume: &str) -> Option<u64> {
    let size = volume.split(',').find_map(|part| part.strip_prefix("size="))?;
    let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match size.get(digits.len()..)? {
        "" => 1,
        "K" => 1 << 10,
        "M" => MIB,
        "G" => GIB,
        "T" => 1 << 40,
        _ => return None,
    };
    match digits.parse::<u64>() {
        Ok(number) => number.checked_mul(unit),
        #[expect(clippy::cast_precision_loss, reason = "units are powers of two")]
        Err(_) => whole(digits.parse::<f64>().ok()? * unit as f64),
    }
}

/// What a plan decides, at creation and later. The root disk is not part of it: writing `rootfs` would replace the
/// guest's disk.
fn planned(plan: &GuestPlan, current_net: &str, server: ServerId) -> Map<String, Value> {
    let memory = (plan.resources.memory_bytes / MIB).max(16);
    let millicores = plan.resources.cpu_millicores;
    let mut parameters = Map::new();
    let mut say = |key: &str, value: Value| parameters.insert(key.to_owned(), value);
    say("hostname", plan.name.as_str().into());
    say("cores", millicores.div_ceil(1000).max(1).into());
    say("cpulimit", cpu_limit(millicores).into());
    say("memory", memory.into());
    say("swap", memory.min(SWAP_LIMIT_MIB).into());
    say("net0", network::net0(current_net, &plan.network, server).into());
    if let Some(nameservers) = nameservers(&plan.network) {
        say("nameserver", nameservers.into());
    }
    parameters
}

/// Whole cores are a set of processors and need no limit (0); a part of a core is a limit on top.
fn cpu_limit(millicores: u32) -> String {
    if millicores.is_multiple_of(1000) {
        return "0".to_owned();
    }
    let text = format!("{}.{:03}", millicores / 1000, millicores % 1000);
    text.trim_end_matches('0').to_owned()
}

fn nameservers(network: &GuestNetwork) -> Option<String> {
    let all: Vec<String> = network.nameservers.iter().map(ToString::to_string).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::guest::{GuestAddressing, GuestRef};
    use crate::domain::names::ServerName;

    fn new_guest(millicores: u32) -> NewGuest {
        NewGuest {
            guest: GuestRef {
                node: "pve".to_owned(),
                vmid: 10_001,
                server_id: ServerId::generate(),
            },
            plan: GuestPlan {
                name: ServerName::parse("web-1").unwrap(),
                resources: Resources {
                    cpu_millicores: millicores,
                    memory_bytes: 1024 * MIB,
                    disk_bytes: 8 * GIB,
                },
                network: GuestNetwork {
                    bridge: "vmbr0".to_owned(),
                    vlan_tag: None,
                    addressing: GuestAddressing::Dhcp,
                    nameservers: vec!["192.0.2.53".parse().unwrap(), "2001:db8::53".parse().unwrap()],
                    bytes_per_second: 0,
                },
            },
            template: "debian-13".to_owned(),
            nesting: true,
            root_password_hash: "$6$salt$hash".to_owned(),
            ssh_public_keys: vec!["ssh-ed25519 A a\n".to_owned(), "ssh-ed25519 B b".to_owned()],
        }
    }

    #[test]
    fn a_creation_says_everything_that_defaults_would_get_wrong() {
        let made = creation(&new_guest(1500), "local:vztmpl/debian-13.tar.zst", "fast");
        for (key, value) in [
            ("unprivileged", json!(1)),
            ("cmode", json!("shell")),
            ("start", json!(0)),
            ("features", json!("nesting=1")),
            ("rootfs", json!("fast:8")),
            ("cores", json!(2)),
            ("cpulimit", json!("1.5")),
            ("memory", json!(1024)),
            ("swap", json!(512)),
            ("hostname", json!("web-1")),
            ("nameserver", json!("192.0.2.53 2001:db8::53")),
            ("password", json!("$6$salt$hash")),
            ("ssh-public-keys", json!("ssh-ed25519 A a\nssh-ed25519 B b")),
        ] {
            assert_eq!(made.get(key), Some(&value), "{key}");
        }
    }

    #[test]
    fn a_configuration_that_says_the_plan_needs_no_change() {
        let guest = new_guest(2000);
        let server = guest.guest.server_id;
        let mut config = planned(&guest.plan, "", server);
        assert!(changes(Fields(&Value::Object(config.clone())), &guest.plan, server).is_empty());
        config.remove("cpulimit");
        config.insert("memory".to_owned(), "1024".into());
        assert!(changes(Fields(&Value::Object(config)), &guest.plan, server).is_empty());
    }

    #[test]
    fn only_what_differs_is_written_and_never_the_disk_or_a_lock() {
        let mut guest = new_guest(2000);
        let server = guest.guest.server_id;
        let mut config = planned(&guest.plan, "", server);
        config.insert("rootfs".to_owned(), "fast:subvol-10001-disk-0,size=4G".into());
        config.insert("lock".to_owned(), "backup".into());
        config.insert("memory".to_owned(), 2048.into());
        guest.plan.network.nameservers.clear();
        let written = changes(Fields(&Value::Object(config)), &guest.plan, server);
        let keys: Vec<&str> = written.keys().map(String::as_str).collect();
        assert_eq!(keys, ["delete", "memory"]);
        assert_eq!(written.get("delete"), Some(&json!("nameserver")));
    }

    #[test]
    fn what_is_configured_is_read_back() {
        let config = json!({"cores": "2", "cpulimit": "1.5", "memory": 1024, "rootfs": "fast:subvol-1-disk-0,size=8G"});
        let resources = configured(Fields(&config));
        assert_eq!(
            resources,
            Resources {
                cpu_millicores: 1500,
                memory_bytes: 1024 * MIB,
                disk_bytes: 8 * GIB
            }
        );
        assert_eq!(
            configured(Fields(&json!({"cores": 3, "cpulimit": 0}))).cpu_millicores,
            3000
        );
        assert_eq!(volume_size("fast:x,size=512M"), Some(512 * MIB));
        assert_eq!(volume_size("fast:x,size=1.5G"), Some(1536 * MIB));
        for odd in [
            "",
            "fast:x",
            "fast:x,size=",
            "fast:x,size=9X",
            "fast:x,size=99999999999999999999T",
        ] {
            assert_eq!(volume_size(odd), None, "{odd}");
        }
    }
}
