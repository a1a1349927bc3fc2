//! What somebody without an account cannot do to the port: keep others out, or pass for somebody else.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::domain::user::Role;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

const EMAIL: &str = "alice@example.org";

async fn connection(server: &TestServer) -> TcpStream {
    TcpStream::connect(server.app().address())
        .await
        .expect("a connection")
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_never_arrive_take_no_place_from_others() {
    let server = TestServer::builder()
        .config(|config| config.server.concurrent_calls = 2)
        .start()
        .await;
    server.user(EMAIL, Role::Customer).await;
    let mut stalled = Vec::new();
    for _ in 0..8 {
        let mut stream = connection(&server).await;
        let head = "POST /hostler.v1.Auth/SignIn HTTP/1.1\r\nhost: localhost\r\nx-grpc-web: 1\r\n\
             content-type: application/grpc-web+proto\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\n";
        stream.write_all(head.as_bytes()).await.expect("a head is taken");
        // The server asks for the rest: the call is past everything that looks at its head.
        let mut begun = [0; 12];
        stream
            .read_exact(&mut begun)
            .await
            .expect("an answer to the head");
        assert_eq!(&begun, b"HTTP/1.1 100");
        stalled.push(stream);
    }
    let api = server.nobody().await;
    api.sign_in(EMAIL, PASSWORD)
        .await
        .expect("there is room to sign in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_too_much_to_do_says_so_and_is_not_sick() {
    let server = TestServer::builder()
        .config(|config| config.server.concurrent_calls = 1)
        .start()
        .await;
    server.user(EMAIL, Role::Customer).await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let api = server.nobody().await;
        calls.spawn(async move { api.sign_in(EMAIL, PASSWORD).await.map(drop) });
    }
    let mut overloaded = 0;
    let mut health = HealthClient::new(server.nobody().await.service());
    while let Some(ended) = calls.join_next().await {
        health
            .check(HealthCheckRequest::default())
            .await
            .expect("health does not compete with calls");
        match ended.expect("a call does not panic") {
            Ok(()) => {}
            Err(status) => {
                assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
                overloaded += 1;
            }
        }
    }
    assert!(
        overloaded > 0,
        "with one place, some of sixteen calls must have been refused"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_may_hold_so_many_connections() {
    let server = TestServer::builder()
        .config(|config| config.server.connections_per_address = 2)
        .start()
        .await;
    let _kept = (connection(&server).await, connection(&server).await);
    let mut third = connection(&server).await;
    let read = third.read(&mut [0; 1]).await;
    assert!(matches!(read, Ok(0) | Err(_)), "the third is closed: {read:?}");
}

/// The address that the server notes for a session, signed in to with this header.
async fn noted(server: &TestServer, forwarded: &'static str) -> String {
    let nobody = server.nobody().await;
    let mut request = Request::new(v1::SignInRequest {
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        device_name: "test".to_owned(),
    });
    request
        .metadata_mut()
        .insert("x-forwarded-for", forwarded.parse().expect("a header"));
    let answer = nobody
        .auth()
        .sign_in(request)
        .await
        .expect("a session")
        .into_inner();
    let api: Api = nobody.with_token(&answer.tokens.expect("tokens").access_token);
    let sessions = api
        .auth()
        .list_sessions(v1::ListSessionsRequest::default())
        .await
        .expect("sessions")
        .into_inner()
        .sessions;
    let current = sessions.into_iter().find(|session| session.current);
    current.expect("the session that asks").address
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_trusted_proxy_says_who_calls() {
    let direct = TestServer::start().await;
    direct.user(EMAIL, Role::Customer).await;
    assert_eq!(noted(&direct, "192.0.2.7").await, "127.0.0.1");

    let behind = TestServer::builder()
        .config(|config| config.server.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")])
        .start()
        .await;
    behind.user(EMAIL, Role::Customer).await;
    assert_eq!(noted(&behind, "203.0.113.9, 192.0.2.7").await, "192.0.2.7");
}
