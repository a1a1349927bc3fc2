//! Points in time to go back to.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::expect_refusal;
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;

fn take(server_id: &str, name: &str) -> v1::CreateSnapshotRequest {
    v1::CreateSnapshotRequest {
        server_id: server_id.to_owned(),
        name: name.to_owned(),
        description: "before the change".to_owned(),
        ..Default::default()
    }
}

fn restore(snapshot_id: &str) -> v1::RestoreSnapshotRequest {
    v1::RestoreSnapshotRequest {
        snapshot_id: snapshot_id.to_owned(),
        start_after: true,
        ..Default::default()
    }
}

fn delete(snapshot_id: &str) -> v1::DeleteSnapshotRequest {
    v1::DeleteSnapshotRequest {
        snapshot_id: snapshot_id.to_owned(),
        ..Default::default()
    }
}

async fn list(api: &Api, server_id: &str) -> Vec<v1::Snapshot> {
    let request = v1::ListSnapshotsRequest {
        server_id: server_id.to_owned(),
        ..Default::default()
    };
    api.snapshots()
        .list_snapshots(request)
        .await
        .expect("a list")
        .into_inner()
        .snapshots
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_taken_listed_restored_and_deleted() {
    let server = TestServer::start().await;
    let api = server.caller("alice@example.org", Role::Customer).await;
    let web = api.running_server("web").await;
    let (first, second) = (
        api.snapshot(&web.id, "first").await,
        api.snapshot(&web.id, "second").await,
    );
    assert_eq!(first.state(), v1::SnapshotState::Ready);
    let names: Vec<_> = list(&api, &web.id)
        .await
        .into_iter()
        .map(|snapshot| snapshot.name)
        .collect();
    assert_eq!(names, ["second", "first"]);

    let restored = api
        .snapshots()
        .restore_snapshot(restore(&second.id))
        .await
        .expect("accepted")
        .into_inner();
    api.finish(restored.operation).await;
    assert_eq!(api.server(&web.id).await.state(), v1::ServerState::Running);
    let deleted = api
        .snapshots()
        .delete_snapshot(delete(&first.id))
        .await
        .expect("accepted")
        .into_inner();
    api.finish(deleted.operation).await;
    expect_refusal(
        api.snapshots().delete_snapshot(delete(&first.id)).await,
        "NOT_FOUND SNAPSHOT_NOT_FOUND",
    );
    assert_eq!(list(&api, &web.id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_brings_back_the_sizes_of_the_row_not_of_the_past() {
    let server = TestServer::start().await;
    let api = server.caller("alice@example.org", Role::Customer).await;
    let web = api.running_server("web").await;
    let before = api.snapshot(&web.id, "before").await;
    let resize = v1::ResizeServerRequest {
        server_id: web.id.clone(),
        memory_bytes: Some(web.memory_bytes * 2),
        ..Default::default()
    };
    let resized = api
        .servers()
        .resize_server(resize)
        .await
        .expect("accepted")
        .into_inner();
    api.finish(resized.operation).await;
    let restored = api
        .snapshots()
        .restore_snapshot(restore(&before.id))
        .await
        .expect("accepted")
        .into_inner();
    api.finish(restored.operation).await;
    assert_eq!(api.server(&web.id).await.memory_bytes, web.memory_bytes * 2);
    let guest = server
        .sim()
        .control()
        .world()
        .into_iter()
        .next()
        .expect("a guest");
    assert_eq!(
        i64::try_from(guest.resources.memory_bytes).expect("fits"),
        web.memory_bytes * 2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn names_repeat_and_the_tariffs_limit_is_kept() {
    let server = TestServer::start().await;
    let api = server.caller("alice@example.org", Role::Customer).await;
    let limit = api.offer().await.tariff.snapshot_limit;
    let web = api.running_server("web").await;
    for number in 0..limit {
        api.snapshot(&web.id, &format!("number{number}")).await;
    }
    let again = api.snapshots().create_snapshot(take(&web.id, "onemore")).await;
    expect_refusal(again, "RESOURCE_EXHAUSTED QUOTA");
    let first = list(&api, &web.id).await.pop().expect("a snapshot");
    let deleted = api
        .snapshots()
        .delete_snapshot(delete(&first.id))
        .await
        .expect("accepted")
        .into_inner();
    api.finish(deleted.operation).await;
    expect_refusal(
        api.snapshots().create_snapshot(take(&web.id, "number1")).await,
        "ALREADY_EXISTS NAME_TAKEN",
    );
    api.snapshot(&web.id, "onemore").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_go_with_their_server() {
    let server = TestServer::start().await;
    let api = server.caller("alice@example.org", Role::Customer).await;
    let web = api.running_server("web").await;
    let kept = api.snapshot(&web.id, "kept").await;
    let request = v1::DeleteServerRequest {
        server_id: web.id,
        ..Default::default()
    };
    let deleted = api
        .servers()
        .delete_server(request)
        .await
        .expect("accepted")
        .into_inner();
    api.finish(deleted.operation).await;
    let request = v1::GetSnapshotRequest { snapshot_id: kept.id };
    expect_refusal(
        api.snapshots().get_snapshot(request).await,
        "NOT_FOUND SNAPSHOT_NOT_FOUND",
    );
    assert!(server.sim().control().world().is_empty());
}
