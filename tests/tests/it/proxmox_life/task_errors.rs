//! Tasks of every kind that end badly: for good, for the moment, without a word, and well but with warnings.

use hostler_client::v1;
use serde_json::json;

use crate::proxmox_life::acts::Act;
use crate::proxmox_life::world::{Setting, World, expect_error};

const FOR_GOOD: &str = "some tool failed: exit code 1";
const FOR_NOW: &str = "can't lock file '/run/lock/lxc/pve-config-1.lock' - got timeout";

/// What can be made to fail in the second half of an operation, and the act that it is part of.
const LATER_TASKS: [(Act, &str); 1] = [(Act::Create, "vzstart")];

fn acts_and_tasks() -> Vec<(Act, &'static str)> {
    let mut all: Vec<_> = Act::ALL
        .iter()
        .filter_map(|act| Some((*act, act.task()?)))
        .collect();
    all.extend(LATER_TASKS);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_fails_for_good_ends_its_operation_and_leaves_no_trace() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    for (number, (act, task)) in acts_and_tasks().into_iter().enumerate() {
        let mut stage = act.stage(&world, &format!("web-{number}")).await;
        world.fake.doom(task, stage.vmid, FOR_GOOD).await.unwrap();
        let operation = stage.ask(&world, act).await;
        world
            .fail(&operation, "HYPERVISOR_TASK_FAILED", "exit code 1")
            .await;
        stage.expect_untouched(&world, act).await;
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_fails_for_the_moment_is_begun_again() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    for (number, (act, task)) in acts_and_tasks().into_iter().enumerate() {
        let mut stage = act.stage(&world, &format!("web-{number}")).await;
        world.fake.doom(task, stage.vmid, FOR_NOW).await.unwrap();
        let operation = stage.ask(&world, act).await;
        world.succeed(&operation).await;
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_only_warned_has_succeeded() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    for (number, (act, task)) in acts_and_tasks().into_iter().enumerate() {
        let mut stage = act.stage(&world, &format!("web-{number}")).await;
        let warned = json!({"doom": {"type": task, "vmid": stage.vmid, "exit": "WARNINGS: 1", "done": true}});
        world.fake.order(&warned).await.unwrap();
        let operation = stage.ask(&world, act).await;
        world.succeed(&operation).await;
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_killed_before_it_did_anything_is_replaced() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    // Those that lock the guest first leave it locked: below.
    for (number, act) in [Act::Start, Act::Shutdown, Act::StopNow, Act::Restart, Act::Grow]
        .into_iter()
        .enumerate()
    {
        let mut stage = act.stage(&world, &format!("web-{number}")).await;
        let task = act.task().unwrap();
        world
            .fake
            .doom(task, stage.vmid, "unexpected status")
            .await
            .unwrap();
        let operation = stage.ask(&world, act).await;
        world.succeed(&operation).await;
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_a_killed_worker_left_fails_what_needs_the_guest_and_is_told_to_the_operator() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    for (number, act) in [Act::Snapshot, Act::Restore, Act::DeleteSnapshot, Act::Delete]
        .into_iter()
        .enumerate()
    {
        let mut stage = act.stage(&world, &format!("web-{number}")).await;
        let task = act.task().unwrap();
        world
            .fake
            .doom(task, stage.vmid, "unexpected status")
            .await
            .unwrap();
        let operation = stage.ask(&world, act).await;
        let ended = world.end(&operation).await;
        assert_eq!(ended.state(), v1::OperationState::Failed, "{act:?}: {ended:#?}");
        expect_error(&ended, "STUCK_LOCK", "pct unlock");
        stage.expect_untouched(&world, act).await;
        world.fake.call("unlock", json!([stage.vmid])).await.unwrap();
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_whose_worker_was_killed_waits_for_the_operator_and_is_cleaned_up_at_the_retry() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    let mut stage = Act::Create.stage(&world, "web").await;
    world
        .fake
        .doom("vzcreate", None, "unexpected status")
        .await
        .unwrap();
    let operation = stage.ask(&world, Act::Create).await;
    let ended = world.end(&operation).await;
    assert_eq!(ended.state(), v1::OperationState::Stuck, "{ended:#?}");
    expect_error(&ended, "STUCK_LOCK", "pct unlock");

    let guests = world.fake.containers().await.unwrap();
    assert_eq!(guests.len(), 1);
    world
        .fake
        .call("unlock", json!([guests[0]["vmid"]]))
        .await
        .unwrap();
    world.retry(&operation).await;
    world.fail(&operation, "STUCK_LOCK", "pct unlock").await;
    assert_eq!(world.fake.containers().await.unwrap().len(), 0);
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_failed_creation_made_is_deleted_however_often_it_takes() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    let mut stage = Act::Create.stage(&world, "web").await;
    world.fake.doom("vzstart", None, FOR_GOOD).await.unwrap();
    for _ in 0..3 {
        world
            .fake
            .doom("vzdestroy", None, "dataset is busy")
            .await
            .unwrap();
    }
    let operation = stage.ask(&world, Act::Create).await;
    world
        .fail(&operation, "HYPERVISOR_TASK_FAILED", "exit code 1")
        .await;
    world.expect_agreement().await;
    let vmid = crate::proxmox_life::world::vmid(&world.look(&stage.server_id).await).unwrap();
    let removals = world.fake.tasks_of(vmid).await.unwrap();
    assert_eq!(removals.iter().filter(|kind| *kind == "vzdestroy").count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_is_refused_leaves_the_old_one() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    for (number, act) in [Act::Resize, Act::Rename].into_iter().enumerate() {
        let mut stage = act.stage(&world, &format!("web-{number}")).await;
        let path = stage.path(act);
        world.fake.fail("PUT", &path, 500, FOR_GOOD, 1).await.unwrap();
        let operation = stage.ask(&world, act).await;
        world.fail(&operation, "HYPERVISOR_REFUSED", "exit code 1").await;
        stage.expect_untouched(&world, act).await;
        world.fake.fail("PUT", &path, 500, FOR_NOW, 1).await.unwrap();
        let operation = stage.ask(&world, act).await;
        world.succeed(&operation).await;
    }
    world.expect_agreement().await;
}
