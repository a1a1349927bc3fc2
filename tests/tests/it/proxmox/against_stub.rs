//! What the fake cluster lacks: the real server's manners, its loose types and its odd ends.

use std::time::Duration;

use hostler_tests::guests::new_guest;
use hostler_tests::pve_stub::{Answer, PveStub};
use hostlerd::adapters::proxmox::Proxmox;
use hostlerd::domain::guest::{Guest, GuestStatus, TaskKind, TaskRef, TaskStatus};
use hostlerd::domain::resources::{GIB, MIB, Resources};
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::hypervisor::{Hypervisor, HypervisorError, Rejection};
use serde_json::{Value, json};

use crate::proxmox::support::{marked, row, stub_adapter as adapter, upid};

const LISTING: &str = "GET /cluster/resources";
const CONFIG: &str = "GET /nodes/pve1/lxc/10001/config";
const NODES: &str = "GET /nodes";
const SMALL: Resources = Resources {
    cpu_millicores: 1000,
    memory_bytes: GIB,
    disk_bytes: GIB,
};

async fn ended(stub: &PveStub, pve: &Proxmox, kind: &str, status: &Value) -> TaskStatus {
    let upid = upid(kind);
    stub.on_data(&format!("GET /nodes/pve1/tasks/{upid}/status"), status);
    pve.task(&TaskRef(upid)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_only_warned_has_succeeded() {
    let stub = PveStub::start().await.unwrap();
    let pve = adapter(&stub);
    let log = json!([{"n": "1", "t": "extracting archive"}, {"n": 2, "t": "WARN: Systemd 257 detected. You may need to enable nesting."}, {"n": 3, "t": "TASK WARNINGS: 1"}]);
    stub.on_data(&format!("GET /nodes/pve1/tasks/{}/log", upid("vzcreate")), &log);
    let warned = ended(
        &stub,
        &pve,
        "vzcreate",
        &json!({"status": "stopped", "exitstatus": "WARNINGS: 1"}),
    )
    .await;
    let TaskStatus::Succeeded { warnings: Some(text) } = warned else {
        panic!("{warned:?}")
    };
    assert!(text.starts_with("Systemd 257"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_whose_worker_was_killed_ended_in_the_unknown() {
    let stub = PveStub::start().await.unwrap();
    let pve = adapter(&stub);
    for status in [
        json!({"status": "stopped", "exitstatus": "unexpected status"}),
        json!({"status": "stopped"}),
        json!(null),
    ] {
        assert_eq!(ended(&stub, &pve, "vzcreate", &status).await, TaskStatus::Unknown);
    }
    let running = ended(&stub, &pve, "vzcreate", &json!({"status": "running"})).await;
    assert_eq!(running, TaskStatus::Running { percent: None });
    let upid = upid("vzcreate");
    let gone = json!({"errors": {"upid": "no such task"}, "message": "Parameter verification failed.\n"})
        .to_string();
    stub.on(
        &format!("GET /nodes/pve1/tasks/{upid}/status"),
        Answer::raw(400, gone),
    );
    assert_eq!(pve.task(&TaskRef(upid)).await.unwrap(), TaskStatus::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resize_that_left_the_file_system_small_has_failed() {
    let stub = PveStub::start().await.unwrap();
    let pve = adapter(&stub);
    let log =
        json!([{"n": 1, "t": "Failed to update the container's filesystem: command 'resize2fs' failed"}]);
    stub.on_data(&format!("GET /nodes/pve1/tasks/{}/log", upid("resize")), &log);
    let grown = ended(
        &stub,
        &pve,
        "resize",
        &json!({"status": "stopped", "exitstatus": "OK"}),
    )
    .await;
    assert!(
        matches!(grown, TaskStatus::Failed { transient: false, .. }),
        "{grown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_start_brings_the_end_of_its_log() {
    let stub = PveStub::start().await.unwrap();
    let pve = adapter(&stub);
    stub.on_data(
        &format!("GET /nodes/pve1/tasks/{}/log", upid("vzstart")),
        &json!([{"n": 1, "t": "bridge 'vmbr9' does not exist"}]),
    );
    let exit = "command 'systemctl start pve-container@10001' failed: exit code 1";
    let failed = ended(
        &stub,
        &pve,
        "vzstart",
        &json!({"status": "stopped", "exitstatus": exit}),
    )
    .await;
    let TaskStatus::Failed { text, .. } = failed else {
        panic!("{failed:?}")
    };
    assert!(text.contains("bridge 'vmbr9' does not exist"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn live_figures_are_read_however_they_are_written() {
    let stub = PveStub::start().await.unwrap();
    let mut running = row("running");
    let figures = json!({"cpu": -0.0024, "maxcpu": "2", "mem": "33554432.0", "maxmem": 512 * MIB, "disk": 7, "maxdisk": 2_040_373_248_u64,
        "netin": "516", "netout": 266, "diskread": null, "diskwrite": "0", "uptime": "59", "tags": "web;hostler", "hastate": ""});
    running
        .as_object_mut()
        .unwrap()
        .extend(figures.as_object().unwrap().clone());
    stub.on_data(
        LISTING,
        &json!([running, {"type": "storage", "storage": "fast"}, 3, null]),
    );
    let guests: Vec<Guest> = adapter(&stub).inventory().await.unwrap();
    assert_eq!(guests.len(), 1);
    assert!(guests[0].ours && guests[0].server_id.is_none());
    // A little below zero at times, just after a restart: what may be made of it is not the adapter's to say.
    assert_eq!(guests[0].usage.cpu_ratio, Some(-0.0024));
    assert_eq!(
        (guests[0].usage.memory_bytes, guests[0].usage.network_in_bytes),
        (Some(32 * MIB), Some(516))
    );
    assert_eq!(guests[0].usage.disk_read_bytes, None);
    assert_eq!(guests[0].usage.uptime, Some(Duration::from_secs(59)));
    assert_eq!(guests[0].resources.cpu_millicores, 2000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_with_a_line_break_at_its_end_is_a_mark() {
    let stub = PveStub::start().await.unwrap();
    let guest = marked(&stub);
    let pve = adapter(&stub);
    assert!(pve.is_marked(&guest.guest).await.unwrap());
    let resources = pve.configured_resources(&guest.guest).await.unwrap();
    assert_eq!(
        resources,
        Resources {
            cpu_millicores: 1500,
            memory_bytes: 512 * MIB,
            disk_bytes: 4 * GIB
        }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn fresh_state_comes_from_the_node_and_a_starting_guest_is_unavailable() {
    let stub = PveStub::start().await.unwrap();
    let current = "GET /nodes/pve1/lxc/10001/status/current";
    stub.on_data(LISTING, &json!([row("running")]));
    stub.on_data(
        current,
        &json!({"status": "stopped", "lock": "backup", "uptime": "0"}),
    );
    let pve = adapter(&stub);
    let guest = pve.guest(10_001).await.unwrap().unwrap();
    assert_eq!(
        (guest.status, guest.lock.as_deref()),
        (GuestStatus::Stopped, Some("backup"))
    );
    stub.on(current, Answer::reason(596, "Connection timed out"));
    assert!(matches!(
        pve.guest(10_001).await,
        Err(HypervisorError::Unavailable(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_rights_on_a_pool_only_a_half_made_guest_is_not_gone() {
    let stub = PveStub::start().await.unwrap();
    let refused = "Permission check failed (/vms/10001, VM.Audit)";
    let guest = new_guest("pve1", 10_001).unwrap().guest;
    stub.on(CONFIG, Answer::failure(403, refused));
    stub.on_data(LISTING, &json!([]));
    stub.on(
        "GET /cluster/status",
        Answer::failure(403, "Permission check failed (/, Sys.Audit)"),
    );
    stub.on_data(NODES, &json!([{"node": "pve1", "status": "online"}]));
    let taken = json!({"errors": {"vmid": "VM 10001 already exists\n"}, "message": "Parameter verification failed.\n"});
    stub.on("GET /cluster/nextid", Answer::raw(400, taken.to_string()));
    let tasks = "GET /nodes/pve1/tasks";
    let pve = adapter(&stub);

    stub.on_data(
        tasks,
        &json!([{"upid": upid("vzcreate"), "user": "cp@pve", "tokenid": "api"}]),
    );
    assert!(matches!(pve.delete(&guest).await, Err(HypervisorError::Busy(_))));
    assert_eq!(
        pve.guest(10_001).await.unwrap().unwrap().lock.as_deref(),
        Some("create")
    );

    stub.on_data(
        tasks,
        &json!([{"upid": upid("vzcreate"), "status": "unexpected status", "user": "cp@pve"}]),
    );
    let stuck = pve.delete(&guest).await.unwrap_err();
    assert!(
        matches!(&stuck, HypervisorError::Rejected { reason: Rejection::StuckLock, text } if text.contains("pct unlock 10001")),
        "{stuck:?}"
    );

    stub.on_data(tasks, &json!([]));
    let foreign = pve.delete(&guest).await.unwrap_err();
    assert!(
        matches!(
            foreign,
            HypervisorError::Rejected {
                reason: Rejection::Forbidden,
                ..
            }
        ),
        "{foreign:?}"
    );

    stub.on_data("GET /cluster/nextid", &json!("10001"));
    assert_eq!(pve.delete(&guest).await.unwrap(), None);
    assert_eq!(pve.guest(10_001).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_whose_worker_was_killed_is_stuck() {
    let stub = PveStub::start().await.unwrap();
    let guest = marked(&stub);
    let tasks = "GET /nodes/pve1/tasks";
    stub.on(
        "POST /nodes/pve1/lxc/10001/status/start",
        Answer::failure(500, "CT is locked (snapshot)"),
    );
    let pve = adapter(&stub);
    stub.on_data(
        tasks,
        &json!([{"upid": upid("vzsnapshot"), "status": "unexpected status"}]),
    );
    let stuck = pve.start(&guest.guest).await.unwrap_err();
    assert!(
        matches!(
            stuck,
            HypervisorError::Rejected {
                reason: Rejection::StuckLock,
                ..
            }
        ),
        "{stuck:?}"
    );
    stub.on_data(tasks, &json!([{"upid": upid("vzsnapshot")}]));
    assert!(matches!(
        pve.start(&guest.guest).await,
        Err(HypervisorError::Busy(_))
    ));
    let anothers = upid("vzsnapshot").replace("cp@pve!api", "root@pam");
    stub.on_data(tasks, &json!([{"upid": anothers, "status": "unexpected status"}]));
    assert!(matches!(
        pve.start(&guest.guest).await,
        Err(HypervisorError::Busy(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_task_that_makes_a_guest_is_found_whatever_time_its_node_thinks_it_is() {
    let stub = PveStub::start().await.unwrap();
    let guest = new_guest("pve1", 10_001).unwrap().guest;
    stub.on_data(
        "GET /nodes/pve1/tasks",
        &json!([{"upid": upid("vzcreate")}, {"upid": upid("vzstart")}]),
    );
    let pve = adapter(&stub);
    // Both tasks began at 0x6740F1A2 by the node's clock, an hour before the call by ours.
    let since = Timestamp::from_micros((0x6740_F1A2 + 3600) * 1_000_000);
    let create = pve.find_task(&guest, TaskKind::Create, since).await.unwrap();
    assert_eq!(create, Some(TaskRef(upid("vzcreate"))));
    assert_eq!(pve.find_task(&guest, TaskKind::Start, since).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_under_way_is_taken_over() {
    let stub = PveStub::start().await.unwrap();
    let guest = new_guest("pve1", 10_001).unwrap().guest;
    stub.on_data(CONFIG, &json!({"lock": "destroyed", "digest": "d"}));
    stub.on_data("GET /nodes/pve1/tasks", &json!([{"upid": upid("vzdestroy")}]));
    assert_eq!(
        adapter(&stub).delete(&guest).await.unwrap(),
        Some(TaskRef(upid("vzdestroy")))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn zfs_goes_back_to_the_newest_snapshot_only() {
    let stub = PveStub::start().await.unwrap();
    let guest = marked(&stub);
    let list = json!([{"name": "old", "snaptime": 1}, {"name": "new", "snaptime": 2, "parent": "old"}, {"name": "current", "parent": "new"}]);
    stub.on_data("GET /nodes/pve1/lxc/10001/snapshot", &list);
    stub.on_data(
        "GET /nodes/pve1/storage",
        &json!([{"storage": "fast", "type": "zfspool"}]),
    );
    for name in ["old", "new"] {
        stub.on_data(
            &format!("POST /nodes/pve1/lxc/10001/snapshot/{name}/rollback"),
            &json!(upid("vzrollback")),
        );
    }
    let pve = adapter(&stub);
    let refused = pve.snapshot_rollback(&guest.guest, "old").await.unwrap_err();
    assert!(
        matches!(&refused, HypervisorError::Rejected { reason: Rejection::Unsupported, text } if text.contains("new")),
        "{refused:?}"
    );
    pve.snapshot_rollback(&guest.guest, "new").await.unwrap();
    stub.on_data(
        "GET /nodes/pve1/storage",
        &json!([{"storage": "fast", "type": "btrfs"}]),
    );
    pve.snapshot_rollback(&guest.guest, "old").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfamiliar_storage_is_asked_whether_it_takes_snapshots() {
    let stub = PveStub::start().await.unwrap();
    let guest = marked(&stub);
    let feature = "GET /nodes/pve1/lxc/10001/feature";
    stub.on_data(
        "GET /nodes/pve1/lxc/10001/snapshot",
        &json!([{"name": "current"}]),
    );
    stub.on_data("POST /nodes/pve1/lxc/10001/snapshot", &json!(upid("vzsnapshot")));
    stub.on_data(
        "GET /nodes/pve1/storage",
        &json!([{"storage": "fast", "type": "someplugin"}]),
    );
    stub.on_data(feature, &json!({"hasFeature": "0"}));
    let pve = adapter(&stub);
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
    stub.on_data(feature, &json!({"hasFeature": 1}));
    assert!(
        pve.snapshot_create(&guest.guest, "before", "")
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_right_to_see_memory_the_least_promised_node_is_chosen() {
    let stub = PveStub::start().await.unwrap();
    stub.on_data(NODES, &json!([{"node": "pve1", "status": "online"}, {"node": "pve2", "status": "online"}, {"node": "pve3", "status": "offline"}]));
    for node in ["pve1", "pve2"] {
        let storage = json!([{"storage": "fast", "type": "btrfs", "content": "images,rootdir", "active": "1", "enabled": 1, "avail": "99999999999"}]);
        stub.on_data(&format!("GET /nodes/{node}/storage"), &storage);
    }
    let promised = json!([{"type": "lxc", "vmid": 1, "node": "pve1", "maxmem": 2 * GIB}, {"type": "lxc", "vmid": 2, "node": "pve2", "maxmem": GIB}]);
    stub.on_data(LISTING, &promised);
    assert_eq!(adapter(&stub).choose_node(&SMALL).await.unwrap(), "pve2");
}

const STORAGE_OF_PVE1: &str = "GET /nodes/pve1/storage";
const STORAGE_OF_PVE2: &str = "GET /nodes/pve2/storage";

/// Two nodes online, of which the first has more memory free and does not tell what storage it has.
async fn a_cluster_with_a_silent_node(silence: Answer) -> PveStub {
    let stub = PveStub::start().await.unwrap();
    let node =
        |name: &str, used: u64| json!({"node": name, "status": "online", "mem": used, "maxmem": 8 * GIB});
    stub.on_data(NODES, &json!([node("pve1", 0), node("pve2", 4 * GIB)]));
    stub.on(STORAGE_OF_PVE1, silence);
    stub.on_data(LISTING, &json!([]));
    stub
}

/// What a node behind the endpoint that does not answer looks like.
fn silences() -> [Answer; 4] {
    [
        Answer::reason(595, "No route to host"),
        Answer::reason(596, "Connection timed out"),
        Answer::dropped(),
        Answer::data(&json!([])).after(Duration::from_secs(60)),
    ]
}

fn storage(name: &str) -> Value {
    json!([{"storage": name, "type": "btrfs", "content": "images,rootdir", "active": 1, "enabled": 1, "avail": 40 * GIB}])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_placed_on_a_node_that_answered_while_another_is_silent() {
    for silence in silences() {
        let stub = a_cluster_with_a_silent_node(silence.clone()).await;
        stub.on_data(STORAGE_OF_PVE2, &storage("fast"));
        let chosen = adapter(&stub).choose_node(&SMALL).await;
        assert_eq!(chosen.unwrap(), "pve2", "{silence:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_of_the_nodes_that_answer_are_offered_while_another_is_silent() {
    for silence in silences() {
        let stub = a_cluster_with_a_silent_node(silence.clone()).await;
        let stored =
            json!([{"storage": "local", "type": "dir", "content": "vztmpl", "active": 1, "enabled": 1}]);
        stub.on_data(STORAGE_OF_PVE2, &stored);
        let kept = json!([{"volid": "local:vztmpl/debian-13.tar.zst", "size": 1}]);
        stub.on_data("GET /nodes/pve2/storage/local/content", &kept);
        let pve = adapter(&stub);
        let offered = pve.templates().await.unwrap();
        let offered: Vec<_> = offered
            .iter()
            .map(|template| (template.node.as_str(), template.name.as_str()))
            .collect();
        assert_eq!(offered, [("pve2", "debian-13.tar.zst")], "{silence:?}");

        stub.on(STORAGE_OF_PVE2, silence.clone());
        let nothing_known = pve.templates().await;
        assert!(
            matches!(nothing_known, Err(HypervisorError::Unavailable(_))),
            "{silence:?}: {nothing_known:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_storage_is_called_missing_before_every_node_has_answered() {
    for silence in silences() {
        let stub = a_cluster_with_a_silent_node(silence.clone()).await;
        stub.on_data(STORAGE_OF_PVE2, &storage("slow"));
        let pve = adapter(&stub);
        let unknown = pve.choose_node(&SMALL).await;
        assert!(
            matches!(unknown, Err(HypervisorError::Unavailable(_))),
            "{silence:?}: {unknown:?}"
        );
        stub.on_data(STORAGE_OF_PVE1, &storage("slow"));
        let missing = pve.choose_node(&SMALL).await;
        assert!(
            matches!(
                missing,
                Err(HypervisorError::Rejected {
                    reason: Rejection::Storage,
                    ..
                })
            ),
            "{silence:?}: {missing:?}"
        );
    }
}
