//! How streams end that are not ended by who reads them.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::{expect_refusal, refused, verdict};
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;
use tokio::task::JoinHandle;
use tonic::Streaming;

use crate::people::ALICE;

/// Reads the first message, and then how the stream ends.
async fn ending<T: std::fmt::Debug + Send + 'static>(mut stream: Streaming<T>) -> JoinHandle<String> {
    stream
        .message()
        .await
        .expect("a message")
        .expect("the stream goes on");
    tokio::spawn(async move {
        loop {
            match stream.message().await {
                Ok(Some(_)) => {}
                other => break verdict(&refused(other)),
            }
        }
    })
}

/// All streams that tell of what is watched.
async fn streams(api: &Api, server: &v1::Server) -> Vec<JoinHandle<String>> {
    let stats = v1::WatchStatsRequest {
        server_ids: vec![server.id.clone()],
    };
    let stats = api.monitoring().watch_stats(stats).await;
    let alerts = api.alerts().watch_alerts(v1::WatchAlertsRequest::default()).await;
    let inbox = v1::WatchNotificationsRequest {};
    let inbox = api.notifications().watch_notifications(inbox).await;
    let servers = v1::WatchServersRequest::default();
    let servers = api.servers().watch_servers(servers).await;
    vec![
        ending(stats.expect("a stream").into_inner()).await,
        ending(alerts.expect("a stream").into_inner()).await,
        ending(inbox.expect("a stream").into_inner()).await,
        ending(servers.expect("a stream").into_inner()).await,
    ]
}

async fn verdicts(streams: Vec<JoinHandle<String>>) -> Vec<String> {
    let mut verdicts = Vec::new();
    for stream in streams {
        verdicts.push(stream.await.expect("an end"));
    }
    verdicts
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_with_the_session_and_with_the_server() {
    let mut server = TestServer::start().await;
    let api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    let open = streams(&api, &web).await;
    api.auth().sign_out(v1::SignOutRequest {}).await.expect("an end");
    assert_eq!(verdicts(open).await, ["UNAUTHENTICATED SESSION_ENDED"; 4]);

    let api = server.sign_in(ALICE).await;
    let open = streams(&api, &web).await;
    server.stop().await;
    assert_eq!(verdicts(open).await, ["UNAVAILABLE STOPPING"; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_when_the_account_is_suspended_and_are_refused_from_then_on() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    let open = streams(&api, &web).await;
    let suspend = v1::UpdateUserRequest {
        user: Some(v1::User {
            id: web.owner_id,
            state: v1::UserState::Suspended.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    operator.users().update_user(suspend).await.expect("a change");
    assert_eq!(verdicts(open).await, ["UNAVAILABLE STREAM_ENDED"; 4]);
    expect_refusal(
        api.alerts().watch_alerts(v1::WatchAlertsRequest::default()).await,
        "PERMISSION_DENIED ACCOUNT_SUSPENDED",
    );
}
