//! Servers as they change before a watcher's eyes, by our own work and behind our back.

use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::refused;
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;
use tonic::Streaming;
use v1::watch_servers_response::Event;

async fn alice(server: &TestServer) -> Api {
    server.caller("alice@example.org", Role::Customer).await
}

async fn watch(api: &Api) -> Streaming<v1::WatchServersResponse> {
    let answer = api
        .servers()
        .watch_servers(v1::WatchServersRequest::default())
        .await;
    answer.expect("a stream").into_inner()
}

async fn next(stream: &mut Streaming<v1::WatchServersResponse>) -> Event {
    let message = stream
        .message()
        .await
        .expect("a message")
        .expect("the stream goes on");
    message.event.expect("an event")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_sees_what_is_there_and_then_each_change() {
    let server = TestServer::start().await;
    let api = alice(&server).await;
    let old = api.running_server("old").await;
    let mut stream = watch(&api).await;
    let Event::Snapshot(snapshot) = next(&mut stream).await else {
        panic!("a stream begins with a snapshot");
    };
    assert!(snapshot.last);
    assert_eq!(
        snapshot
            .servers
            .iter()
            .map(|server| &server.id)
            .collect::<Vec<_>>(),
        [&old.id]
    );

    let new = api.running_server("new").await;
    loop {
        match next(&mut stream).await {
            Event::Changed(server) if server.id == new.id && server.state() == v1::ServerState::Running => {
                break;
            }
            Event::Changed(_) | Event::Snapshot(_) | Event::Removed(_) => {}
        }
    }
    let delete = v1::DeleteServerRequest {
        server_id: new.id.clone(),
        ..Default::default()
    };
    api.servers().delete_server(delete).await.expect("a deletion");
    loop {
        match next(&mut stream).await {
            Event::Removed(removed) if removed.server_id == new.id => break,
            Event::Changed(_) | Event::Snapshot(_) | Event::Removed(_) => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_with_unavailable_when_the_server_stops() {
    let mut server = TestServer::start().await;
    let api = alice(&server).await;
    let mut stream = watch(&api).await;
    next(&mut stream).await;
    let ended = tokio::spawn(async move {
        loop {
            match stream.message().await {
                Ok(Some(_)) => {}
                other => break refused(other),
            }
        }
    });
    server.stop().await;
    let status = ended.await.expect("an end");
    assert_eq!(hostler_tests::failure::verdict(&status), "UNAVAILABLE STOPPING");
    assert!(hostler_tests::failure::has_retry_info(&status));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_on_the_hypervisor_behind_our_back_is_seen() {
    let clock = Arc::new(ShiftedClock::default());
    let server = TestServer::builder()
        .config(|config| config.monitoring.sweep_seconds = 1)
        .clock(clock.clone())
        .start()
        .await;
    let api = alice(&server).await;
    let (off, lost) = (api.running_server("off").await, api.running_server("lost").await);
    let world = server.sim().control().world();
    let vmid = |name: &str| {
        world
            .iter()
            .find(|guest| guest.name == name)
            .expect("the guest")
            .vmid
    };
    server.sim().control().power_off(vmid("off")).expect("a guest");
    server
        .sim()
        .control()
        .remove_guest(vmid("lost"))
        .expect("a guest");
    // What has changed just now is left alone for a while.
    clock.advance(Duration::from_secs(300));
    for (id, wanted) in [
        (off.id, v1::ServerState::Stopped),
        (lost.id, v1::ServerState::Lost),
    ] {
        hostler_tests::wait::wait_for("the drift to be seen", || async {
            let state = api.server(&id).await.state();
            if state == wanted {
                Ok(())
            } else {
                Err(format!("{state:?}"))
            }
        })
        .await;
    }
}
