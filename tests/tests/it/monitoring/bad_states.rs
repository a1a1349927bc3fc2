//! Alerts that are about no figure: from what went wrong to the person who is told of it.

use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::hook_sink::{HookSink, Posted};
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::adapters::sim::Doom;
use hostlerd::domain::guest::TaskKind;
use hostlerd::domain::user::Role;
use v1::alert_condition::Condition;

use crate::people::{
    ALICE, SECRET, alert_in, create_channel, create_rule, inbox, own_alerts, rule_about, strand_next_order,
    webhook,
};

/// A server that looks each second, somebody on it, and the program that they are told by.
async fn world(clock: &Arc<ShiftedClock>) -> (TestServer, Api, HookSink) {
    let builder = TestServer::builder().config(|config| {
        config.monitoring.sweep_seconds = 1;
        config.notifications.own_networks = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let server = builder.clock(Arc::clone(clock) as _).start().await;
    let api = server.caller(ALICE, Role::Customer).await;
    let sink = HookSink::start().await;
    create_channel(&api, "mine", webhook(sink.url("/"))).await;
    (server, api, sink)
}

/// The one message of this kind about this server, once it is there.
async fn posted(sink: &HookSink, kind: &str, server_id: &str) -> Posted {
    let found = wait_for("a message", || async {
        let all = sink.posted();
        let about = |one: &&Posted| {
            let told = one.json();
            told["kind"] == kind && told["facts"]["server_id"] == server_id
        };
        let found: Vec<_> = all.iter().filter(about).cloned().collect();
        match found.as_slice() {
            [one] => Ok(one.clone()),
            _ => Err(format!("{kind}: {all:#?}")),
        }
    })
    .await;
    assert!(found.is_signed(SECRET), "{found:?}");
    found
}

/// Checks that the inbox and the mail say what the message does.
async fn expect_told(server: &TestServer, api: &Api, alert: &v1::Alert, posted: &Posted) {
    let all = inbox(api).await.notifications;
    let mut about = all.iter().filter(|one| one.alert_id == alert.id);
    let told = about.next().expect("a notification");
    assert_eq!(told.kind(), v1::NotificationKind::AlertFired);
    assert_eq!(told.server_id, alert.server_id);
    assert_eq!(posted.json()["title"], told.title);
    assert_eq!(posted.json()["facts"]["alert_id"], alert.id);
    wait_for("a mail", || async {
        let mails = server.mailbox().mails_to(ALICE).into_iter();
        let subjects: Vec<_> = mails.map(|mail| mail.subject).collect();
        if subjects.contains(&told.title) {
            Ok(())
        } else {
            Err(format!("{subjects:?}"))
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_is_stuck_is_told_of_until_it_is_not() {
    let (server, api, sink) = world(&Arc::default()).await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let stuck = Condition::OperationStuck(v1::OperationStuckCondition::default());
    let rule = create_rule(&api, rule_about("stuck", stuck)).await;
    // The order fails, and so does what was to clean up after it.
    let control = server.sim().control();
    strand_next_order(&control);
    let made = api.order("web").await.expect("an order");
    let server_id = made.server.expect("a server").id;
    let operation_id = made.operation.expect("an operation").id;
    let ended = api.follow(&operation_id).await.expect("an end");
    assert_eq!(ended.state(), v1::OperationState::Stuck);

    let fired = posted(&sink, "alert_fired", &server_id).await;
    let alert = alert_in(&api, v1::AlertState::Firing).await;
    assert_eq!(
        (&alert.rule_id, &alert.server_id, &alert.operation_id),
        (&rule.id, &server_id, &operation_id)
    );
    assert_eq!((alert.value, alert.no_data), (None, false));
    expect_told(&server, &api, &alert, &fired).await;

    let retry = v1::RetryOperationRequest {
        operation_id,
        ..Default::default()
    };
    operator
        .operations()
        .retry_operation(retry)
        .await
        .expect("a retry");
    posted(&sink, "alert_resolved", &server_id).await;
    assert_eq!(alert_in(&api, v1::AlertState::Resolved).await.id, alert.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_could_not_be_made_or_are_gone_are_told_of() {
    let clock = Arc::new(ShiftedClock::default());
    let (server, api, sink) = world(&clock).await;
    let failed = Condition::ServerState(v1::ServerStateCondition {
        problem: v1::ServerProblem::Failed.into(),
        duration: None,
    });
    create_rule(&api, rule_about("failed", failed)).await;
    let gone = api.running_server("gone").await;
    let control = server.sim().control();
    control.remove_guest(control.world()[0].vmid).expect("a guest");
    // What has changed just now is left alone for a while.
    clock.advance(Duration::from_mins(5));
    let lost = posted(&sink, "alert_fired", &gone.id).await;
    assert_eq!(api.server(&gone.id).await.state(), v1::ServerState::Lost);
    let alert = alert_in(&api, v1::AlertState::Firing).await;
    assert_eq!(alert.server_id, gone.id);
    expect_told(&server, &api, &alert, &lost).await;

    control.doom_next(TaskKind::Start, Doom::Fail("startup failed".to_owned()));
    let made = api.order("never").await.expect("an order");
    let never = made.server.expect("a server").id;
    let ended = api.follow(&made.operation.expect("an operation").id).await;
    assert_eq!(ended.expect("an end").state(), v1::OperationState::Failed);
    let not_made = posted(&sink, "alert_fired", &never).await;
    let alerts = own_alerts(&api).await;
    let second = alerts.iter().find(|alert| alert.server_id == never);
    expect_told(&server, &api, second.expect("an alert"), &not_made).await;
    assert_eq!(alerts.len(), 2, "{alerts:#?}");
}
