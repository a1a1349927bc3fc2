//! What the token must be allowed to do, and what it is allowed.

use serde_json::Value;

use super::loose::Fields;
use super::settings::ProxmoxSettings;

/// Wanted on `/vms`, or on the pool if one is set.
const GUESTS: [&str; 11] = [
    "VM.Allocate",
    "VM.Audit",
    "VM.Config.CPU",
    "VM.Config.Disk",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Console",
    "VM.PowerMgmt",
    "VM.Snapshot",
    "VM.Snapshot.Rollback",
];

/// A gap in the token's rights.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) path: String,
    pub(super) missing: Vec<&'static str>,
    /// What does not work meanwhile.
    pub(super) effect: &'static str,
    /// Everything else works without it.
    pub(super) optional: bool,
}

/// Compares `GET /access/permissions` with what the adapter calls.
pub(super) fn gaps(permissions: &Value, settings: &ProxmoxSettings, nodes: &[String]) -> Vec<Gap> {
    let mut wanted: Vec<(String, Vec<&'static str>, &'static str, bool)> = Vec::new();
    let guests = match &settings.pool {
        Some(pool) => {
            let path = format!("/pool/{pool}");
            wanted.push((
                path.clone(),
                vec!["Pool.Audit"],
                "the pool's guests cannot be told apart",
                true,
            ));
            path
        }
        None => "/vms".to_owned(),
    };
    let rollback_alone = granted(permissions, &guests, "VM.Snapshot");
    let guest_privileges = GUESTS
        .into_iter()
        .filter(|privilege| *privilege != "VM.Snapshot.Rollback" || !rollback_alone)
        .collect();
    wanted.push((
        guests,
        guest_privileges,
        "servers cannot be made or changed",
        false,
    ));
    wanted.push((
        format!("/storage/{}", settings.rootfs_storage),
        vec!["Datastore.AllocateSpace", "Datastore.Audit"],
        "root disks cannot be made there",
        false,
    ));
    for storage in &settings.template_storages {
        wanted.push((
            format!("/storage/{storage}"),
            vec!["Datastore.Audit"],
            "templates there cannot be used",
            false,
        ));
    }
    wanted.push((
        format!("/sdn/zones/localnetwork/{}", settings.bridge),
        vec!["SDN.Use"],
        "servers cannot be given a network there",
        false,
    ));
    for node in nodes {
        wanted.push((
            format!("/nodes/{node}"),
            vec!["Sys.Audit"],
            "the node's memory is not seen: new servers go where least memory is promised",
            true,
        ));
    }
    wanted
        .into_iter()
        .filter_map(|(path, privileges, effect, optional)| {
            let missing: Vec<&'static str> = privileges
                .into_iter()
                .filter(|privilege| !granted(permissions, &path, privilege))
                .collect();
            (!missing.is_empty()).then_some(Gap {
                path,
                missing,
                effect,
                optional,
            })
        })
        .collect()
}

/// Whether the privilege holds on the path. Rights on a longer path replace those on a shorter one there; rights below
/// count only if they are handed down (value 1).
fn granted(permissions: &Value, path: &str, privilege: &str) -> bool {
    let mut at = path;
    loop {
        let here = if at.is_empty() { "/" } else { at };
        if let Some(held) = permissions.get(here) {
            let fields = Fields(held);
            let counts = if here == path {
                fields.has(privilege)
            } else {
                fields.flag(privilege)
            };
            if counts {
                return true;
            }
        }
        match at.rsplit_once('/') {
            Some((above, _)) => at = above,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::settings::TokenSecret;
    use super::*;

    fn settings(pool: Option<&str>) -> ProxmoxSettings {
        ProxmoxSettings {
            name: "main".to_owned(),
            endpoints: Vec::new(),
            token_id: "cp@pve!hostler".to_owned(),
            token_secret: TokenSecret::new("x"),
            ca_file: None,
            ca_pem: None,
            fingerprints: Vec::new(),
            pool: pool.map(str::to_owned),
            rootfs_storage: "fast".to_owned(),
            template_storages: vec!["local".to_owned()],
            bridge: "vmbr0".to_owned(),
            vmid_first: 100,
            vmid_last: 200,
            tag_prefix: "hostler".to_owned(),
            request_timeout: ProxmoxSettings::DEFAULT_REQUEST_TIMEOUT,
        }
    }

    fn all_guest_privileges() -> Value {
        GUESTS
            .iter()
            .map(|privilege| ((*privilege).to_owned(), json!(1)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    #[test]
    fn the_documented_rights_leave_no_gap() {
        let permissions = json!({
            "/vms": all_guest_privileges(),
            "/storage/fast": {"Datastore.AllocateSpace": 1, "Datastore.Audit": "1"},
            "/storage": {"Datastore.Audit": 1},
            "/sdn/zones/localnetwork/vmbr0": {"SDN.Use": 0},
            "/nodes": {"Sys.Audit": 1},
        });
        assert_eq!(gaps(&permissions, &settings(None), &["pve1".to_owned()]), []);
    }

    #[test]
    fn each_gap_says_where_and_what() {
        let permissions = json!({"/pool/cp": {"VM.Audit": 1, "VM.Snapshot": 1}, "/": {"Datastore.Audit": 0}});
        let gaps = gaps(&permissions, &settings(Some("cp")), &["pve1".to_owned()]);
        let paths: Vec<&str> = gaps.iter().map(|gap| gap.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "/pool/cp",
                "/pool/cp",
                "/storage/fast",
                "/storage/local",
                "/sdn/zones/localnetwork/vmbr0",
                "/nodes/pve1"
            ]
        );
        assert!(
            gaps[1].missing.contains(&"VM.Allocate") && !gaps[1].missing.contains(&"VM.Snapshot.Rollback")
        );
        assert!(gaps[5].optional);
    }

    #[test]
    fn nothing_is_granted_by_nonsense() {
        for permissions in [json!(null), json!([]), json!("x"), json!({"/vms": 3})] {
            assert!(!gaps(&permissions, &settings(None), &[]).is_empty());
        }
    }
}
