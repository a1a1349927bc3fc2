//! A database that goes away and comes back: calls say so and when to come back, work waits, and
//! nobody has to start the server again.

use std::sync::Arc;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::chaos_proxy::ChaosProxy;
use hostler_tests::database::{Engine, MariaDb};
use hostler_tests::failure::{has_retry_info, outcome, refused, verdict};
use hostler_tests::fault_plan::FaultPlan;
use hostler_tests::life::request_id;
use hostler_tests::mariadb::OwnMariaDb;
use hostler_tests::required;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::config::Secret;
use hostlerd::domain::user::Role;

const ALICE: &str = "alice@example.org";

async fn on(url: String, plan: &FaultPlan) -> TestServer {
    TestServer::builder()
        .config(|config| config.database.url = Secret::new(url))
        .faults(Arc::new(plan.clone()))
        .start()
        .await
}

async fn list(api: &Api) -> Result<(), tonic::Status> {
    let request = v1::ListServersRequest::default();
    api.servers().list_servers(request).await.map(drop)
}

/// Reads and changes alike say that the database is away and when to come back.
async fn says_that_the_store_is_down(api: &Api, order: &v1::CreateServerRequest) {
    for status in [
        refused(list(api).await),
        refused(api.servers().create_server(order.clone()).await),
    ] {
        assert_eq!(verdict(&status), "UNAVAILABLE STORE_DOWN");
        assert!(has_retry_info(&status), "{status:?}");
    }
}

async fn answers_again(api: &Api) {
    wait_for("calls to be answered again", || async {
        let answer = list(api).await;
        answer.map_err(|status| verdict(&status))
    })
    .await;
}

async fn order(api: &Api, name: &str) -> v1::CreateServerRequest {
    let offer = api.offer().await;
    v1::CreateServerRequest {
        name: name.to_owned(),
        tariff_id: offer.tariff.id,
        operating_system_id: offer.system.id,
        request_id: request_id(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_killed_and_started_again_is_waited_for() {
    let Some(program) = OwnMariaDb::find() else {
        required::skip("a database that is killed", "no mariadbd is installed");
        return;
    };
    let mut maria = OwnMariaDb::start(program).await.expect("MariaDB");
    let plan = FaultPlan::new();
    let server = on(maria.url(), &plan).await;
    let api = server.caller(ALICE, Role::Customer).await;
    let next = order(&api, "next").await;
    // Between an act on the hypervisor and its record.
    for (round, point) in [
        "submit_create do after_act",
        "submit_start do before_act",
        "finish do before_record",
    ]
    .into_iter()
    .enumerate()
    {
        plan.hold(point);
        let made = api.order(&format!("web-{round}")).await.expect("an order");
        plan.reached().await;
        maria.go_away().await.expect("a kill");
        plan.release();
        says_that_the_store_is_down(&api, &next).await;
        maria.come_back().await.expect("a start");
        answers_again(&api).await;
        api.finish(made.operation).await;
    }
    let made = api
        .servers()
        .create_server(next)
        .await
        .expect("an order")
        .into_inner();
    api.finish(made.operation).await;
    assert_eq!(server.sim().control().world().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_in_the_middle_of_calls_are_made_anew() {
    if !Engine::available().contains(&Engine::MariaDb) {
        return;
    }
    let maria = MariaDb::create().await.expect("a database");
    let (peer, through) = maria.split_url().expect("an address");
    let proxy = ChaosProxy::before(peer).await.expect("a proxy");
    let plan = FaultPlan::new();
    let server = on(through(proxy.address()), &plan).await;
    let api = server.caller(ALICE, Role::Customer).await;

    plan.hold("submit_start do before_act");
    let made = api.order("web").await.expect("an order");
    plan.reached().await;
    proxy.cut();
    plan.release();
    says_that_the_store_is_down(&api, &order_without_asking(&made)).await;
    proxy.mend();
    answers_again(&api).await;
    api.finish(made.operation).await;

    // Orders that are on their way when the line is cut: each is there once, or not at all.
    let mut orders = Vec::new();
    for number in 0..24 {
        orders.push(order(&api, &format!("cut-{number}")).await);
    }
    for (cut, orders) in orders.chunks(4).enumerate() {
        let calls: Vec<_> = orders
            .iter()
            .map(|order| {
                let (api, order) = (api.clone(), order.clone());
                tokio::spawn(async move { api.servers().create_server(order).await })
            })
            .collect();
        for _ in 0..cut * 40 {
            tokio::task::yield_now().await;
        }
        proxy.cut();
        proxy.mend();
        for (call, order) in calls.into_iter().zip(orders) {
            let answer = call.await.expect("a call");
            if let Err(status) = &answer {
                assert_eq!(verdict(status), "UNAVAILABLE STORE_DOWN", "{status:?}");
                assert!(has_retry_info(status), "{status:?}");
            }
            let again = wait_for("an answer", || async {
                let again = api.servers().create_server(order.clone()).await;
                again.map_err(|status| outcome::<()>(&Err(status)))
            });
            let again = again.await.into_inner().operation.expect("an operation");
            if let Ok(first) = answer {
                assert_eq!(first.into_inner().operation.expect("an operation").id, again.id);
            }
            api.finish(Some(again)).await;
        }
    }
    assert_eq!(server.sim().control().world().len(), 1 + orders.len());
    drop(server);
    maria.remove().await.expect("a removal");
}

/// An order like one that was accepted, made without reading the catalog.
fn order_without_asking(made: &v1::CreateServerResponse) -> v1::CreateServerRequest {
    let server = made.server.as_ref().expect("a server");
    v1::CreateServerRequest {
        name: "another".to_owned(),
        tariff_id: server.tariff_id.clone(),
        operating_system_id: server.operating_system_id.clone(),
        request_id: request_id(),
        ..Default::default()
    }
}
