//! Work that goes on after a crash, is undone when it cannot end, and waits for help when it is stuck.

use std::sync::Arc;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::database::Engine;
use hostler_tests::failure::{expect_refusal, refused};
use hostler_tests::fault_plan::FaultPlan;
use hostler_tests::test_server::TestServer;
use hostlerd::adapters::sim::Doom;
use hostlerd::domain::guest::TaskKind;
use hostlerd::domain::user::Role;
use tonic::Code;

use crate::people::strand_next_order;

async fn alice(server: &TestServer) -> Api {
    server.caller("alice@example.org", Role::Customer).await
}

fn cancel(operation_id: &str) -> v1::CancelOperationRequest {
    v1::CancelOperationRequest {
        operation_id: operation_id.to_owned(),
        ..Default::default()
    }
}

fn retry(operation_id: &str) -> v1::RetryOperationRequest {
    v1::RetryOperationRequest {
        operation_id: operation_id.to_owned(),
        ..Default::default()
    }
}

async fn get(api: &Api, operation_id: &str) -> v1::Operation {
    let request = v1::GetOperationRequest {
        operation_id: operation_id.to_owned(),
    };
    let answer = api
        .operations()
        .get_operation(request)
        .await
        .expect("the operation");
    answer.into_inner().operation.expect("the operation")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_sees_the_steps_of_an_operation_and_its_end() {
    let server = TestServer::start().await;
    let api = alice(&server).await;
    let made = api.order("web").await.expect("an order");
    let id = made.operation.expect("an operation").id;
    let request = v1::WatchOperationRequest {
        operation_id: id.clone(),
    };
    let mut stream = api
        .operations()
        .watch_operation(request)
        .await
        .expect("a stream")
        .into_inner();
    let mut steps = Vec::new();
    let mut last = None;
    while let Some(update) = stream.message().await.expect("a message") {
        let operation = update.operation.expect("an operation");
        let progress = operation.progress.clone().expect("progress");
        assert!(progress.step <= progress.step_count, "{progress:?}");
        steps.push(progress.step);
        last = Some(operation);
    }
    assert!(steps.is_sorted(), "{steps:?}");
    let last = last.expect("something was said");
    assert_eq!(last.state(), v1::OperationState::Succeeded);
    assert!(!last.steps.is_empty() && last.end_time.is_some());
    assert_eq!(get(&api, &id).await.state(), v1::OperationState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_hypervisor_cannot_fill_is_undone() {
    let server = TestServer::start().await;
    let api = alice(&server).await;
    server.sim().control().doom_next(
        TaskKind::Start,
        Doom::Fail("startup failed on node sim-1".to_owned()),
    );
    let made = api.order("web").await.expect("an order");
    let ended = api
        .follow(&made.operation.expect("an operation").id)
        .await
        .expect("an end");
    assert_eq!(ended.state(), v1::OperationState::Failed);
    let error = ended.error.expect("an error");
    assert!(
        !error.message.contains("sim-1") && error.detail.is_empty(),
        "the hypervisor's words are for staff"
    );
    assert!(
        server.sim().control().world().is_empty(),
        "nothing is left behind"
    );
    let id = made.server.expect("a server").id;
    assert_eq!(api.server(&id).await.state(), v1::ServerState::Failed);

    let operator = server.caller("operator@example.org", Role::Operator).await;
    let seen = get(&operator, &ended.id).await.error.expect("an error");
    assert!(seen.detail.contains("startup failed"), "{seen:?}");
    let delete = v1::DeleteServerRequest {
        server_id: id,
        ..Default::default()
    };
    let deleted = api
        .servers()
        .delete_server(delete)
        .await
        .expect("a failed server may be deleted")
        .into_inner();
    api.finish(deleted.operation).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_order_leaves_nothing_behind() {
    let plan = FaultPlan::new();
    let server = TestServer::builder().faults(Arc::new(plan.clone())).start().await;
    let api = alice(&server).await;
    plan.hold("server.create/1 submit_start do before_act");
    let made = api.order("web").await.expect("an order");
    let id = made.operation.expect("an operation").id;
    plan.reached().await;
    let answer = api
        .operations()
        .cancel_operation(cancel(&id))
        .await
        .expect("a cancellation")
        .into_inner();
    assert!(answer.operation.expect("an operation").cancel_requested);
    plan.release();
    let ended = api.follow(&id).await.expect("an end");
    assert_eq!(ended.state(), v1::OperationState::Cancelled);
    assert!(server.sim().control().world().is_empty());
    assert_eq!(
        api.server(&made.server.expect("a server").id).await.state(),
        v1::ServerState::Deleted
    );
    api.operations()
        .cancel_operation(cancel(&id))
        .await
        .expect("cancelling twice is fine");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_that_fails_is_stuck_until_an_operator_retries_it() {
    let server = TestServer::start().await;
    let (api, operator) = (
        alice(&server).await,
        server.caller("operator@example.org", Role::Operator).await,
    );
    let control = server.sim().control();
    strand_next_order(&control);
    let made = api.order("web").await.expect("an order");
    let ended = api
        .follow(&made.operation.expect("an operation").id)
        .await
        .expect("the stream ends when it is stuck");
    assert_eq!(ended.state(), v1::OperationState::Stuck);
    assert_eq!(control.world().len(), 1);
    let status = refused(api.operations().retry_operation(retry(&ended.id)).await);
    assert_eq!(status.code(), Code::PermissionDenied);

    operator
        .operations()
        .retry_operation(retry(&ended.id))
        .await
        .expect("going again");
    let ended = api.follow(&ended.id).await.expect("an end");
    assert_eq!(ended.state(), v1::OperationState::Failed);
    assert!(control.world().is_empty());
    expect_refusal(
        operator.operations().retry_operation(retry(&ended.id)).await,
        "FAILED_PRECONDITION WRONG_STATE",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_in_the_middle_is_taken_up_where_it_was_on_each_engine() {
    for engine in Engine::available() {
        for point in [
            "submit_create do after_act",
            "submit_start do after_act",
            "wait_create do before_record",
        ] {
            let plan = FaultPlan::new();
            let mut server = TestServer::builder()
                .engine(engine)
                .faults(Arc::new(plan.clone()))
                .start()
                .await;
            let api = alice(&server).await;
            plan.hold(point);
            let made = api.order("web").await.expect("an order");
            plan.reached().await;
            server.crash();
            plan.release();
            server.restart().await;
            let api = server.sign_in("alice@example.org").await;
            api.finish(made.operation).await;
            let world = server.sim().control().world();
            assert_eq!(world.len(), 1, "{engine:?}, crashed at {point}: {world:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_waits_for_a_hypervisor_that_is_down() {
    let server = TestServer::start().await;
    let api = alice(&server).await;
    server.sim().control().set_cluster_online(false);
    let made = api
        .order("web")
        .await
        .expect("an order is taken while the hypervisor is down");
    let id = made.operation.clone().expect("an operation").id;
    hostler_tests::wait::wait_for("a failed try", || async {
        let steps = get(&api, &id).await.steps;
        let failed = steps.iter().any(|step| step.status() == v1::StepStatus::Failed);
        if failed { Ok(()) } else { Err(format!("{steps:?}")) }
    })
    .await;
    server.sim().control().set_cluster_online(true);
    api.finish(made.operation).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_are_listed_newest_first_without_steps_and_by_state() {
    let server = TestServer::start().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let stop = v1::StopServerRequest {
        server_id: web.id.clone(),
        ..Default::default()
    };
    let stopped = api
        .servers()
        .stop_server(stop)
        .await
        .expect("a stop")
        .into_inner();
    api.finish(stopped.operation).await;
    let list = async |states: Vec<v1::OperationState>| {
        let request = v1::ListOperationsRequest {
            server_id: web.id.clone(),
            states: states.into_iter().map(Into::into).collect(),
            ..Default::default()
        };
        api.operations()
            .list_operations(request)
            .await
            .expect("a list")
            .into_inner()
            .operations
    };
    let all = list(Vec::new()).await;
    let kinds: Vec<_> = all.iter().map(|operation| operation.kind.as_str()).collect();
    assert_eq!(kinds, ["server.stop", "server.create"]);
    assert!(all.iter().all(|operation| operation.steps.is_empty()));
    assert!(
        list(vec![v1::OperationState::Failed, v1::OperationState::Stuck])
            .await
            .is_empty()
    );
}
