//! Snapshots keep the configuration, too.

use super::bench::{Bench, DONE, VMID, is_not_found, is_rejected, plan};
use crate::adapters::sim::{Doom, Method};
use crate::domain::guest::{GuestStatus, TaskKind, TaskStatus};
use crate::domain::resources::{GIB, MIB};
use crate::ports::clock::Clock;
use crate::ports::hypervisor::{Hypervisor, HypervisorError, Rejection};

#[tokio::test]
async fn a_snapshot_is_listed_with_its_description_and_time() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    let task = bench.sim.snapshot_create(&guest, "before", "the update").await;
    assert_eq!(bench.status(&task.unwrap().unwrap()).await, DONE);
    let listed = bench.sim.snapshots(&guest).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].name, "before");
    assert_eq!(listed[0].description, "the update");
    assert_eq!(listed[0].create_time, Some(bench.clock.now()));
    assert!(!listed[0].incomplete);
}

#[tokio::test]
async fn the_same_snapshot_again_is_nothing_to_do_and_another_of_its_name_is_already_there() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    bench.sim.snapshot_create(&guest, "before", "one").await.unwrap();
    assert_eq!(
        bench
            .sim
            .snapshot_create(&guest, "before", "one\n")
            .await
            .unwrap(),
        None
    );
    let other = bench.sim.snapshot_create(&guest, "before", "two").await;
    assert!(matches!(other, Err(HypervisorError::AlreadyThere(_))));
    assert_eq!(bench.count(Method::SnapshotCreate), 1);
}

#[tokio::test]
async fn a_rollback_stops_the_guest_and_sets_its_configuration_back() {
    let bench = Bench::instant();
    let guest = bench.running_guest().await;
    bench.sim.snapshot_create(&guest, "before", "").await.unwrap();
    let mut changed = plan("renamed");
    changed.resources.cpu_millicores = 8000;
    changed.resources.memory_bytes = 8192 * MIB;
    changed.network.bridge = "vmbr7".to_owned();
    bench.sim.configure(&guest, &changed).await.unwrap();
    bench.sim.grow_disk(&guest, 50 * GIB).await.unwrap();
    let task = bench.sim.snapshot_rollback(&guest, "before").await.unwrap();
    assert_eq!(bench.status(&task).await, DONE);
    let [now] = &bench.control.world()[..] else {
        panic!("one guest")
    };
    assert!(!now.running);
    assert_eq!(now.name, "web");
    assert_eq!(now.resources, plan("web").resources);
    assert_eq!(now.network, Some(plan("web").network));
    assert_eq!(now.server_id, Some(guest.server_id));
    assert_eq!(now.snapshots.len(), 1);
}

#[tokio::test]
async fn a_running_guest_is_killed_as_the_rollback_begins() {
    let bench = Bench::slow();
    let guest = bench.running_guest().await;
    bench.sim.snapshot_create(&guest, "before", "").await.unwrap();
    bench.pass(1);
    bench.sim.snapshot_rollback(&guest, "before").await.unwrap();
    let seen = bench.look(&guest).await;
    assert_eq!(seen.status, GuestStatus::Stopped);
    assert_eq!(seen.lock.as_deref(), Some("rollback"));
}

#[tokio::test]
async fn a_snapshot_that_is_gone_cannot_be_rolled_back_to_and_need_not_be_deleted() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    bench.sim.snapshot_create(&guest, "before", "").await.unwrap();
    assert!(
        bench
            .sim
            .snapshot_delete(&guest, "before")
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(bench.sim.snapshot_delete(&guest, "before").await.unwrap(), None);
    assert!(is_not_found(&bench.sim.snapshot_rollback(&guest, "before").await));
    bench.sim.delete(&guest).await.unwrap();
    assert_eq!(bench.sim.snapshot_delete(&guest, "before").await.unwrap(), None);
}

#[tokio::test]
async fn a_snapshot_that_fails_disappears() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    bench
        .control
        .doom_next(TaskKind::SnapshotCreate, Doom::Fail("no space left".to_owned()));
    let task = bench.sim.snapshot_create(&guest, "before", "").await.unwrap();
    assert_eq!(
        bench.status(&task.unwrap()).await,
        TaskStatus::Failed {
            text: "no space left".to_owned(),
            transient: false
        }
    );
    assert_eq!(bench.sim.snapshots(&guest).await.unwrap(), []);
}

#[tokio::test]
async fn a_snapshot_whose_worker_was_killed_stays_incomplete_until_it_is_deleted() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    bench.control.doom_next(TaskKind::SnapshotCreate, Doom::Kill);
    bench.sim.snapshot_create(&guest, "before", "").await.unwrap();
    assert!(bench.sim.snapshots(&guest).await.unwrap()[0].incomplete);
    assert!(is_rejected(
        &bench.sim.snapshot_delete(&guest, "before").await,
        Rejection::StuckLock
    ));
    bench.control.release_lock(VMID).unwrap();
    assert!(is_rejected(
        &bench.sim.snapshot_rollback(&guest, "before").await,
        Rejection::Unsupported
    ));
    let again = bench.sim.snapshot_create(&guest, "before", "").await;
    assert!(matches!(again, Err(HypervisorError::AlreadyThere(_))));
    assert!(
        bench
            .sim
            .snapshot_delete(&guest, "before")
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        bench
            .sim
            .snapshot_create(&guest, "before", "")
            .await
            .unwrap()
            .is_some()
    );
}
