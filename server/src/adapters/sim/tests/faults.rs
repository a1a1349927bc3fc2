//! What tests can break.

use super::bench::{Bench, DONE, VMID, is_rejected, is_unavailable, new_guest};
use crate::adapters::sim::{Doom, Fault, Method};
use crate::domain::guest::{GuestStatus, Severity, TaskKind, TaskStatus};
use crate::ports::clock::Clock;
use crate::ports::hypervisor::{Hypervisor, HypervisorError, Rejection};

#[tokio::test]
async fn a_call_can_fail_before_anything_happens() {
    let bench = Bench::instant();
    let error = HypervisorError::Busy("cluster not ready - no quorum?".to_owned());
    bench.control.inject(Fault::before(Method::Create, error.clone()));
    assert_eq!(bench.sim.create(&new_guest(VMID)).await, Err(error));
    assert!(bench.control.world().is_empty());
    assert!(bench.sim.create(&new_guest(VMID)).await.is_ok());
}

#[tokio::test]
async fn an_answer_can_be_lost_and_the_task_is_found_again() {
    let bench = Bench::instant();
    let since = bench.clock.now();
    let new = new_guest(VMID);
    bench.control.inject(Fault::lost_answer(Method::Create));
    assert!(is_unavailable(&bench.sim.create(&new).await));
    let found = bench.sim.find_task(&new.guest, TaskKind::Create, since).await;
    assert_eq!(bench.status(&found.unwrap().unwrap()).await, DONE);
    assert!(bench.sim.is_marked(&new.guest).await.unwrap());
    assert_eq!(bench.count(Method::Create), 1);
}

#[tokio::test]
async fn the_nth_call_of_one_method_fails_and_no_other() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    let error = HypervisorError::Unavailable("596".to_owned());
    bench
        .control
        .inject(Fault::before(Method::Guest, error.clone()).nth(3));
    assert!(bench.sim.guest(VMID).await.is_ok());
    assert!(bench.sim.guest(VMID).await.is_ok());
    assert!(bench.sim.snapshots(&guest).await.is_ok());
    assert_eq!(bench.sim.guest(VMID).await, Err(error));
    assert!(bench.sim.guest(VMID).await.is_ok());
}

#[tokio::test]
async fn a_failed_create_leaves_nothing_behind() {
    let bench = Bench::slow();
    bench
        .control
        .doom_next(TaskKind::Create, Doom::Fail("no such volume".to_owned()));
    let task = bench.sim.create(&new_guest(VMID)).await.unwrap();
    assert_eq!(bench.control.world().len(), 1);
    bench.pass(4);
    assert_eq!(
        bench.status(&task).await,
        TaskStatus::Failed {
            text: "no such volume".to_owned(),
            transient: false
        }
    );
    assert!(bench.control.world().is_empty());
}

#[tokio::test]
async fn a_task_can_fail_for_now_and_the_next_succeeds() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    bench.control.doom_next(
        TaskKind::Start,
        Doom::FailForNow("CT is locked (backup)".to_owned()),
    );
    let task = bench.sim.start(&guest).await.unwrap().unwrap();
    assert!(matches!(
        bench.status(&task).await,
        TaskStatus::Failed { transient: true, .. }
    ));
    assert_eq!(bench.look(&guest).await.status, GuestStatus::Stopped);
    let task = bench.sim.start(&guest).await.unwrap().unwrap();
    assert_eq!(bench.status(&task).await, DONE);
}

#[tokio::test]
async fn a_create_whose_worker_dies_leaves_a_lock_that_only_the_operator_lifts() {
    for at_once in [true, false] {
        let bench = Bench::slow();
        let new = new_guest(VMID);
        if at_once {
            bench.control.doom_next(TaskKind::Create, Doom::Kill);
        }
        let task = bench.sim.create(&new).await.unwrap();
        if at_once {
            bench.pass(4);
        } else {
            bench.pass(1);
            bench.control.kill_worker(VMID).unwrap();
        }
        assert_eq!(bench.status(&task).await, TaskStatus::Unknown);
        let guest = bench.look(&new.guest).await;
        assert_eq!(guest.lock.as_deref(), Some("create"));
        assert!(!guest.ours);
        assert!(is_rejected(
            &bench.sim.delete(&new.guest).await,
            Rejection::StuckLock
        ));
        bench.control.release_lock(VMID).unwrap();
        bench.control.remove_guest(VMID).unwrap();
        assert_eq!(bench.sim.delete(&new.guest).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_guest_without_a_task_has_no_worker_to_kill() {
    let bench = Bench::instant();
    bench.guest().await;
    assert!(bench.control.kill_worker(VMID).is_err());
}

#[tokio::test]
async fn a_cluster_that_is_offline_answers_nothing() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    let world = bench.control.world();
    bench.control.set_cluster_online(false);
    assert!(is_unavailable(&bench.sim.inventory().await));
    assert!(is_unavailable(&bench.sim.start(&guest).await));
    assert!(is_unavailable(&bench.sim.templates().await));
    let status = bench.sim.status().await;
    assert!(!status.available);
    assert!(status.version.is_empty());
    assert!(
        bench
            .sim
            .check()
            .await
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    );
    bench.control.set_cluster_online(true);
    assert_eq!(bench.control.world(), world);
    let status = bench.sim.status().await;
    assert!(status.available && status.simulated);
    assert_eq!(status.kind, "sim");
    assert_eq!(status.nodes, ["sim-1", "sim-2"]);
}

#[tokio::test]
async fn a_node_that_is_offline_hides_its_guests_and_makes_absence_uncertain() {
    let bench = Bench::instant();
    let guest = bench.running_guest().await;
    bench.control.set_node_online("sim-1", false);
    assert_eq!(bench.look(&guest).await.status, GuestStatus::Unknown);
    assert!(is_unavailable(&bench.sim.stop(&guest).await));
    assert!(is_unavailable(&bench.sim.guest(VMID + 1).await));
    assert!(is_unavailable(
        &bench.sim.delete(&new_guest(VMID + 1).guest).await
    ));
    assert!(is_unavailable(&bench.sim.create(&new_guest(VMID + 1)).await));
    let node = bench.sim.choose_node(&new_guest(VMID).plan.resources).await;
    assert_eq!(node.unwrap(), "sim-2");
    let templates = bench.sim.templates().await.unwrap();
    assert!(templates.iter().all(|template| template.node == "sim-2"));
    bench.control.set_node_online("sim-1", true);
    assert_eq!(bench.look(&guest).await.status, GuestStatus::Running);
}
