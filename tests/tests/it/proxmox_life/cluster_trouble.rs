//! Clusters that are not whole: no quorum, nodes away, guests that move, numbers taken, storages full, templates gone.

use hostler_client::v1;
use hostler_tests::wait::wait_for;
use serde_json::json;

use crate::proxmox_life::acts::Act;
use crate::proxmox_life::world::{Setting, World, expect_error, vmid};

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_without_quorum_is_waited_for() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    for act in [Act::Create, Act::Start, Act::Resize, Act::Snapshot, Act::Delete] {
        let mut stage = act.stage(&world, &format!("{act:?}").to_lowercase()).await;
        world.fake.call("lose_quorum", json!([])).await.unwrap();
        let operation = stage.ask(&world, act).await;
        world.has_failed_once(&operation).await;
        world.fake.call("regain_quorum", json!([])).await.unwrap();
        world.succeed(&operation).await;
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_without_quorum_for_long_is_stuck_and_cleaned_up_at_the_retry() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    let mut stage = Act::Create.stage(&world, "web").await;
    world.fake.call("lose_quorum", json!([])).await.unwrap();
    let operation = stage.ask(&world, Act::Create).await;
    let ended = world.end(&operation).await;
    assert_eq!(ended.state(), v1::OperationState::Stuck, "{ended:#?}");
    expect_error(&ended, "HYPERVISOR_UNAVAILABLE", "no quorum");
    world.fake.call("regain_quorum", json!([])).await.unwrap();
    world.retry(&operation).await;
    world
        .fail(&operation, "HYPERVISOR_UNAVAILABLE", "no quorum")
        .await;
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_away_gets_no_new_guests_and_its_own_are_waited_for() {
    let setting = Setting {
        nodes: vec!["pve2"],
        ..Setting::default()
    };
    let Some(world) = World::start(setting).await else {
        return;
    };
    let mut stage = Act::Start.stage(&world, "web").await;
    let server = world.look(&stage.server_id).await;
    let node = server.placement.unwrap().node;
    world.fake.call("set_node_offline", json!([node])).await.unwrap();
    let operation = stage.ask(&world, Act::Start).await;
    world.has_failed_once(&operation).await;

    let (elsewhere, _) = world.server_named("elsewhere", true).await;
    assert_ne!(elsewhere.placement.unwrap().node, node);

    world
        .fake
        .call("set_node_offline", json!([node, false]))
        .await
        .unwrap();
    world.succeed(&operation).await;
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_moved_is_followed_and_its_row_tells_where_to() {
    let setting = Setting {
        nodes: vec!["pve2"],
        ..Setting::default()
    };
    let Some(world) = World::start(setting).await else {
        return;
    };
    for act in Act::ALL.into_iter().filter(|act| *act != Act::Create) {
        let mut stage = act.stage(&world, &format!("{act:?}").to_lowercase()).await;
        let old = world.look(&stage.server_id).await.placement.unwrap().node;
        let new = if old == "pve1" { "pve2" } else { "pve1" };
        world
            .fake
            .call("migrate", json!([stage.vmid, new, 0]))
            .await
            .unwrap();
        wait_for("the move", || async {
            let guest = world.fake.container(stage.vmid.unwrap()).await.unwrap();
            if guest["node"] == new {
                Ok(())
            } else {
                Err(guest.to_string())
            }
        })
        .await;
        let operation = stage.ask(&world, act).await;
        world.succeed(&operation).await;
    }
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_somebody_has_is_passed_over() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    let (_, last) = world.server_named("first", false).await;
    world
        .fake
        .call("add_ct", json!([last + 1, "foreign"]))
        .await
        .unwrap();
    world
        .fake
        .call("add_vm", json!([last + 2, "machine"]))
        .await
        .unwrap();
    let (_, next) = world.server_named("second", true).await;
    assert_eq!(next, last + 3);
    let foreign = world.fake.container(last + 1).await.unwrap();
    assert_eq!(
        (&foreign["name"], &foreign["status"]),
        (&json!("foreign"), &json!("stopped"))
    );
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_storage_fails_a_creation_before_or_while_it_is_made() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    let full =
        "unable to create CT 10001 - zfs error: cannot create 'fast/subvol-10001-disk-0': out of space";
    let mut stage = Act::Create.stage(&world, "while").await;
    world.fake.doom("vzcreate", None, full).await.unwrap();
    let operation = stage.ask(&world, Act::Create).await;
    world
        .fail(&operation, "HYPERVISOR_TASK_FAILED", "out of space")
        .await;

    let room = |bytes: u64| json!({"storage": "fast", "set": {"avail": bytes}});
    world.fake.order(&room(1 << 30)).await.unwrap();
    let mut stage = Act::Create.stage(&world, "before").await;
    let operation = stage.ask(&world, Act::Create).await;
    world
        .fail(&operation, "HYPERVISOR_STORAGE", "has no 8 GiB free")
        .await;
    world.fake.order(&room(100 << 30)).await.unwrap();
    world.server_named("after", true).await;
    world.expect_agreement().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_is_gone_fails_a_creation() {
    let Some(world) = World::start(Setting::impatient()).await else {
        return;
    };
    for (number, system) in world.systems.iter().enumerate() {
        let name = &system.template;
        let order = v1::CreateServerRequest {
            operating_system_id: system.id.clone(),
            ..world.order(&format!("web-{number}"))
        };
        world
            .fake
            .order(&json!({"remove_template": ["local", name]}))
            .await
            .unwrap();
        let made = world.customer.servers().create(order).await.unwrap();
        world
            .fail(&made.operation.id, "TEMPLATE_MISSING", "has no template")
            .await;
        assert!(vmid(&world.look(&made.server.id).await).is_some());
    }
    world.expect_agreement().await;
}
