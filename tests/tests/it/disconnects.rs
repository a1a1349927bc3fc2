//! Clients that go away in the middle of a call that changes something: the change is there as a whole
//! or not at all, and the same request id, asked again, has one answer.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::database::Engine;
use hostler_tests::life::request_id;
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;
use tonic::{Response, Status};

/// Lives of a server, each with all its calls broken off a little later than in the one before.
const LIVES: usize = 4;

/// An answer that says which operation it has led to.
trait Accepted: Send + 'static {
    fn operation(self) -> Option<v1::Operation>;
}

macro_rules! accepted {
    ($($answer:ident),+) => {$(
        impl Accepted for v1::$answer {
            fn operation(self) -> Option<v1::Operation> {
                self.operation
            }
        }
    )+};
}

accepted!(
    CreateServerResponse,
    StartServerResponse,
    StopServerResponse,
    RestartServerResponse,
    ResizeServerResponse,
    RenameServerResponse,
    ResetRootPasswordResponse,
    DeleteServerResponse,
    CreateSnapshotResponse,
    RestoreSnapshotResponse,
    DeleteSnapshotResponse
);

/// Breaks the call off after the runtime has been round this often, asks twice more, and finishes.
async fn interrupted<A, Call>(api: &Api, rounds: usize, call: impl Fn(Api) -> Call) -> v1::Operation
where
    A: Accepted,
    Call: Future<Output = Result<Response<A>, Status>> + Send + 'static,
{
    let broken_off = tokio::spawn(call(api.clone()));
    for _ in 0..rounds {
        tokio::task::yield_now().await;
    }
    broken_off.abort();
    drop(broken_off.await);
    let answer = || async {
        let answer = call(api.clone()).await.expect("an answer").into_inner();
        answer.operation().expect("an operation")
    };
    let (first, second) = (answer().await, answer().await);
    assert_eq!(first.id, second.id);
    let ended = api.finish(Some(first)).await;
    assert_eq!(answer().await.id, ended.id, "also when it is over");
    ended
}

/// Calls `$client().$rpc($request)` with one request id, interrupted.
macro_rules! interrupted {
    ($api:expr, $rounds:expr, $client:ident.$rpc:ident, $request:expr) => {{
        let mut request = $request;
        request.request_id = request_id();
        interrupted($api, $rounds, move |api: Api| {
            let request = request.clone();
            async move { api.$client().$rpc(request).await }
        })
        .await
    }};
}

async fn lead_a_life(api: &Api, life: usize) {
    let offer = api.offer().await;
    let rounds = life * 8;
    let order = v1::CreateServerRequest {
        name: format!("web-{life}"),
        tariff_id: offer.tariff.id.clone(),
        operating_system_id: offer.system.id.clone(),
        ..Default::default()
    };
    let server_id = interrupted!(api, rounds, servers.create_server, order).server_id;
    let of_server = || server_id.clone();
    interrupted!(
        api,
        rounds,
        servers.stop_server,
        v1::StopServerRequest {
            server_id: of_server(),
            ..Default::default()
        }
    );
    interrupted!(
        api,
        rounds,
        servers.start_server,
        v1::StartServerRequest {
            server_id: of_server(),
            ..Default::default()
        }
    );
    interrupted!(
        api,
        rounds,
        servers.restart_server,
        v1::RestartServerRequest {
            server_id: of_server(),
            ..Default::default()
        }
    );
    interrupted!(
        api,
        rounds,
        servers.rename_server,
        v1::RenameServerRequest {
            server_id: of_server(),
            name: format!("mail-{life}"),
            ..Default::default()
        }
    );
    interrupted!(
        api,
        rounds,
        servers.reset_root_password,
        v1::ResetRootPasswordRequest {
            server_id: of_server(),
            ..Default::default()
        }
    );
    let before = api.server(&server_id).await;
    interrupted!(
        api,
        rounds,
        servers.resize_server,
        v1::ResizeServerRequest {
            server_id: of_server(),
            memory_bytes: Some(before.memory_bytes * 2),
            ..Default::default()
        }
    );
    assert_eq!(api.server(&server_id).await.memory_bytes, before.memory_bytes * 2);
    interrupted!(
        api,
        rounds,
        snapshots.create_snapshot,
        v1::CreateSnapshotRequest {
            server_id: of_server(),
            name: "before".to_owned(),
            ..Default::default()
        }
    );
    let listed = v1::ListSnapshotsRequest {
        server_id: of_server(),
        ..Default::default()
    };
    let listed = api
        .snapshots()
        .list_snapshots(listed)
        .await
        .expect("a list")
        .into_inner();
    let [snapshot] = listed.snapshots.as_slice() else {
        panic!("taken twice: {listed:?}")
    };
    let of_snapshot = || snapshot.id.clone();
    interrupted!(
        api,
        rounds,
        snapshots.restore_snapshot,
        v1::RestoreSnapshotRequest {
            snapshot_id: of_snapshot(),
            start_after: true,
            ..Default::default()
        }
    );
    interrupted!(
        api,
        rounds,
        snapshots.delete_snapshot,
        v1::DeleteSnapshotRequest {
            snapshot_id: of_snapshot(),
            ..Default::default()
        }
    );
    if life.is_multiple_of(2) {
        interrupted!(
            api,
            rounds,
            servers.delete_server,
            v1::DeleteServerRequest {
                server_id: of_server(),
                ..Default::default()
            }
        );
    }
}

async fn clients_go_away(engine: Engine) {
    let server = TestServer::builder().engine(engine).start().await;
    let api = server.caller("alice@example.org", Role::Customer).await;
    for life in 0..LIVES {
        lead_a_life(&api, life).await;
    }
    let request = v1::ListServersRequest {
        page_size: 200,
        ..Default::default()
    };
    let servers = api
        .servers()
        .list_servers(request)
        .await
        .expect("a list")
        .into_inner()
        .servers;
    assert_eq!(servers.len(), LIVES / 2);
    assert!(
        servers
            .iter()
            .all(|server| server.state() == v1::ServerState::Running)
    );
    assert_eq!(server.sim().control().world().len(), servers.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_go_away_leave_nothing_half_done_on_sqlite() {
    clients_go_away(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_go_away_leave_nothing_half_done_on_mariadb() {
    if Engine::available().contains(&Engine::MariaDb) {
        clients_go_away(Engine::MariaDb).await;
    }
}
