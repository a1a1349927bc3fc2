//! The life of a guest on a fake cluster that checks every call against Proxmox VE's schema.

use std::time::Duration;

use hostler_tests::guests::{finished, new_guest};
use hostlerd::adapters::proxmox::{Proxmox, ProxmoxSettings};
use hostlerd::domain::guest::{GuestStatus, NewGuest, TaskKind, TaskRef, TaskStatus};
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::names::ServerName;
use hostlerd::domain::resources::{GIB, MIB};
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::hypervisor::{Hypervisor, HypervisorError, Rejection};
use serde_json::json;

use crate::proxmox::support::{SUCCEEDED, adapter, begin, clock, created, fake, running};

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_lives_from_creation_to_deletion() {
    let Some(fake) = fake(json!({})).await else { return };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    let place = &guest.guest;
    pve.mark(place, &guest.plan).await.unwrap();
    assert!(pve.is_marked(place).await.unwrap());

    let config = fake.container(10_001).await.unwrap()["config"].clone();
    assert_eq!(config["hostname"], "web-10001");
    assert_eq!(config["cmode"], "shell");
    assert_eq!(config["unprivileged"], 1);
    assert_eq!(config["features"], "nesting=1");
    assert_eq!(config["swap"], 512);
    let net0 = config["net0"].as_str().unwrap();
    assert!(
        net0.contains("ip=192.0.2.10/24") && net0.contains("rate=11.921") && net0.contains("hwaddr=02:"),
        "{net0}"
    );

    let seen = pve.guest(10_001).await.unwrap().unwrap();
    assert!(seen.ours);
    assert_eq!(seen.server_id, Some(place.server_id));
    assert_eq!(
        (seen.status, seen.name.as_str()),
        (GuestStatus::Stopped, "web-10001")
    );

    let start = pve.start(place).await.unwrap().unwrap();
    assert_eq!(finished(&pve, &start).await, SUCCEEDED);
    assert_eq!(pve.start(place).await.unwrap(), None);
    assert_eq!(
        pve.guest(10_001).await.unwrap().unwrap().status,
        GuestStatus::Running
    );

    let restart = pve.restart(place, PATIENCE).await.unwrap().unwrap();
    assert_eq!(finished(&pve, &restart).await, SUCCEEDED);
    let shutdown = pve.shutdown(place, PATIENCE, true).await.unwrap().unwrap();
    assert_eq!(finished(&pve, &shutdown).await, SUCCEEDED);
    assert_eq!(pve.shutdown(place, PATIENCE, true).await.unwrap(), None);
    assert_eq!(pve.stop(place).await.unwrap(), None);
    // A guest that is off is restarted by starting it.
    let restart = pve.restart(place, PATIENCE).await.unwrap().unwrap();
    assert_eq!(finished(&pve, &restart).await, SUCCEEDED);
    assert_eq!(
        pve.guest(10_001).await.unwrap().unwrap().status,
        GuestStatus::Running
    );

    let delete = pve.delete(place).await.unwrap().unwrap();
    assert_eq!(finished(&pve, &delete).await, SUCCEEDED);
    assert_eq!(pve.delete(place).await.unwrap(), None);
    assert_eq!(pve.guest(10_001).await.unwrap(), None);
    assert!(matches!(
        pve.start(place).await,
        Err(HypervisorError::NotFound(_))
    ));
    assert!(!pve.is_marked(place).await.unwrap(), "nothing carries no mark");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_ends_a_shutdown_that_is_under_way() {
    let Some(fake) = fake(json!({})).await else { return };
    let pve = adapter(&fake);
    let guest = running(&pve, 10_001).await;
    fake.set_container(10_001, json!({"shutdown_secs": 90}))
        .await
        .unwrap();
    let shutdown = pve
        .shutdown(&guest.guest, Duration::from_secs(5), false)
        .await
        .unwrap()
        .unwrap();
    let TaskStatus::Failed { text, transient } = finished(&pve, &shutdown).await else {
        panic!()
    };
    assert!(text.contains("container did not stop") && !transient, "{text}");
    let stop = pve.stop(&guest.guest).await.unwrap().unwrap();
    assert_eq!(finished(&pve, &stop).await, SUCCEEDED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_under_high_availability_is_stopped_without_what_it_does_not_take() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = running(&pve, 10_001).await;
    fake.set_container(10_001, json!({"ha_state": "started"}))
        .await
        .unwrap();
    let stop = pve.stop(&guest.guest).await.unwrap().unwrap();
    assert_eq!(finished(&pve, &stop).await, SUCCEEDED);
    assert_eq!(
        pve.guest(10_001).await.unwrap().unwrap().status,
        GuestStatus::Stopped
    );
    let found = pve
        .find_task(&guest.guest, TaskKind::Stop, Timestamp::default())
        .await
        .unwrap();
    assert_eq!(found, Some(stop));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_written_where_it_differs_and_the_mac_address_stays() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    let net_before = fake.container(10_001).await.unwrap()["config"]["net0"].clone();
    assert_eq!(
        pve.configured_resources(&guest.guest).await.unwrap(),
        guest.plan.resources
    );

    let writes = || async {
        let requests = fake.requests().await.unwrap();
        requests
            .into_iter()
            .filter(|(method, path, _)| method == "PUT" && path.ends_with("/config"))
            .count()
    };
    pve.configure(&guest.guest, &guest.plan).await.unwrap();
    assert_eq!(writes().await, 0, "nothing differed");

    let mut plan = guest.plan.clone();
    plan.name = ServerName::parse("other").unwrap();
    plan.resources.cpu_millicores = 3000;
    plan.resources.memory_bytes = 256 * MIB;
    plan.network.bytes_per_second = 0;
    plan.network.nameservers.clear();
    pve.configure(&guest.guest, &plan).await.unwrap();
    assert_eq!(writes().await, 1);
    let config = fake.container(10_001).await.unwrap()["config"].clone();
    assert_eq!(
        (config["hostname"].as_str(), config["cores"].as_u64()),
        (Some("other"), Some(3))
    );
    assert_eq!(
        (config["memory"].as_u64(), config["swap"].as_u64()),
        (Some(256), Some(256))
    );
    assert!(config.get("nameserver").is_none());
    let mac = |line: &serde_json::Value| {
        line.as_str()
            .unwrap()
            .split(',')
            .find(|part| part.starts_with("hwaddr="))
            .unwrap()
            .to_owned()
    };
    assert_eq!(mac(&config["net0"]), mac(&net_before));
    assert!(!config["net0"].as_str().unwrap().contains("rate="));
    let resources = pve.configured_resources(&guest.guest).await.unwrap();
    assert_eq!(resources.cpu_millicores, 3000);
    assert_eq!(resources.disk_bytes, guest.plan.resources.disk_bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_grows_to_a_size_and_not_twice() {
    let Some(fake) = fake(json!({})).await else { return };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    let grow = pve.grow_disk(&guest.guest, 6 * GIB).await.unwrap().unwrap();
    assert_eq!(finished(&pve, &grow).await, SUCCEEDED);
    assert_eq!(
        pve.configured_resources(&guest.guest).await.unwrap().disk_bytes,
        6 * GIB
    );
    assert_eq!(pve.grow_disk(&guest.guest, 6 * GIB).await.unwrap(), None);
    let shrink = pve.grow_disk(&guest.guest, 5 * GIB).await;
    assert!(
        matches!(
            shrink,
            Err(HypervisorError::Rejected {
                reason: Rejection::InvalidParameter,
                ..
            })
        ),
        "{shrink:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_are_made_listed_gone_back_to_and_deleted() {
    let Some(fake) = fake(json!({})).await else { return };
    let pve = adapter(&fake);
    let guest = running(&pve, 10_001).await;
    let place = &guest.guest;
    pve.mark(place, &guest.plan).await.unwrap();
    let make = pve
        .snapshot_create(place, "before", "before the update")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(finished(&pve, &make).await, SUCCEEDED);
    assert_eq!(
        pve.snapshot_create(place, "before", "before the update")
            .await
            .unwrap(),
        None
    );
    let other = pve.snapshot_create(place, "before", "something else").await;
    assert!(
        matches!(other, Err(HypervisorError::AlreadyThere(_))),
        "{other:?}"
    );

    let list = pve.snapshots(place).await.unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(
        (list[0].name.as_str(), list[0].description.as_str()),
        ("before", "before the update")
    );
    assert!(!list[0].incomplete && list[0].create_time.is_some());

    let mut plan = guest.plan.clone();
    plan.resources.memory_bytes = 1024 * MIB;
    pve.configure(place, &plan).await.unwrap();
    let back = pve.snapshot_rollback(place, "before").await.unwrap();
    assert_eq!(finished(&pve, &back).await, SUCCEEDED);
    assert_eq!(
        pve.guest(10_001).await.unwrap().unwrap().status,
        GuestStatus::Stopped
    );
    assert_eq!(
        pve.configured_resources(place).await.unwrap().memory_bytes,
        512 * MIB
    );
    pve.configure(place, &plan).await.unwrap();
    assert_eq!(
        pve.configured_resources(place).await.unwrap().memory_bytes,
        1024 * MIB
    );

    let delete = pve.snapshot_delete(place, "before").await.unwrap().unwrap();
    assert_eq!(finished(&pve, &delete).await, SUCCEEDED);
    assert_eq!(pve.snapshot_delete(place, "before").await.unwrap(), None);
    assert!(matches!(
        pve.snapshot_rollback(place, "before").await,
        Err(HypervisorError::NotFound(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_without_snapshots_is_told_before_a_task_begins() {
    let Some(fake) = fake(json!({"time_scale": 0, "storages": {"plain": {"type": "dir"}}})).await else {
        return;
    };
    let pve = Proxmox::new(
        ProxmoxSettings {
            rootfs_storage: "plain".to_owned(),
            ..fake.settings()
        },
        clock(),
    )
    .unwrap();
    let guest = created(&pve, 10_001).await;
    let refused = pve.snapshot_create(&guest.guest, "before", "").await;
    assert!(
        matches!(
            refused,
            Err(HypervisorError::Rejected {
                reason: Rejection::Unsupported,
                ..
            })
        ),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_of_somebody_else_is_never_touched() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let mut guest = running(&pve, 10_001).await;
    guest.guest.server_id = ServerId::generate();
    let place = &guest.guest;
    assert!(!pve.is_marked(place).await.unwrap());
    let before = fake.requests().await.unwrap().len();
    let refusals = [
        pve.start(place).await.map(drop),
        pve.stop(place).await.map(drop),
        pve.shutdown(place, PATIENCE, true).await.map(drop),
        pve.restart(place, PATIENCE).await.map(drop),
        pve.delete(place).await.map(drop),
        pve.mark(place, &guest.plan).await,
        pve.configure(place, &guest.plan).await,
        pve.grow_disk(place, 64 * GIB).await.map(drop),
        pve.snapshot_create(place, "before", "").await.map(drop),
        pve.snapshot_rollback(place, "before").await.map(drop),
        pve.snapshot_delete(place, "before").await.map(drop),
        pve.set_root_password(place, hostler_tests::guests::ROOT_HASH)
            .await,
    ];
    for refusal in refusals {
        let not_ours = matches!(
            refusal,
            Err(HypervisorError::Rejected {
                reason: Rejection::NotOurs,
                ..
            })
        );
        assert!(not_ours, "{refusal:?}");
    }
    let asked = fake.requests().await.unwrap();
    assert!(
        asked.iter().skip(before).all(|(method, _, _)| method == "GET"),
        "{asked:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_task_is_found_by_kind_and_time() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = new_guest("pve1", 10_001).unwrap();
    let nothing = pve
        .find_task(&guest.guest, TaskKind::Create, Timestamp::default())
        .await
        .unwrap();
    assert_eq!(nothing, None);
    let task = begin(&pve, &guest).await;
    let place = &guest.guest;
    let epoch = Timestamp::default();
    assert_eq!(
        pve.find_task(place, TaskKind::Create, epoch).await.unwrap(),
        Some(task.clone())
    );
    assert_eq!(pve.find_task(place, TaskKind::Start, epoch).await.unwrap(), None);
    let later = epoch + Duration::from_secs(4_000_000_000);
    let start = pve.start(place).await.unwrap();
    assert_eq!(pve.find_task(place, TaskKind::Start, epoch).await.unwrap(), start);
    assert_eq!(pve.find_task(place, TaskKind::Start, later).await.unwrap(), None);
    pve.abort_task(&task).await.unwrap();
    let unknown = TaskRef("UPID:pve1:00000001:00000002:00000003:vzcreate:10001:cp@pve!api:".to_owned());
    assert_eq!(pve.task(&unknown).await.unwrap(), TaskStatus::Unknown);
    let nonsense = pve.task(&TaskRef("nonsense".to_owned())).await;
    assert!(
        matches!(nonsense, Err(HypervisorError::NotFound(_))),
        "{nonsense:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn creations_at_the_same_time_give_one_guest() {
    let Some(fake) = fake(json!({})).await else { return };
    let pve = adapter(&fake);
    let guests: Vec<NewGuest> = (0..4).map(|_| new_guest("pve1", 10_001).unwrap()).collect();
    let mut made = 0;
    for result in futures_util::future::join_all(guests.iter().map(|guest| pve.create(guest))).await {
        match result {
            Ok(task) => {
                made += 1;
                assert_eq!(finished(&pve, &task).await, SUCCEEDED);
            }
            Err(error) => assert!(matches!(error, HypervisorError::AlreadyThere(_)), "{error:?}"),
        }
    }
    assert_eq!(made, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_only_token_can_make_mark_and_delete() {
    let Some(fake) = fake(json!({"time_scale": 0, "pools": ["cp"]})).await else {
        return;
    };
    let settings = ProxmoxSettings {
        pool: Some("cp".to_owned()),
        ..fake.settings()
    };
    let pve = Proxmox::new(settings, clock()).unwrap();
    let guest = created(&pve, 10_001).await;
    assert!(
        !pve.guest(10_001).await.unwrap().unwrap().ours,
        "tags come with the mark"
    );
    assert!(pve.is_marked(&guest.guest).await.unwrap());
    pve.mark(&guest.guest, &guest.plan).await.unwrap();
    assert!(pve.guest(10_001).await.unwrap().unwrap().ours);
    assert!(pve.delete(&guest.guest).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_of_the_fake_is_refused_cleanly() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = running(&pve, 10_001).await;
    let refused = pve
        .set_root_password(&guest.guest, hostler_tests::guests::ROOT_HASH)
        .await;
    assert!(
        matches!(
            refused,
            Err(HypervisorError::Rejected {
                reason: Rejection::Unsupported,
                ..
            })
        ),
        "{refused:?}"
    );
}
