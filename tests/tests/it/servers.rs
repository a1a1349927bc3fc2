//! The life of a server, and the rules on the way.

use std::collections::BTreeSet;
use std::sync::Arc;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::database::Engine;
use hostler_tests::failure::{bad_fields, expect_refusal, metadata, refused};
use hostler_tests::fault_plan::FaultPlan;
use hostler_tests::life::request_id;
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;

const ALICE: &str = "alice@example.org";
const REUSED: &str = "FAILED_PRECONDITION REQUEST_ID_REUSED";

async fn alice(server: &TestServer) -> Api {
    server.caller(ALICE, Role::Customer).await
}

fn start(server_id: &str) -> v1::StartServerRequest {
    v1::StartServerRequest {
        server_id: server_id.to_owned(),
        ..Default::default()
    }
}

fn stop(server_id: &str) -> v1::StopServerRequest {
    v1::StopServerRequest {
        server_id: server_id.to_owned(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_lives_from_its_order_to_its_deletion_on_each_engine() {
    for engine in Engine::available() {
        let server = TestServer::builder().engine(engine).start().await;
        let api = alice(&server).await;
        let made = api.order("web-1").await.expect("an accepted order");
        assert!(made.root_password.len() >= 16);
        let created = api.finish(made.operation).await;
        assert_eq!(created.kind, "server.create");
        assert!(
            created.steps.iter().all(|step| step.detail.is_empty()),
            "details are for staff"
        );
        let id = made.server.expect("a server").id;
        let web = api.server(&id).await;
        assert_eq!(
            (web.name.as_str(), web.state()),
            ("web-1", v1::ServerState::Running)
        );
        assert_eq!(web.addresses.len(), 1);
        let vmid = server.sim().control().world().first().expect("a guest").vmid;

        let servers = || api.servers();
        let stopped = servers()
            .stop_server(stop(&id))
            .await
            .expect("a stop")
            .into_inner();
        assert_eq!(
            stopped.server.expect("a server").state(),
            v1::ServerState::Stopping
        );
        api.finish(stopped.operation).await;
        assert_eq!(api.server(&id).await.state(), v1::ServerState::Stopped);
        let status = expect_refusal(
            servers().stop_server(stop(&id)).await,
            "FAILED_PRECONDITION WRONG_STATE",
        );
        assert_eq!(metadata(&status, "state").as_deref(), Some("stopped"));
        let started = servers()
            .start_server(start(&id))
            .await
            .expect("a start")
            .into_inner();
        api.finish(started.operation).await;
        let restart = v1::RestartServerRequest {
            server_id: id.clone(),
            ..Default::default()
        };
        let restarted = servers()
            .restart_server(restart)
            .await
            .expect("a restart")
            .into_inner();
        api.finish(restarted.operation).await;

        let resize = v1::ResizeServerRequest {
            server_id: id.clone(),
            memory_bytes: Some(web.memory_bytes * 2),
            ..Default::default()
        };
        let resized = servers()
            .resize_server(resize)
            .await
            .expect("a resize")
            .into_inner();
        api.finish(resized.operation).await;
        assert_eq!(api.server(&id).await.memory_bytes, web.memory_bytes * 2);
        let rename = v1::RenameServerRequest {
            server_id: id.clone(),
            name: "web-2".to_owned(),
            ..Default::default()
        };
        let renamed = servers()
            .rename_server(rename)
            .await
            .expect("a name")
            .into_inner();
        api.finish(renamed.operation).await;
        let reset = v1::ResetRootPasswordRequest {
            server_id: id.clone(),
            ..Default::default()
        };
        let reset = servers()
            .reset_root_password(reset)
            .await
            .expect("a password")
            .into_inner();
        assert_ne!(reset.root_password, made.root_password);
        api.finish(reset.operation).await;
        let now = api.server(&id).await;
        assert_eq!(
            (now.name.as_str(), now.state()),
            ("web-2", v1::ServerState::Running)
        );
        let guest = server
            .sim()
            .control()
            .world()
            .into_iter()
            .find(|guest| guest.vmid == vmid)
            .expect("the guest");
        assert_eq!(guest.name, "web-2");

        let delete = v1::DeleteServerRequest {
            server_id: id.clone(),
            ..Default::default()
        };
        let deleted = servers()
            .delete_server(delete)
            .await
            .expect("a deletion")
            .into_inner();
        api.finish(deleted.operation).await;
        let gone = api.server(&id).await;
        assert_eq!(gone.state(), v1::ServerState::Deleted);
        assert!(gone.delete_time.is_some());
        assert!(server.sim().control().world().is_empty());
        let listed = servers()
            .list_servers(v1::ListServersRequest::default())
            .await
            .expect("a list");
        assert!(listed.into_inner().servers.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_an_owners_own_and_is_free_again_after_deletion() {
    let server = TestServer::start().await;
    let (api, bob) = (
        alice(&server).await,
        server.caller("bob@example.org", Role::Customer).await,
    );
    let web = api.running_server("web").await;
    expect_refusal(api.order("web").await, "ALREADY_EXISTS NAME_TAKEN");
    bob.running_server("web").await;
    let delete = v1::DeleteServerRequest {
        server_id: web.id,
        ..Default::default()
    };
    let deleted = api
        .servers()
        .delete_server(delete)
        .await
        .expect("a deletion")
        .into_inner();
    api.finish(deleted.operation).await;
    api.running_server("web").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_refuses_other_work_and_names_the_operation() {
    let plan = FaultPlan::new();
    let server = TestServer::builder().faults(Arc::new(plan.clone())).start().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    plan.hold("server.stop/1");
    let stopping = api
        .servers()
        .stop_server(stop(&web.id))
        .await
        .expect("a stop")
        .into_inner();
    let operation = stopping.operation.clone().expect("an operation").id;
    plan.reached().await;
    let status = expect_refusal(
        api.servers().start_server(start(&web.id)).await,
        "ABORTED OPERATION_IN_PROGRESS",
    );
    assert_eq!(metadata(&status, "operation_id"), Some(operation.clone()));
    assert_eq!(api.server(&web.id).await.operation_id, operation);
    plan.release();
    api.finish(stopping.operation).await;
    assert!(api.server(&web.id).await.operation_id.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_id_acts_once_and_shows_the_password_once() {
    let server = TestServer::start().await;
    let api = alice(&server).await;
    let offer = api.offer().await;
    let request = v1::CreateServerRequest {
        name: "web".to_owned(),
        tariff_id: offer.tariff.id,
        operating_system_id: offer.system.id,
        request_id: request_id(),
        ..Default::default()
    };
    // Ten at once, as a client that retries too eagerly would.
    let calls = (0..10).map(|_| {
        let (api, request) = (api.clone(), request.clone());
        tokio::spawn(async move { api.servers().create_server(request).await })
    });
    let mut operations = BTreeSet::new();
    let mut passwords = 0;
    for call in calls.collect::<Vec<_>>() {
        let answer = call.await.expect("a call").expect("an answer").into_inner();
        operations.insert(answer.operation.expect("an operation").id);
        passwords += usize::from(!answer.root_password.is_empty());
    }
    assert_eq!((operations.len(), passwords), (1, 1));
    api.follow(operations.first().expect("an operation"))
        .await
        .expect("an end");
    assert_eq!(server.sim().control().world().len(), 1);
    // Somebody else's request id is not theirs to replay.
    let bob = server.caller("bob@example.org", Role::Customer).await;
    let made = bob
        .servers()
        .create_server(request)
        .await
        .expect("an own server")
        .into_inner();
    assert!(!operations.contains(&made.operation.expect("an operation").id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_for_one_request_alone() {
    let server = TestServer::start().await;
    let api = alice(&server).await;
    let offer = api.offer().await;
    let order = v1::CreateServerRequest {
        name: "web".to_owned(),
        tariff_id: offer.tariff.id,
        operating_system_id: offer.system.id,
        request_id: request_id(),
        ..Default::default()
    };
    let made = api.servers().create_server(order.clone()).await;
    let made = made.expect("an accepted order").into_inner();
    let other_name = v1::CreateServerRequest {
        name: "mail".to_owned(),
        ..order.clone()
    };
    expect_refusal(api.servers().create_server(other_name).await, REUSED);
    api.finish(made.operation.clone()).await;
    let again = api.servers().create_server(order.clone()).await;
    let again = again.expect("the first answer").into_inner();
    assert_eq!(again.operation.map(|it| it.id), made.operation.map(|it| it.id));

    let server_id = made.server.expect("a server").id;
    let rename = |name: &str| v1::RenameServerRequest {
        server_id: server_id.clone(),
        name: name.to_owned(),
        request_id: order.request_id.clone(),
        ..Default::default()
    };
    // Neither for another call, nor, once it is this call's, for another value of it.
    expect_refusal(api.servers().rename_server(rename("mail")).await, REUSED);
    let first = v1::RenameServerRequest {
        request_id: request_id(),
        ..rename("mail")
    };
    let renamed = api.servers().rename_server(first.clone()).await;
    api.finish(renamed.expect("an accepted change").into_inner().operation)
        .await;
    let second = v1::RenameServerRequest {
        name: "www".to_owned(),
        ..first
    };
    expect_refusal(api.servers().rename_server(second).await, REUSED);
    assert_eq!(api.server(&server_id).await.name, "mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_with_an_old_etag_is_refused() {
    let server = TestServer::start().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let with = |etag: &str| v1::StopServerRequest {
        etag: etag.to_owned(),
        ..stop(&web.id)
    };
    let stopped = api
        .servers()
        .stop_server(with(&web.etag))
        .await
        .expect("a stop")
        .into_inner();
    api.finish(stopped.operation).await;
    let start = v1::StartServerRequest {
        etag: web.etag.clone(),
        ..start(&web.id)
    };
    expect_refusal(api.servers().start_server(start).await, "ABORTED ETAG_MISMATCH");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_does_not_shrink_and_a_resize_says_what_it_wants() {
    let server = TestServer::start().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let resize = |change: &dyn Fn(&mut v1::ResizeServerRequest)| {
        let mut request = v1::ResizeServerRequest {
            server_id: web.id.clone(),
            ..Default::default()
        };
        change(&mut request);
        request
    };
    let smaller = resize(&|request| request.disk_bytes = Some(web.disk_bytes - (1 << 30)));
    let status = expect_refusal(
        api.servers().resize_server(smaller).await,
        "INVALID_ARGUMENT INVALID_FIELDS",
    );
    assert_eq!(bad_fields(&status), ["disk_bytes"]);
    let nothing = resize(&|_| ());
    expect_refusal(
        api.servers().resize_server(nothing).await,
        "INVALID_ARGUMENT INVALID_FIELDS",
    );
    let both = resize(&|request| {
        request.tariff_id.clone_from(&web.tariff_id);
        request.cpu_millicores = Some(2000);
    });
    expect_refusal(
        api.servers().resize_server(both).await,
        "INVALID_ARGUMENT INVALID_FIELDS",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_through_120_servers_show_each_once() {
    let server = TestServer::builder()
        .config(|config| config.identity.servers_per_user = 200)
        .start()
        .await;
    let api = alice(&server).await;
    let extra = v1::CreateIpPoolRequest {
        ip_pool: Some(v1::IpPool {
            name: "wide".to_owned(),
            hypervisor: "sim".to_owned(),
            bridge: "vmbr0".to_owned(),
            kind: v1::IpPoolKind::Static.into(),
            network: "10.99.0.0/16".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let pool = operator
        .catalog()
        .create_ip_pool(extra)
        .await
        .expect("a pool")
        .into_inner()
        .ip_pool
        .expect("a pool");
    let offer = operator.offer().await;
    for number in 0..120 {
        let request = v1::CreateServerRequest {
            name: format!("fleet-{number}"),
            tariff_id: offer.tariff.id.clone(),
            operating_system_id: offer.system.id.clone(),
            ip_pool_id: pool.id.clone(),
            keep_stopped: true,
            ..Default::default()
        };
        operator
            .servers()
            .create_server(request)
            .await
            .expect("an accepted order");
    }
    let mut seen = Vec::new();
    let mut page = v1::ListServersRequest {
        page_size: 50,
        ..Default::default()
    };
    loop {
        let answer = operator
            .servers()
            .list_servers(page.clone())
            .await
            .expect("a page")
            .into_inner();
        assert!(answer.servers.len() <= 50);
        seen.extend(answer.servers.into_iter().map(|server| server.name));
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
    }
    let expected: Vec<_> = (0..120).rev().map(|number| format!("fleet-{number}")).collect();
    assert_eq!(seen, expected, "newest first, each once");

    // A token belongs to its list, its filters and its caller.
    let first = v1::ListServersRequest {
        page_size: 10,
        ..Default::default()
    };
    let token = operator
        .servers()
        .list_servers(first)
        .await
        .expect("a page")
        .into_inner()
        .next_page_token;
    let filtered = v1::ListServersRequest {
        page_token: token.clone(),
        query: "fleet".to_owned(),
        ..Default::default()
    };
    let status = refused(operator.servers().list_servers(filtered).await);
    assert_eq!(bad_fields(&status), ["page_token"]);
    let operations = v1::ListOperationsRequest {
        page_token: token,
        ..Default::default()
    };
    let status = refused(api.operations().list_operations(operations).await);
    assert_eq!(bad_fields(&status), ["page_token"]);

    let query = v1::ListServersRequest {
        query: "FLEET-11".to_owned(),
        ..Default::default()
    };
    let found = operator
        .servers()
        .list_servers(query)
        .await
        .expect("a page")
        .into_inner()
        .servers;
    assert_eq!(found.len(), 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_has_as_many_servers_as_allowed_and_no_more() {
    let server = TestServer::builder()
        .config(|config| config.identity.servers_per_user = 2)
        .start()
        .await;
    let api = alice(&server).await;
    api.running_server("one").await;
    api.running_server("two").await;
    expect_refusal(api.order("three").await, "RESOURCE_EXHAUSTED QUOTA");
}
