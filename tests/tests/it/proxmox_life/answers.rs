//! Answers that refuse, that come from the wrong place, and that never come: whether or not what was asked has happened.

use std::sync::Arc;
use std::time::Duration;

use hostler_client::v1;
use hostler_tests::shifted_clock::ShiftedClock;
use serde_json::json;

use crate::proxmox_life::acts::Act;
use crate::proxmox_life::world::{Setting, World};

/// What fakepve takes for the right secret of the token.
const SECRET: &str = "00000000-0000-4000-8000-000000000001";

#[tokio::test(flavor = "multi_thread")]
async fn what_an_answer_refuses_for_the_moment_is_asked_again() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    let refusals = [
        (403, "Permission check failed (/vms/10001, VM.PowerMgmt)"),
        (500, "cluster not ready - no quorum?"),
        (
            500,
            "can't lock file '/run/lock/lxc/pve-config-1.lock' - got timeout",
        ),
        (595, "No route to host"),
        (596, "Connection timed out"),
        (502, "Bad Gateway"),
    ];
    // Each act with two of them, each of them with four acts.
    for (number, act) in Act::ALL.into_iter().enumerate() {
        for (status, text) in [refusals[number % 6], refusals[(number + 3) % 6]] {
            let mut stage = act
                .stage(&world, &format!("{act:?}-{status}-{number}").to_lowercase())
                .await;
            let (method, path) = (act.call().0, stage.path(act));
            world.fake.fail(method, &path, status, text, 1).await.unwrap();
            let operation = stage.ask(&world, act).await;
            world.succeed(&operation).await;
        }
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_although_its_answer_was_lost_is_not_done_twice() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    for act in Act::ALL {
        for status in [Some(596), None] {
            let name = format!("{act:?}-{}", status.is_some()).to_lowercase();
            let mut stage = act.stage(&world, &name).await;
            let (method, path) = (act.call().0, stage.path(act));
            world.fake.lose(method, &path, status).await.unwrap();
            let operation = stage.ask(&world, act).await;
            world.succeed(&operation).await;
            let server = world.look(&stage.server_id).await;
            let vmid = stage.vmid.or_else(|| crate::proxmox_life::world::vmid(&server));
            let tasks = world.fake.tasks_of(vmid.unwrap()).await.unwrap();
            let begun = tasks
                .iter()
                .filter(|task| Some(task.as_str()) == act.task())
                .count();
            assert_eq!(
                begun,
                usize::from(act.task().is_some()),
                "{act:?} {status:?}: {tasks:?}"
            );
        }
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_never_answered_is_given_up_and_made_again() {
    let setting = Setting {
        request_timeout: Some(Duration::from_millis(500)),
        ..Setting::default()
    };
    let Some(world) = World::start(setting).await else {
        return;
    };
    for act in [Act::Create, Act::Start, Act::Resize, Act::Snapshot, Act::Delete] {
        let mut stage = act.stage(&world, &format!("{act:?}").to_lowercase()).await;
        let hang = json!({"method": act.call().0, "path": stage.path(act)});
        world.fake.order(&json!({"hang": hang})).await.unwrap();
        let operation = stage.ask(&world, act).await;
        world.succeed(&operation).await;
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_drops_every_third_call_delays_work_and_loses_none() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    let flaky = json!({"call": "flaky_network", "kw": {"drop_rate": 0.3, "seed": 7}});
    world.fake.order(&flaky).await.unwrap();
    for act in Act::ALL {
        let mut stage = act.stage(&world, &format!("{act:?}").to_lowercase()).await;
        let operation = stage.ask(&world, act).await;
        world.succeed(&operation).await;
    }
    world.fake.order(&json!({"call": "flaky_network"})).await.unwrap();
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_told_to_the_operator_and_work_goes_on_when_it_is_repaired() {
    let clock = Arc::new(ShiftedClock::default());
    let setting = Setting {
        clock: Some(Arc::clone(&clock)),
        ..Setting::default()
    };
    let Some(world) = World::start(setting).await else {
        return;
    };
    let mut stage = Act::Start.stage(&world, "web").await;
    world.fake.order(&json!({"token": "another"})).await.unwrap();
    let operation = stage.ask(&world, Act::Start).await;
    world.has_failed_once(&operation).await;
    world.fake.order(&json!({"token": SECRET})).await.unwrap();
    // A refusal is remembered for half a minute.
    clock.advance(Duration::from_secs(31));
    world.succeed(&operation).await;
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_stays_refused_fails_the_operation() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    let refused = "Permission check failed (/vms/10001, VM.Allocate)";
    for act in Act::ALL {
        let mut stage = act.stage(&world, &format!("{act:?}").to_lowercase()).await;
        let (method, path) = (act.call().0, stage.path(act));
        world.fake.fail(method, &path, 403, refused, 3).await.unwrap();
        let operation = stage.ask(&world, act).await;
        world.fail(&operation, "HYPERVISOR_ACCESS", refused).await;
        stage.expect_untouched(&world, act).await;
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_cannot_be_undone_while_access_is_refused_is_stuck_until_the_retry() {
    let clock = Arc::new(ShiftedClock::default());
    let setting = Setting {
        clock: Some(Arc::clone(&clock)),
        ..Setting::impatient()
    };
    let Some(world) = World::start(setting).await else {
        return;
    };
    let mut stage = Act::Start.stage(&world, "web").await;
    world.fake.order(&json!({"token": "another"})).await.unwrap();
    let operation = stage.ask(&world, Act::Start).await;
    let ended = world.end(&operation).await;
    assert_eq!(ended.state(), v1::OperationState::Stuck, "{ended:#?}");
    world.fake.order(&json!({"token": SECRET})).await.unwrap();
    clock.advance(Duration::from_secs(31));
    world.retry(&operation).await;
    world.fail(&operation, "HYPERVISOR_ACCESS", "undo failed").await;
    stage.expect_untouched(&world, Act::Start).await;
    world.expect_agreement().await;
}
