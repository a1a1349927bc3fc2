//! Guests for tests of a hypervisor, and following its tasks.

use hostlerd::domain::guest::{
    GuestAddressing, GuestNetwork, GuestPlan, GuestRef, NewGuest, TaskRef, TaskStatus,
};
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::names::{NameError, ServerName};
use hostlerd::domain::resources::{GIB, MIB, Resources};
use hostlerd::ports::hypervisor::Hypervisor;

use crate::wait::wait_for;

pub const TEMPLATE: &str = "debian-13-standard_13.1-1_amd64.tar.zst";

/// A crypt(3) hash of nothing in particular.
pub const ROOT_HASH: &str =
    "$6$saltsalt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A small guest on `node`.
pub fn new_guest(node: &str, vmid: u32) -> Result<NewGuest, NameError> {
    Ok(NewGuest {
        guest: GuestRef {
            node: node.to_owned(),
            vmid,
            server_id: ServerId::generate(),
        },
        plan: GuestPlan {
            name: ServerName::parse(&format!("web-{vmid}"))?,
            resources: Resources {
                cpu_millicores: 1500,
                memory_bytes: 512 * MIB,
                disk_bytes: 4 * GIB,
            },
            network: GuestNetwork {
                bridge: "vmbr0".to_owned(),
                vlan_tag: None,
                addressing: GuestAddressing::Static {
                    address: [192, 0, 2, 10].into(),
                    prefix_length: 24,
                    gateway: Some([192, 0, 2, 1].into()),
                },
                nameservers: vec![[192, 0, 2, 53].into()],
                bytes_per_second: 12_500_000,
            },
        },
        template: TEMPLATE.to_owned(),
        nesting: true,
        root_password_hash: ROOT_HASH.to_owned(),
        ssh_public_keys: Vec::new(),
    })
}

/// How the task ended.
pub async fn finished(hypervisor: &dyn Hypervisor, task: &TaskRef) -> TaskStatus {
    wait_for("the end of a task", || async {
        match hypervisor.task(task).await {
            Ok(TaskStatus::Running { .. }) => Err("it runs".to_owned()),
            Ok(ended) => Ok(ended),
            Err(error) => Err(error.to_string()),
        }
    })
    .await
}
