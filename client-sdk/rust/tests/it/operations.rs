//! Waiting for operations.

use futures_util::{StreamExt as _, stream};
use hostler_client::{WaitError, v1};
use tonic::{Request, Status};
use v1::OperationState::{Failed, Running, Succeeded};

use crate::mock::{Answers, Count, Script};

type Watched = Result<Answers<v1::WatchOperationResponse>, Status>;

fn operation(state: v1::OperationState, step: i32) -> v1::Operation {
    let progress = Some(v1::Progress {
        step,
        step_count: 3,
        ..Default::default()
    });
    v1::Operation {
        id: "op".to_owned(),
        state: state.into(),
        progress,
        ..Default::default()
    }
}

fn message(state: v1::OperationState, step: i32) -> v1::WatchOperationResponse {
    v1::WatchOperationResponse {
        operation: Some(operation(state, step)),
    }
}

/// Answers `GetOperation` with success.
fn asked(script: Script, count: Count) -> Script {
    script.unary(
        "Operations/GetOperation",
        move |_: Request<v1::GetOperationRequest>| {
            count.up();
            async {
                Ok(v1::GetOperationResponse {
                    operation: Some(operation(Succeeded, 3)),
                })
            }
        },
    )
}

#[tokio::test]
async fn each_change_is_reported_until_the_end() {
    let mock = Script::default()
        .stream(
            "Operations/WatchOperation",
            |_: Request<v1::WatchOperationRequest>| -> Watched {
                Ok(stream::iter([
                    Ok(message(Running, 1)),
                    Ok(message(Running, 2)),
                    Ok(message(Succeeded, 3)),
                ])
                .boxed())
            },
        )
        .start()
        .await;
    let mut steps = Vec::new();
    let done = mock
        .program()
        .operations()
        .wait("op", |operation| {
            steps.push(operation.progress.as_ref().unwrap().step);
        })
        .await
        .unwrap();
    assert_eq!(steps, [1, 2, 3]);
    assert_eq!(done.state(), Succeeded);
}

#[tokio::test]
async fn a_broken_stream_is_opened_again() {
    let opened = Count::default();
    let count = opened.clone();
    let mock = Script::default()
        .stream(
            "Operations/WatchOperation",
            move |_: Request<v1::WatchOperationRequest>| -> Watched {
                Ok(if count.up() == 1 {
                    stream::iter([Ok(message(Running, 1)), Err(Status::unavailable("stopping"))]).boxed()
                } else {
                    stream::iter([Ok(message(Succeeded, 3))]).boxed()
                })
            },
        )
        .unary(
            "Operations/GetOperation",
            |_: Request<v1::GetOperationRequest>| async {
                Ok(v1::GetOperationResponse {
                    operation: Some(operation(Running, 2)),
                })
            },
        )
        .start()
        .await;
    let mut steps = Vec::new();
    let progress = |operation: &v1::Operation| steps.push(operation.progress.as_ref().unwrap().step);
    mock.program().operations().wait("op", progress).await.unwrap();
    assert_eq!(steps, [1, 2, 3]);
    assert_eq!(opened.get(), 2);
}

#[tokio::test]
async fn where_streams_do_not_get_through_the_operation_is_asked_for() {
    let asks = Count::default();
    let script = Script::default().stream(
        "Operations/WatchOperation",
        |_: Request<v1::WatchOperationRequest>| -> Watched { Err(Status::unimplemented("no streams here")) },
    );
    let mock = asked(script, asks.clone()).start().await;
    mock.program().operations().wait("op", |_| ()).await.unwrap();
    assert_eq!(asks.get(), 1);
}

#[tokio::test]
async fn an_operation_that_fails_is_an_error_that_holds_it() {
    let mock = Script::default()
        .stream(
            "Operations/WatchOperation",
            |_: Request<v1::WatchOperationRequest>| -> Watched {
                Ok(stream::iter([Ok(message(Failed, 2))]).boxed())
            },
        )
        .start()
        .await;
    match mock.program().operations().wait("op", |_| ()).await {
        Err(WaitError::Unsuccessful(operation)) => assert_eq!(operation.state(), Failed),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_operation_that_does_not_exist_is_not_waited_for() {
    let mock = Script::default()
        .stream(
            "Operations/WatchOperation",
            |_: Request<v1::WatchOperationRequest>| -> Watched {
                Err(Status::not_found("no such operation"))
            },
        )
        .start()
        .await;
    match mock.program().operations().wait("op", |_| ()).await {
        Err(WaitError::Call(error)) => assert!(error.is_not_found()),
        other => panic!("{other:?}"),
    }
}
