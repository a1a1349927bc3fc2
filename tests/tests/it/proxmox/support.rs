//! The adapter under test, and guests in the state a test begins with.

use std::sync::Arc;

use hostler_tests::fakepve::FakePve;
use hostler_tests::guests::{finished, new_guest};
use hostler_tests::pve_stub::PveStub;
use hostlerd::adapters::clock::SystemClock;
use hostlerd::adapters::proxmox::Proxmox;
use hostlerd::domain::guest::{GuestRef, NewGuest, TaskRef, TaskStatus};
use hostlerd::ports::clock::Clock;
use hostlerd::ports::hypervisor::Hypervisor;
use serde_json::{Value, json};

pub(crate) const SUCCEEDED: TaskStatus = TaskStatus::Succeeded { warnings: None };

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// `None` when this machine cannot run the fake.
pub(crate) async fn fake(settings: Value) -> Option<FakePve> {
    FakePve::start(&settings).await.unwrap()
}

pub(crate) fn adapter(fake: &FakePve) -> Proxmox {
    Proxmox::new(fake.settings(), clock()).unwrap()
}

pub(crate) async fn begin(pve: &Proxmox, guest: &NewGuest) -> TaskRef {
    pve.create(guest).await.unwrap()
}

pub(crate) async fn created(pve: &Proxmox, vmid: u32) -> NewGuest {
    let guest = new_guest("pve1", vmid).unwrap();
    let task = begin(pve, &guest).await;
    assert_eq!(finished(pve, &task).await, SUCCEEDED);
    guest
}

pub(crate) async fn running(pve: &Proxmox, vmid: u32) -> NewGuest {
    let guest = created(pve, vmid).await;
    let task = pve.start(&guest.guest).await.unwrap().unwrap();
    assert_eq!(finished(pve, &task).await, SUCCEEDED);
    guest
}

pub(crate) fn upid(kind: &str) -> String {
    format!("UPID:pve1:0002C1A4:01B2C3D4E:6740F1A2:{kind}:10001:cp@pve!api:")
}

pub(crate) fn stub_adapter(stub: &PveStub) -> Proxmox {
    Proxmox::new(stub.settings(), clock()).unwrap()
}

/// A guest that is ours, as the real server shows it: numbers as strings, a line break after the description.
pub(crate) fn marked(stub: &PveStub) -> NewGuest {
    let guest = new_guest("pve1", 10_001).unwrap();
    stub.on_data("GET /nodes/pve1/lxc/10001/config", &config(&guest.guest));
    guest
}

fn config(guest: &GuestRef) -> Value {
    json!({
        "description": format!("hostler server {}\nand a note\n", guest.server_id),
        "hostname": "web-10001", "memory": "512", "cores": "2", "cpulimit": "1.5", "digest": "d1", "cmode": "shell",
        "rootfs": "fast:subvol-10001-disk-0,size=4G",
        "net0": "name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp,type=veth",
    })
}

pub(crate) fn row(status: &str) -> Value {
    json!({"id": "lxc/10001", "type": "lxc", "vmid": "10001", "node": "pve1", "name": "web", "status": status})
}
