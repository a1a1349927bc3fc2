//! Guests that somebody else has locked: work waits for as long as its tries last.

use futures_util::future::join_all;
use hostler_client::v1;
use serde_json::json;

use crate::proxmox_life::acts::Act;
use crate::proxmox_life::world::{Setting, World};

const LOCKS: [&str; 11] = [
    "backup",
    "clone",
    "create",
    "destroyed",
    "disk",
    "fstrim",
    "migrate",
    "mounted",
    "rollback",
    "snapshot",
    "snapshot-delete",
];

/// The act is asked for while the guest is locked, and ends well once it is not.
async fn waits_for(world: &World, act: Act, lock: &str) {
    let mut stage = act.stage(world, &format!("{lock}-{act:?}").to_lowercase()).await;
    let vmid = stage.vmid.unwrap();
    // The last task on the guest is none that could have left such a lock.
    for request in [true, false] {
        let ask = if request { Act::Start } else { Act::StopNow };
        let operation = stage.ask(world, ask).await;
        world.succeed(&operation).await;
    }
    world
        .fake
        .set_container(vmid, json!({"lock": lock}))
        .await
        .unwrap();
    let operation = stage.ask(world, act).await;
    world.has_failed_once(&operation).await;
    world.fake.call("unlock", json!([vmid])).await.unwrap();
    world.succeed(&operation).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_guest_is_waited_for_whatever_it_is_locked_with() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    join_all(LOCKS.map(|lock| waits_for(&world, Act::Resize, lock))).await;
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_stays_locked_fails_what_needs_it() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    let acts = [
        Act::Start,
        Act::Resize,
        Act::Grow,
        Act::Snapshot,
        Act::Restore,
        Act::DeleteSnapshot,
        Act::Delete,
    ];
    for (number, act) in acts.into_iter().enumerate() {
        let mut stage = act.stage(&world, &format!("web-{number}")).await;
        let vmid = stage.vmid.unwrap();
        world
            .fake
            .set_container(vmid, json!({"lock": "backup"}))
            .await
            .unwrap();
        let operation = stage.ask(&world, act).await;
        world.fail(&operation, "HYPERVISOR_BUSY", "locked (backup)").await;
        world.fake.call("unlock", json!([vmid])).await.unwrap();
        stage.expect_untouched(&world, act).await;
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_of_a_creation_or_deletion_that_is_over_is_stuck_and_told_to_the_operator() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    for lock in ["create", "destroyed"] {
        let mut stage = Act::Resize.stage(&world, lock).await;
        let vmid = stage.vmid.unwrap();
        world
            .fake
            .set_container(vmid, json!({"lock": lock}))
            .await
            .unwrap();
        let operation = stage.ask(&world, Act::Resize).await;
        world.fail(&operation, "STUCK_LOCK", "pct unlock").await;
        assert_eq!(
            world.look(&stage.server_id).await.state(),
            v1::ServerState::Stopped
        );
        world.fake.call("unlock", json!([vmid])).await.unwrap();
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_lock_that_somebody_holds_is_waited_for() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    for (number, act) in [Act::Start, Act::Resize, Act::Delete].into_iter().enumerate() {
        let mut stage = act.stage(&world, &format!("web-{number}")).await;
        let vmid = stage.vmid.unwrap();
        world
            .fake
            .call("hold_config_lock", json!([vmid, null]))
            .await
            .unwrap();
        let operation = stage.ask(&world, act).await;
        world.has_failed_once(&operation).await;
        world
            .fake
            .call("release_config_lock", json!([vmid]))
            .await
            .unwrap();
        world.succeed(&operation).await;
    }
    world.expect_agreement().await;
}
