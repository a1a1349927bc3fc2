//! The adapter under test, and guests in the state a test begins with.

use std::sync::Arc;

use hostler_tests::fakepve::FakePve;
use hostler_tests::guests::{finished, new_guest};
use hostlerd::adapters::clock::SystemClock;
use hostlerd::adapters::proxmox::Proxmox;
use hostlerd::domain::guest::{NewGuest, TaskRef, TaskStatus};
use hostlerd::ports::clock::Clock;
use hostlerd::ports::hypervisor::Hypervisor;
use serde_json::Value;

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
