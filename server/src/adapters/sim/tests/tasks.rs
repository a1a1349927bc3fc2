//! Tasks take their time, say how far they are, and are found again.

use super::bench::{Bench, DONE, VMID, is_busy, is_not_found, is_rejected, new_guest};
use crate::adapters::sim::Method;
use crate::domain::guest::{TaskKind, TaskRef, TaskStatus};
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::hypervisor::{Hypervisor, Rejection};

#[tokio::test]
async fn a_task_goes_forward_with_the_clock() {
    let bench = Bench::slow();
    let task = bench.sim.create(&new_guest(VMID)).await.unwrap();
    for percent in [0, 25, 50, 75] {
        assert_eq!(
            bench.status(&task).await,
            TaskStatus::Running {
                percent: Some(percent)
            }
        );
        bench.pass(1);
    }
    assert_eq!(bench.status(&task).await, DONE);
}

#[tokio::test]
async fn a_half_made_guest_is_locked_and_carries_no_mark() {
    let bench = Bench::slow();
    let new = new_guest(VMID);
    bench.sim.create(&new).await.unwrap();
    let guest = bench.look(&new.guest).await;
    assert_eq!(guest.lock.as_deref(), Some("create"));
    assert_eq!(guest.name, "CT10001");
    assert!(!guest.ours);
    assert_eq!(guest.server_id, None);
    assert!(!bench.sim.is_marked(&new.guest).await.unwrap());
    assert!(is_busy(&bench.sim.start(&new.guest).await));
    assert!(is_busy(&bench.sim.mark(&new.guest, &new.plan).await));
    bench.pass(4);
    let guest = bench.look(&new.guest).await;
    assert_eq!(guest.lock, None);
    assert_eq!(guest.server_id, Some(new.guest.server_id));
}

#[tokio::test]
async fn a_guest_has_one_task_at_a_time() {
    let bench = Bench::slow();
    let guest = bench.running_guest().await;
    let snapshot = bench
        .sim
        .snapshot_create(&guest, "before", "")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(bench.look(&guest).await.lock.as_deref(), Some("snapshot"));
    assert!(is_busy(&bench.sim.stop(&guest).await));
    assert!(is_busy(&bench.sim.delete(&guest).await));
    assert!(is_busy(&bench.sim.snapshot_create(&guest, "before", "").await));
    bench.pass(1);
    assert_eq!(bench.status(&snapshot).await, DONE);
    assert!(bench.sim.stop(&guest).await.unwrap().is_some());
}

#[tokio::test]
async fn a_lost_task_is_found_by_kind_and_time() {
    let bench = Bench::slow();
    let new = new_guest(VMID);
    let before = bench.clock.now();
    let find = |kind, since| bench.sim.find_task(&new.guest, kind, since);
    assert_eq!(find(TaskKind::Create, before).await.unwrap(), None);
    let task = bench.sim.create(&new).await.unwrap();
    assert_eq!(find(TaskKind::Create, before).await.unwrap(), Some(task.clone()));
    assert_eq!(find(TaskKind::Start, before).await.unwrap(), None);
    bench.pass(4);
    let later = bench.clock.now();
    assert_eq!(find(TaskKind::Create, before).await.unwrap(), Some(task));
    assert_eq!(find(TaskKind::Create, later).await.unwrap(), None);
    let first = bench.sim.start(&new.guest).await.unwrap().unwrap();
    bench.pass(1);
    bench.control.power_off(VMID).unwrap();
    let second = bench.sim.start(&new.guest).await.unwrap().unwrap();
    assert_ne!(first, second);
    assert_eq!(find(TaskKind::Start, before).await.unwrap(), Some(second));
}

#[tokio::test]
async fn an_aborted_create_leaves_nothing_behind() {
    let bench = Bench::slow();
    let task = bench.sim.create(&new_guest(VMID)).await.unwrap();
    bench.sim.abort_task(&task).await.unwrap();
    assert!(matches!(bench.status(&task).await, TaskStatus::Failed { .. }));
    assert!(bench.control.world().is_empty());
    bench.sim.abort_task(&task).await.unwrap();
    assert_eq!(bench.count(Method::AbortTask), 1);
}

#[tokio::test]
async fn an_aborted_snapshot_deletion_leaves_the_snapshot_whole() {
    let bench = Bench::slow();
    let guest = bench.guest().await;
    bench.sim.snapshot_create(&guest, "before", "").await.unwrap();
    bench.pass(1);
    let task = bench
        .sim
        .snapshot_delete(&guest, "before")
        .await
        .unwrap()
        .unwrap();
    assert!(bench.sim.snapshots(&guest).await.unwrap()[0].incomplete);
    bench.sim.abort_task(&task).await.unwrap();
    assert!(!bench.sim.snapshots(&guest).await.unwrap()[0].incomplete);
}

#[tokio::test]
async fn a_forgotten_task_is_unknown_and_nonsense_is_rejected() {
    let bench = Bench::instant();
    let forgotten = TaskRef("SIM:sim-1:00000FFF:6B49D200:start:10001:".to_owned());
    assert_eq!(bench.status(&forgotten).await, TaskStatus::Unknown);
    assert!(is_not_found(&bench.sim.abort_task(&forgotten).await));
    let nonsense = TaskRef("UPID:pve:0:0:0:vzstart:1:root@pam:".to_owned());
    assert!(is_rejected(
        &bench.sim.task(&nonsense).await,
        Rejection::InvalidParameter
    ));
}

#[tokio::test]
async fn old_tasks_are_forgotten_and_new_ones_are_not() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    let first = bench.sim.start(&guest).await.unwrap().unwrap();
    let mut last = first.clone();
    for _ in 0..600 {
        bench.sim.stop(&guest).await.unwrap();
        last = bench.sim.start(&guest).await.unwrap().unwrap();
    }
    assert_eq!(bench.status(&first).await, TaskStatus::Unknown);
    assert_eq!(bench.status(&last).await, DONE);
    let found = bench.sim.find_task(&guest, TaskKind::Start, Timestamp::default());
    assert_eq!(found.await.unwrap(), Some(last));
}
