//! Unary calls: repeated where that is safe, and ended in time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use hostler_client::{Code, v1};
use tonic::{Request, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::mock::{Count, Script, bearer};

fn unavailable() -> Status {
    Status::unavailable("the database does not answer")
}

#[tokio::test]
async fn reads_are_repeated_while_the_server_is_unavailable() {
    let calls = Count::default();
    let count = calls.clone();
    let mock = Script::default()
        .unary("Users/GetMe", move |_: Request<v1::GetMeRequest>| {
            let time = count.up();
            async move {
                if time < 3 {
                    Err(unavailable())
                } else {
                    Ok(v1::GetMeResponse {
                        user: Some(v1::User::default()),
                    })
                }
            }
        })
        .start()
        .await;
    mock.program().users().me().await.unwrap();
    assert_eq!(calls.get(), 3);
}

#[tokio::test]
async fn changes_are_repeated_under_the_same_request_id() {
    let ids = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&ids);
    let mock = Script::default()
        .unary(
            "Servers/StartServer",
            move |request: Request<v1::StartServerRequest>| {
                let time = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(request.into_inner().request_id);
                    seen.len()
                };
                async move {
                    if time < 2 {
                        return Err(unavailable());
                    }
                    Ok(v1::StartServerResponse {
                        operation: Some(v1::Operation::default()),
                        server: Some(v1::Server::default()),
                    })
                }
            },
        )
        .start()
        .await;
    mock.program()
        .servers()
        .start(v1::StartServerRequest::default())
        .await
        .unwrap();
    let ids = ids.lock().unwrap();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(uuid::Uuid::parse_str(&ids[0]).unwrap().get_version_num(), 7);
}

#[tokio::test]
async fn changes_without_a_request_id_are_sent_once_and_without_a_token() {
    let calls = Count::default();
    let count = calls.clone();
    let mock = Script::default()
        .unary(
            "Auth/VerifyEmail",
            move |request: Request<v1::VerifyEmailRequest>| {
                assert_eq!(bearer(&request), "");
                count.up();
                async { Err::<v1::VerifyEmailResponse, _>(unavailable()) }
            },
        )
        .start()
        .await;
    assert!(
        mock.program()
            .auth()
            .verify_email("mailed")
            .await
            .unwrap_err()
            .is_unavailable()
    );
    assert_eq!(calls.get(), 1);
}

#[tokio::test]
async fn failures_that_last_are_not_repeated() {
    let calls = Count::default();
    let count = calls.clone();
    let mock = Script::default()
        .unary("Servers/GetServer", move |_: Request<v1::GetServerRequest>| {
            count.up();
            let details = ErrorDetails::with_error_info("SERVER_NOT_FOUND", "hostler", []);
            let status = Status::with_error_details(Code::NotFound, "there is no such server", details);
            async { Err::<v1::GetServerResponse, _>(status) }
        })
        .start()
        .await;
    let error = mock.program().servers().get("1").await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.reason(), "SERVER_NOT_FOUND");
    assert_eq!(calls.get(), 1);
}

#[tokio::test]
async fn a_server_that_asks_for_more_time_than_there_is_ends_the_call() {
    let calls = Count::default();
    let count = calls.clone();
    let mock = Script::default()
        .unary("Users/GetMe", move |_: Request<v1::GetMeRequest>| {
            count.up();
            let details = ErrorDetails::with_retry_info(Some(Duration::from_mins(1)));
            let status = Status::with_error_details(Code::Unavailable, "come back later", details);
            async { Err::<v1::GetMeResponse, _>(status) }
        })
        .start()
        .await;
    let error = mock.program().users().me().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_mins(1)));
    assert_eq!(calls.get(), 1);
}

#[tokio::test]
async fn a_silent_server_is_given_up_at_the_deadline() {
    let mock = Script::default()
        .unary("Users/GetMe", |request: Request<v1::GetMeRequest>| async move {
            assert!(
                request.metadata().contains_key("grpc-timeout"),
                "the server is told how long it has"
            );
            std::future::pending::<Result<v1::GetMeResponse, Status>>().await
        })
        .start()
        .await;
    let client = mock.program().with_deadline(Duration::from_millis(200));
    let error = client.users().me().await.unwrap_err();
    assert!(error.is_deadline(), "{error:?}");
}

#[tokio::test]
async fn nobody_at_the_port_is_unavailable() {
    let mock = Script::default().start().await;
    let client = mock.program().with_deadline(Duration::from_secs(5));
    drop(mock);
    let error = client.users().me().await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    assert_eq!(error.reason(), "CONNECTION");
}

#[tokio::test]
async fn all_pages_of_a_list_are_fetched() {
    let mock = Script::default()
        .unary(
            "Servers/ListServers",
            |request: Request<v1::ListServersRequest>| async move {
                let request = request.into_inner();
                assert_eq!(request.query, "web");
                let (name, next) = if request.page_token.is_empty() {
                    ("web-1", "more")
                } else {
                    ("web-2", "")
                };
                let server = v1::Server {
                    name: name.to_owned(),
                    ..Default::default()
                };
                Ok(v1::ListServersResponse {
                    servers: vec![server],
                    next_page_token: next.to_owned(),
                })
            },
        )
        .start()
        .await;
    let filter = v1::ListServersRequest {
        query: "web".to_owned(),
        ..Default::default()
    };
    let servers: Vec<_> = mock
        .program()
        .servers()
        .list_all(filter)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(
        servers
            .iter()
            .map(|server| server.name.as_str())
            .collect::<Vec<_>>(),
        ["web-1", "web-2"]
    );
}
