//! From creation to deletion.

use std::time::Duration;

use super::bench::{Bench, DONE, TEMPLATE, VMID, is_not_found, is_rejected, new_guest, plan};
use crate::adapters::sim::{Method, SimGuest};
use crate::domain::guest::{GuestStatus, TaskStatus};
use crate::domain::resources::{GIB, MIB};
use crate::ports::hypervisor::{Hypervisor, HypervisorError, Rejection};

const TIMEOUT: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_created_guest_is_stopped_marked_and_as_planned() {
    let bench = Bench::instant();
    let new = new_guest(VMID);
    let task = bench.sim.create(&new).await.unwrap();
    assert_eq!(bench.status(&task).await, DONE);
    assert!(bench.sim.is_marked(&new.guest).await.unwrap());
    assert_eq!(
        bench.control.world(),
        [SimGuest {
            vmid: VMID,
            node: "sim-1".to_owned(),
            name: "web".to_owned(),
            server_id: Some(new.guest.server_id),
            running: false,
            lock: None,
            resources: new.plan.resources,
            network: Some(new.plan.network.clone()),
            template: TEMPLATE.to_owned(),
            nesting: true,
            root_password_hash: "$6$salt$hash".to_owned(),
            ssh_public_keys: new.ssh_public_keys.clone(),
            snapshots: vec![],
        }]
    );
}

#[tokio::test]
async fn a_taken_vmid_is_already_there() {
    let bench = Bench::instant();
    bench.guest().await;
    let again = bench.sim.create(&new_guest(VMID)).await;
    assert!(matches!(again, Err(HypervisorError::AlreadyThere(_))));
    assert_eq!(bench.count(Method::Create), 1);
}

#[tokio::test]
async fn a_create_that_makes_no_sense_is_rejected() {
    let bench = Bench::instant();
    let mut wrong = new_guest(VMID);
    wrong.template = "local:vztmpl/plan9.tar.zst".to_owned();
    assert!(is_rejected(&bench.sim.create(&wrong).await, Rejection::Template));
    let mut wrong = new_guest(VMID);
    wrong.guest.node = "elsewhere".to_owned();
    assert!(is_rejected(
        &bench.sim.create(&wrong).await,
        Rejection::InvalidParameter
    ));
    let mut wrong = new_guest(VMID);
    wrong.root_password_hash = "plain".to_owned();
    assert!(is_rejected(
        &bench.sim.create(&wrong).await,
        Rejection::InvalidParameter
    ));
    assert!(is_rejected(
        &bench.sim.create(&new_guest(99)).await,
        Rejection::InvalidParameter
    ));
    assert!(bench.control.world().is_empty());
}

#[tokio::test]
async fn a_guest_without_the_nesting_it_wants_is_made_with_a_warning() {
    let bench = Bench::instant();
    let mut new = new_guest(VMID);
    new.template = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst".to_owned();
    new.nesting = false;
    let task = bench.sim.create(&new).await.unwrap();
    let status = bench.status(&task).await;
    assert!(matches!(status, TaskStatus::Succeeded { warnings: Some(text) } if text.contains("nesting")));
}

#[tokio::test]
async fn power_calls_have_nothing_to_do_when_the_guest_is_as_asked() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    assert_eq!(bench.sim.stop(&guest).await.unwrap(), None);
    assert_eq!(bench.sim.shutdown(&guest, TIMEOUT, false).await.unwrap(), None);
    assert!(bench.sim.start(&guest).await.unwrap().is_some());
    assert_eq!(bench.sim.start(&guest).await.unwrap(), None);
    assert_eq!(bench.look(&guest).await.status, GuestStatus::Running);
    assert!(bench.sim.stop(&guest).await.unwrap().is_some());
    assert_eq!(bench.look(&guest).await.status, GuestStatus::Stopped);
}

#[tokio::test]
async fn a_guest_that_pays_no_heed_is_killed_only_by_force() {
    let bench = Bench::slow();
    let guest = bench.running_guest().await;
    bench.control.set_ignores_shutdown(VMID, true).unwrap();
    let task = bench.sim.shutdown(&guest, TIMEOUT, false).await.unwrap().unwrap();
    bench.pass(59);
    assert!(matches!(bench.status(&task).await, TaskStatus::Running { .. }));
    bench.pass(1);
    assert!(matches!(bench.status(&task).await, TaskStatus::Failed { .. }));
    assert_eq!(bench.look(&guest).await.status, GuestStatus::Running);
    let task = bench.sim.shutdown(&guest, TIMEOUT, true).await.unwrap().unwrap();
    bench.pass(60);
    assert_eq!(bench.status(&task).await, DONE);
    assert_eq!(bench.look(&guest).await.status, GuestStatus::Stopped);
}

