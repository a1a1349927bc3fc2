//! What goes wrong on a cluster, and what the caller is told to do about it.

use std::time::Duration;

use hostler_tests::guests::{TEMPLATE, finished, new_guest};
use hostler_tests::wait::wait_for;
use hostlerd::adapters::proxmox::{Proxmox, ProxmoxSettings, TokenSecret};
use hostlerd::domain::guest::{GuestStatus, TaskKind, TaskStatus};
use hostlerd::domain::resources::{GIB, Resources};
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::hypervisor::{Hypervisor, HypervisorError, Rejection};
use serde_json::json;

use crate::proxmox::support::{SUCCEEDED, adapter, begin, clock, created, fake, running};

const SMALL: Resources = Resources {
    cpu_millicores: 1000,
    memory_bytes: GIB,
    disk_bytes: 4 * GIB,
};

fn rejected<T>(result: Result<T, HypervisorError>) -> Rejection {
    match result {
        Err(HypervisorError::Rejected { reason, .. }) => reason,
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_guest_is_busy_and_no_task_is_begun_on_it() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    let place = &guest.guest;
    let mut plan = guest.plan.clone();
    plan.resources.memory_bytes *= 2;
    for lock in [
        "backup",
        "clone",
        "disk",
        "fstrim",
        "migrate",
        "rollback",
        "snapshot",
        "snapshot-delete",
        "mounted",
    ] {
        fake.set_container(10_001, json!({"lock": lock})).await.unwrap();
        let write = pve.configure(place, &plan).await;
        assert!(
            matches!(write, Err(HypervisorError::Busy(_))),
            "{lock}: {write:?}"
        );
        let delete = pve.delete(place).await;
        assert!(
            matches!(delete, Err(HypervisorError::Busy(_))),
            "{lock}: {delete:?}"
        );
        let snapshot = pve.snapshot_create(place, "before", "").await;
        let mounted = lock == "mounted";
        assert!(
            matches!(snapshot, Err(HypervisorError::Busy(_))) || mounted,
            "{lock}: {snapshot:?}"
        );
        if !mounted {
            let start = pve.start(place).await;
            assert!(
                matches!(start, Err(HypervisorError::Busy(_))),
                "{lock}: {start:?}"
            );
        }
        assert_eq!(
            pve.guest(10_001).await.unwrap().unwrap().lock.as_deref(),
            Some(lock)
        );
    }
    assert_eq!(fake.tasks_of(10_001).await.unwrap(), ["vzcreate", "vzsnapshot"]);
    let start = pve.start(place).await.unwrap().unwrap();
    assert_eq!(
        finished(&pve, &start).await,
        TaskStatus::Succeeded { warnings: None }
    );
    fake.call("unlock", json!([10_001])).await.unwrap();
    pve.configure(place, &plan).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_file_lock_is_busy() {
    let Some(fake) = fake(json!({})).await else { return };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    fake.call("hold_config_lock", json!([10_001, null]))
        .await
        .unwrap();
    let mut plan = guest.plan.clone();
    plan.resources.memory_bytes *= 2;
    let write = pve.configure(&guest.guest, &plan).await;
    assert!(matches!(write, Err(HypervisorError::Busy(_))), "{write:?}");
    let start = pve.start(&guest.guest).await.unwrap().unwrap();
    let ended = finished(&pve, &start).await;
    assert!(
        matches!(ended, TaskStatus::Failed { transient: true, .. }),
        "{ended:?}"
    );
    fake.call("release_config_lock", json!([10_001])).await.unwrap();
    pve.configure(&guest.guest, &plan).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_changed_meanwhile_is_read_again() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    let path = "/nodes/pve1/lxc/10001/config";
    let changed = "detected modified configuration - file changed by other user? Try again.";
    let mut plan = guest.plan.clone();
    plan.resources.memory_bytes *= 2;
    fake.fail("PUT", path, 500, changed, 2).await.unwrap();
    pve.configure(&guest.guest, &plan).await.unwrap();
    assert_eq!(
        pve.configured_resources(&guest.guest).await.unwrap(),
        plan.resources
    );
    plan.resources.memory_bytes *= 2;
    fake.fail("PUT", path, 500, changed, 9).await.unwrap();
    let write = pve.configure(&guest.guest, &plan).await;
    assert!(matches!(write, Err(HypervisorError::Busy(_))), "{write:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_will_not_start_says_why() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    let error = "command 'systemctl start pve-container@10001' failed: exit code 1";
    fake.set_container(10_001, json!({"start_error": error}))
        .await
        .unwrap();
    let start = pve.start(&guest.guest).await.unwrap().unwrap();
    let TaskStatus::Failed { text, transient } = finished(&pve, &start).await else {
        panic!()
    };
    assert!(text.contains("exit code 1") && !transient, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_creation_is_stuck_until_somebody_unlocks_it() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    let place = &guest.guest;
    // What a worker that was killed leaves: no name, no description, only the lock.
    fake.set_container(10_001, json!({"config": {"lock": "create"}}))
        .await
        .unwrap();
    assert!(!pve.is_marked(place).await.unwrap());
    assert_eq!(rejected(pve.delete(place).await), Rejection::StuckLock);
    assert_eq!(rejected(pve.start(place).await), Rejection::StuckLock);
    fake.call("unlock", json!([10_001])).await.unwrap();
    assert_eq!(rejected(pve.start(place).await), Rejection::NotOurs);
    let delete = pve.delete(place).await.unwrap().unwrap();
    assert_eq!(finished(&pve, &delete).await, SUCCEEDED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_token_is_refused_once_and_remembered() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let settings = ProxmoxSettings {
        token_secret: TokenSecret::new("wrong"),
        ..fake.settings()
    };
    let pve = Proxmox::new(settings, clock()).unwrap();
    for _ in 0..3 {
        assert_eq!(rejected(pve.inventory().await), Rejection::Unauthenticated);
    }
    assert_eq!(fake.requests().await.unwrap().len(), 1);
    let findings = pve.check().await;
    assert!(
        findings.len() == 1 && findings[0].advice.contains("token_secret"),
        "{findings:?}"
    );
    assert!(!pve.status().await.available);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_privilege_names_itself() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let mut guest = new_guest("pve1", 10_001).unwrap();
    guest.plan.network.bridge = "vmbr9".to_owned();
    let Err(HypervisorError::Rejected {
        reason: Rejection::Forbidden,
        text,
    }) = pve.create(&guest).await
    else {
        panic!()
    };
    assert!(
        text.contains("/sdn/zones/localnetwork/vmbr9") && text.contains("SDN.Use"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_creation_that_did_not_happen_leaves_the_vmid_free() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = new_guest("pve1", 10_001).unwrap();
    fake.fail("POST", "/nodes/pve1/lxc", 596, "Connection timed out", 1)
        .await
        .unwrap();
    let lost = pve.create(&guest).await;
    assert!(matches!(lost, Err(HypervisorError::Unavailable(_))), "{lost:?}");
    let epoch = Timestamp::default();
    assert_eq!(
        pve.find_task(&guest.guest, TaskKind::Create, epoch)
            .await
            .unwrap(),
        None
    );
    assert_eq!(pve.guest(10_001).await.unwrap(), None);
    begin(&pve, &guest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_creation_that_did_happen_is_recognised() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    // Another process of ours, which never saw the answer.
    let pve = adapter(&fake);
    let again = pve.create(&guest).await;
    assert!(
        matches!(again, Err(HypervisorError::AlreadyThere(_))),
        "{again:?}"
    );
    let found = pve
        .find_task(&guest.guest, TaskKind::Create, Timestamp::default())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(finished(&pve, &found).await, SUCCEEDED);
    assert!(pve.is_marked(&guest.guest).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_quorum_nothing_is_changed_and_nothing_is_called_gone() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    let absent = new_guest("pve1", 10_002).unwrap();
    fake.call("lose_quorum", json!([])).await.unwrap();
    let start = pve.start(&guest.guest).await;
    assert!(matches!(start, Err(HypervisorError::Unavailable(_))), "{start:?}");
    let looked = pve.guest(10_002).await;
    assert!(
        matches!(looked, Err(HypervisorError::Unavailable(_))),
        "{looked:?}"
    );
    let delete = pve.delete(&absent.guest).await;
    assert!(
        matches!(delete, Err(HypervisorError::Unavailable(_))),
        "{delete:?}"
    );
    fake.call("regain_quorum", json!([])).await.unwrap();
    assert_eq!(pve.guest(10_002).await.unwrap(), None);
    assert_eq!(pve.delete(&absent.guest).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_away_makes_its_guests_unavailable_and_not_gone() {
    let Some(fake) = fake(json!({"time_scale": 0, "nodes": ["pve2", "pve3"]})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = new_guest("pve2", 10_001).unwrap();
    begin(&pve, &guest).await;
    fake.call("set_node_offline", json!(["pve2"])).await.unwrap();
    let start = pve.start(&guest.guest).await;
    assert!(matches!(start, Err(HypervisorError::Unavailable(_))), "{start:?}");
    let delete = pve.delete(&guest.guest).await;
    assert!(
        matches!(delete, Err(HypervisorError::Unavailable(_))),
        "{delete:?}"
    );
    assert_eq!(
        pve.guest(10_001).await.unwrap().unwrap().status,
        GuestStatus::Unknown
    );
    assert_ne!(pve.choose_node(&SMALL).await.unwrap(), "pve2");
    let elsewhere = pve.create(&new_guest("pve2", 10_002).unwrap()).await;
    assert!(
        matches!(elsewhere, Err(HypervisorError::Unavailable(_))),
        "{elsewhere:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_moved_is_found_on_its_new_node() {
    let Some(fake) = fake(json!({"nodes": ["pve2"]})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    fake.call("migrate", json!([10_001, "pve2", 0])).await.unwrap();
    wait_for("the move", || async {
        let node = fake.container(10_001).await.unwrap()["node"].clone();
        if node == "pve2" {
            Ok(())
        } else {
            Err(node.to_string())
        }
    })
    .await;
    // The reference still names the old node, and so does what the adapter remembers.
    let start = pve.start(&guest.guest).await.unwrap().unwrap();
    assert!(start.0.starts_with("UPID:pve2:"), "{start:?}");
    assert_eq!(finished(&pve, &start).await, SUCCEEDED);
    assert_eq!(pve.snapshots(&guest.guest).await.unwrap(), []);
    assert_eq!(pve.guest(10_001).await.unwrap().unwrap().node, "pve2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vmid_that_somebody_has_is_told_and_left_alone() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    fake.call("add_ct", json!([10_001, "foreign"])).await.unwrap();
    fake.call("add_vm", json!([10_002, "machine"])).await.unwrap();
    for vmid in [10_001, 10_002] {
        let guest = new_guest("pve1", vmid).unwrap();
        let made = pve.create(&guest).await;
        assert!(matches!(made, Err(HypervisorError::AlreadyThere(_))), "{made:?}");
        let seen = pve.guest(vmid).await.unwrap().unwrap();
        assert!(!seen.ours && seen.server_id.is_none());
    }
    let foreign = new_guest("pve1", 10_001).unwrap();
    assert_eq!(rejected(pve.delete(&foreign.guest).await), Rejection::NotOurs);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_storage_and_a_missing_template_are_told_apart() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let mut guest = new_guest("pve1", 10_001).unwrap();
    guest.template = "haiku.tar.zst".to_owned();
    assert_eq!(rejected(pve.create(&guest).await), Rejection::Template);
    // By volume id only its task finds out.
    guest.template = "local:vztmpl/haiku.tar.zst".to_owned();
    let task = begin(&pve, &guest).await;
    let TaskStatus::Failed { text, transient } = finished(&pve, &task).await else {
        panic!()
    };
    assert!(text.contains("does not exist") && !transient, "{text}");
    guest.template = format!("local:vztmpl/{TEMPLATE}");
    begin(&pve, &guest).await;

    fake.order(&json!({"storage": "fast", "set": {"avail": GIB}}))
        .await
        .unwrap();
    assert_eq!(rejected(pve.choose_node(&SMALL).await), Rejection::Storage);
    fake.order(&json!({"storage": "fast", "set": {"avail": 40 * GIB, "active": 0}}))
        .await
        .unwrap();
    assert_eq!(rejected(pve.choose_node(&SMALL).await), Rejection::Storage);
    fake.order(&json!({"storage": "fast", "set": {"active": 1}}))
        .await
        .unwrap();
    assert_eq!(pve.choose_node(&SMALL).await.unwrap(), "pve1");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_down_is_passed_over() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let mut settings = fake.settings();
    // Nobody listens on the discard port.
    settings.endpoints.insert(0, "https://127.0.0.1:9".to_owned());
    let pve = Proxmox::new(settings, clock()).unwrap();
    created(&pve, 10_001).await;
    assert_eq!(pve.inventory().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_drops_connections_costs_answers_and_never_doubles_a_write() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = created(&pve, 10_001).await;
    fake.order(&json!({"call": "flaky_network", "kw": {"drop_rate": 0.4, "seed": 7}}))
        .await
        .unwrap();
    let mut answered = 0;
    for round in 0..40 {
        let turn = if round % 2 == 0 {
            pve.start(&guest.guest).await
        } else {
            pve.stop(&guest.guest).await
        };
        match turn {
            Ok(_) => answered += 1,
            Err(HypervisorError::Unavailable(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(answered > 0);
    let posts = fake
        .requests()
        .await
        .unwrap()
        .into_iter()
        .filter(|(method, path, _)| method == "POST" && path.contains("/status/"));
    assert!(posts.count() <= 40);
    fake.order(&json!({"call": "flaky_network"})).await.unwrap();
    assert!(pve.inventory().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_never_comes_is_given_up_on() {
    let Some(fake) = fake(json!({})).await else { return };
    let settings = ProxmoxSettings {
        request_timeout: Duration::from_millis(300),
        ..fake.settings()
    };
    let pve = Proxmox::new(settings, clock()).unwrap();
    fake.order(&json!({"call": "flaky_network", "kw": {"hang_rate": 1.0}}))
        .await
        .unwrap();
    let asked = pve.inventory().await;
    assert!(matches!(asked, Err(HypervisorError::Unavailable(_))), "{asked:?}");
    let made = pve.create(&new_guest("pve1", 10_001).unwrap()).await;
    assert!(matches!(made, Err(HypervisorError::Unavailable(_))), "{made:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_proxy_is_no_answer() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    let guest = running(&pve, 10_001).await;
    let page = json!({"call": "fail", "args": ["GET", "/cluster/resources", 502, "<html>Bad Gateway</html>"], "kw": {"html": true, "times": 1}});
    fake.order(&page).await.unwrap();
    let asked = pve.inventory().await;
    assert!(matches!(asked, Err(HypervisorError::Unavailable(_))), "{asked:?}");
    assert!(pve.is_marked(&guest.guest).await.unwrap());
}
