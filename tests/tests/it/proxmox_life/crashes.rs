//! The server is killed in the middle of a creation and started again: the guest is adopted, and never doubled.

use hostler_client::v1;
use hostler_tests::fault_plan::FaultPlan;
use hostler_tests::wait::wait_for;
use serde_json::json;

use crate::proxmox_life::world::{Setting, World, vmid};

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_the_server_did_not_survive_is_finished_with_one_guest() {
    let plan = FaultPlan::new();
    let setting = Setting {
        faults: Some(plan.clone()),
        ..Setting::default()
    };
    let Some(mut world) = World::start(setting).await else {
        return;
    };
    for (number, point) in [
        "choose_place do after_act",
        "submit_create do before_act",
        "submit_create do after_act",
        "submit_create do before_record",
        "wait_create do before_act",
        "wait_create do before_record",
        "mark do after_act",
        "submit_start do after_act",
        "wait_start do before_record",
        "finish do after_act",
    ]
    .into_iter()
    .enumerate()
    {
        plan.hold(&format!("server.create/1 {point}"));
        let order = world.order(&format!("web-{number}"));
        let made = world.customer.servers().create(order).await.unwrap();
        plan.reached().await;
        world.server.crash();
        plan.release();
        world.restart().await;
        world.succeed(&made.operation.id).await;
        let server = world.look(&made.server.id).await;
        let tasks = world.fake.tasks_of(vmid(&server).unwrap()).await.unwrap();
        assert_eq!(tasks, ["vzcreate", "vzstart"], "{point}");
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_is_still_being_made_is_waited_for_after_the_restart() {
    let Some(mut world) = World::start(Setting::default()).await else {
        return;
    };
    world.fake.order(&json!({"hold": "vzcreate"})).await.unwrap();
    let made = world.customer.servers().create(world.order("web")).await.unwrap();
    being_made(&world).await;
    world.server.crash();
    world.restart().await;
    world.fake.order(&json!({"hold": null})).await.unwrap();
    world.succeed(&made.operation.id).await;
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_whose_making_failed_while_the_server_was_down_leaves_nothing() {
    let Some(mut world) = World::start(Setting::impatient()).await else {
        return;
    };
    world
        .fake
        .doom("vzcreate", None, "tar failed: exit code 2")
        .await
        .unwrap();
    world.fake.order(&json!({"hold": "vzcreate"})).await.unwrap();
    let made = world.customer.servers().create(world.order("web")).await.unwrap();
    being_made(&world).await;
    world.server.crash();
    world.fake.order(&json!({"hold": null})).await.unwrap();
    wait_for("the guest to be gone", || async {
        match world.fake.containers().await.unwrap().len() {
            0 => Ok(()),
            count => Err(count.to_string()),
        }
    })
    .await;
    world.restart().await;
    world
        .fail(&made.operation.id, "HYPERVISOR_TASK_FAILED", "exit code 2")
        .await;
    assert_eq!(world.look(&made.server.id).await.state(), v1::ServerState::Failed);
    world.expect_agreement().await;
}

async fn being_made(world: &World) {
    wait_for("the guest to be begun", || async {
        match world.fake.containers().await.unwrap().len() {
            1 => Ok(()),
            count => Err(count.to_string()),
        }
    })
    .await;
}
