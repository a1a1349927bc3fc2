//! Nobody else's guest is ever touched.

use std::time::Duration;

use super::bench::{Bench, VMID, is_busy, is_rejected, plan};
use crate::domain::guest::GuestRef;
use crate::domain::ids::ServerId;
use crate::domain::resources::GIB;
use crate::ports::hypervisor::{Hypervisor, Rejection};

async fn assert_untouchable(bench: &Bench, guest: &GuestRef) {
    let before = bench.control.world();
    let effects = bench.control.effects();
    let timeout = Duration::from_secs(1);
    let sim = &bench.sim;
    let not_ours = Rejection::NotOurs;
    assert!(!sim.is_marked(guest).await.unwrap());
    assert!(is_rejected(&sim.start(guest).await, not_ours));
    assert!(is_rejected(&sim.stop(guest).await, not_ours));
    assert!(is_rejected(&sim.shutdown(guest, timeout, true).await, not_ours));
    assert!(is_rejected(&sim.restart(guest, timeout).await, not_ours));
    assert!(is_rejected(&sim.delete(guest).await, not_ours));
    assert!(is_rejected(&sim.configure(guest, &plan("mine")).await, not_ours));
    assert!(is_rejected(&sim.grow_disk(guest, 90 * GIB).await, not_ours));
    assert!(is_rejected(
        &sim.snapshot_create(guest, "mine", "").await,
        not_ours
    ));
    assert!(is_rejected(&sim.snapshot_rollback(guest, "mine").await, not_ours));
    assert!(is_rejected(&sim.snapshot_delete(guest, "mine").await, not_ours));
    assert!(is_rejected(
        &sim.set_root_password(guest, "$6$mine").await,
        not_ours
    ));
    assert_eq!(bench.control.world(), before);
    assert_eq!(bench.control.effects(), effects);
}

fn reference(vmid: u32) -> GuestRef {
    GuestRef {
        node: "sim-1".to_owned(),
        vmid,
        server_id: ServerId::generate(),
    }
}

#[tokio::test]
async fn a_stranger_s_guest_is_seen_and_not_touched() {
    let bench = Bench::instant();
    bench.control.add_stranger(VMID, "sim-1", "not-yours").unwrap();
    let guest = reference(VMID);
    assert_untouchable(&bench, &guest).await;
    assert!(is_rejected(
        &bench.sim.mark(&guest, &plan("mine")).await,
        Rejection::NotOurs
    ));
    let seen = bench.look(&guest).await;
    assert_eq!(seen.name, "not-yours");
    assert!(!seen.ours);
    assert_eq!(bench.sim.inventory().await.unwrap(), [seen]);
}

#[tokio::test]
async fn another_server_s_guest_is_not_touched() {
    let bench = Bench::instant();
    bench.running_guest().await;
    assert_untouchable(&bench, &reference(VMID)).await;
}

#[tokio::test]
async fn a_guest_whose_mark_is_missing_is_not_touched_until_it_is_marked() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    bench.control.strip_mark(VMID).unwrap();
    assert_untouchable(&bench, &guest).await;
    bench.sim.mark(&guest, &plan("web")).await.unwrap();
    bench.sim.mark(&guest, &plan("web")).await.unwrap();
    assert!(bench.sim.is_marked(&guest).await.unwrap());
    assert!(bench.sim.start(&guest).await.unwrap().is_some());
}

#[tokio::test]
async fn a_guest_that_somebody_works_on_is_busy() {
    let bench = Bench::instant();
    let guest = bench.running_guest().await;
    bench.control.hold_lock(VMID, "backup").unwrap();
    assert_eq!(bench.look(&guest).await.lock.as_deref(), Some("backup"));
    assert!(is_busy(&bench.sim.stop(&guest).await));
    assert!(is_busy(&bench.sim.delete(&guest).await));
    assert!(is_busy(&bench.sim.configure(&guest, &plan("web")).await));
    assert!(is_busy(&bench.sim.snapshot_create(&guest, "before", "").await));
    bench.control.release_lock(VMID).unwrap();
    assert!(bench.sim.stop(&guest).await.unwrap().is_some());
}