#[tokio::test]
async fn a_stop_overrules_a_shutdown_under_way() {
    let bench = Bench::slow();
    let guest = bench.running_guest().await;
    bench.control.set_ignores_shutdown(VMID, true).unwrap();
    let shutdown = bench.sim.shutdown(&guest, TIMEOUT, false).await.unwrap().unwrap();
    let stop = bench.sim.stop(&guest).await.unwrap().unwrap();
    bench.pass(1);
    assert!(matches!(bench.status(&shutdown).await, TaskStatus::Failed { .. }));
    assert_eq!(bench.status(&stop).await, DONE);
    assert_eq!(bench.look(&guest).await.status, GuestStatus::Stopped);
}

#[tokio::test]
async fn a_restart_leaves_a_guest_running_whether_it_ran_or_not() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    for _ in 0..2 {
        assert!(bench.sim.restart(&guest, TIMEOUT).await.unwrap().is_some());
        assert_eq!(bench.look(&guest).await.status, GuestStatus::Running);
        bench.pass(100);
    }
}

#[tokio::test]
async fn configuring_leaves_the_disk_alone() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    let mut wanted = plan("mail");
    wanted.resources.cpu_millicores = 4000;
    wanted.resources.memory_bytes = 4096 * MIB;
    wanted.resources.disk_bytes = 99 * GIB;
    wanted.network.bridge = "vmbr1".to_owned();
    bench.sim.configure(&guest, &wanted).await.unwrap();
    let [now] = &bench.control.world()[..] else {
        panic!("one guest")
    };
    assert_eq!(now.name, "mail");
    assert_eq!(now.network.as_ref(), Some(&wanted.network));
    let resources = bench.sim.configured_resources(&guest).await.unwrap();
    assert_eq!(resources.cpu_millicores, 4000);
    assert_eq!(resources.memory_bytes, 4096 * MIB);
    assert_eq!(resources.disk_bytes, 10 * GIB);
}

#[tokio::test]
async fn a_disk_only_grows() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    assert_eq!(bench.sim.grow_disk(&guest, 10 * GIB).await.unwrap(), None);
    assert!(is_rejected(
        &bench.sim.grow_disk(&guest, 9 * GIB).await,
        Rejection::InvalidParameter
    ));
    let task = bench.sim.grow_disk(&guest, 20 * GIB).await.unwrap().unwrap();
    assert_eq!(bench.status(&task).await, DONE);
    let resources = bench.sim.configured_resources(&guest).await.unwrap();
    assert_eq!(resources.disk_bytes, 20 * GIB);
}

#[tokio::test]
async fn a_root_password_is_set_in_a_running_guest_only() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    let hash = "$6$other$hash";
    assert!(is_rejected(
        &bench.sim.set_root_password(&guest, hash).await,
        Rejection::Unsupported
    ));
    bench.sim.start(&guest).await.unwrap();
    assert!(is_rejected(
        &bench.sim.set_root_password(&guest, "plain").await,
        Rejection::InvalidParameter
    ));
    bench.sim.set_root_password(&guest, hash).await.unwrap();
    assert_eq!(bench.control.world()[0].root_password_hash, hash);
}

#[tokio::test]
async fn a_deleted_guest_is_gone_and_deleting_it_again_is_nothing_to_do() {
    let bench = Bench::instant();
    let guest = bench.running_guest().await;
    let task = bench.sim.delete(&guest).await.unwrap().unwrap();
    assert_eq!(bench.status(&task).await, DONE);
    assert_eq!(bench.sim.guest(VMID).await.unwrap(), None);
    assert_eq!(bench.sim.delete(&guest).await.unwrap(), None);
    assert_eq!(bench.count(Method::Delete), 1);
}

#[tokio::test]
async fn a_missing_guest_is_not_found() {
    let bench = Bench::instant();
    let guest = new_guest(VMID).guest;
    assert!(is_not_found(&bench.sim.start(&guest).await));
    assert!(is_not_found(&bench.sim.stop(&guest).await));
    assert!(is_not_found(&bench.sim.is_marked(&guest).await));
    assert!(is_not_found(&bench.sim.mark(&guest, &plan("web")).await));
    assert!(is_not_found(&bench.sim.configure(&guest, &plan("web")).await));
    assert!(is_not_found(&bench.sim.snapshots(&guest).await));
    assert!(is_not_found(&bench.sim.configured_resources(&guest).await));
}

#[tokio::test]
async fn a_moved_guest_is_found_under_its_old_reference() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    bench.control.move_guest(VMID, "sim-2").unwrap();
    assert_eq!(bench.look(&guest).await.node, "sim-2");
    assert!(bench.sim.start(&guest).await.unwrap().is_some());
}
