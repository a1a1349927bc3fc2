//! Alerts: they fire, are told once, survive whatever happens to the server, and are nobody else's business.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::expect_refusal;
use hostler_tests::fault_plan::FaultPlan;
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::adapters::sim::Doom;
use hostlerd::domain::guest::TaskKind;
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::{Subject, Values};
use hostlerd::domain::user::Role;
use hostlerd::engine::alerts::{GuestAlerts, SweptLooks};
use tonic::Streaming;
use v1::AlertChangeKind::{Acknowledged, DataFound, DataLost, Fired, Resolved, Unsilenced, Withdrawn};
use v1::alert_condition::Condition;
use v1::watch_alerts_response::Event;

use crate::people::{ALICE, alert_in, burn, create_rule, history, own_alerts, rule};

/// A server that looks each second.
async fn eager() -> TestServer {
    let builder = TestServer::builder().config(|config| config.monitoring.sweep_seconds = 1);
    builder.start().await
}

async fn alice(server: &TestServer) -> Api {
    server.caller(ALICE, Role::Customer).await
}

/// Stops and starts, so that nobody waits for the leases of the dead.
async fn renew(server: &mut TestServer) -> Api {
    server.stop().await;
    server.restart().await;
    server.sign_in(ALICE).await
}

/// Above for so many seconds.
fn cpu(above: f64, seconds: i64) -> v1::AlertRule {
    rule("CPU hot", v1::AlertMetric::CpuRatio, above, seconds)
}

async fn watch(api: &Api, cursor: &str) -> Streaming<v1::WatchAlertsResponse> {
    let request = v1::WatchAlertsRequest {
        cursor: cursor.to_owned(),
    };
    let answer = api.alerts().watch_alerts(request).await;
    answer.expect("a stream").into_inner()
}

async fn next(stream: &mut Streaming<v1::WatchAlertsResponse>) -> Event {
    let message = stream.message().await.expect("a message");
    message.expect("the stream goes on").event.expect("an event")
}

async fn change(stream: &mut Streaming<v1::WatchAlertsResponse>) -> v1::AlertChange {
    loop {
        match next(stream).await {
            Event::Change(change) => return change,
            Event::Heartbeat(_) => {}
            Event::Snapshot(snapshot) => panic!("a snapshot out of turn: {snapshot:?}"),
        }
    }
}

/// Waits until the owner has had so many mails about alerts.
async fn mails(server: &TestServer, count: usize) {
    wait_for("mails about alerts", || async {
        let subjects = told_by_mail(server);
        if subjects.len() == count {
            Ok(())
        } else {
            Err(format!("{subjects:?}"))
        }
    })
    .await;
}

/// Subjects of the mails about the rule of [`cpu`].
fn told_by_mail(server: &TestServer) -> Vec<String> {
    let mails = server.mailbox().mails_to(ALICE).into_iter();
    let subjects = mails.map(|mail| mail.subject);
    subjects.filter(|subject| subject.contains("CPU hot")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_burns_its_processors_fires_is_acknowledged_and_clears() {
    let server = eager().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    create_rule(&api, cpu(0.9, 1)).await;
    let mut stream = watch(&api, "").await;
    let Event::Snapshot(snapshot) = next(&mut stream).await else {
        panic!("a stream begins with a snapshot");
    };
    assert!(snapshot.alerts.is_empty() && snapshot.last);

    burn(&server, &web, 0.97);
    let fired = change(&mut stream).await;
    let alert = fired.alert.clone().expect("an alert");
    assert_eq!(fired.kind(), Fired);
    assert_eq!((alert.server_name.as_str(), alert.value), ("web", Some(0.97)));
    assert_eq!(alert.state(), v1::AlertState::Firing);
    assert!(alert.fire_time.expect("a time").seconds > alert.begin_time.expect("a time").seconds);
    mails(&server, 1).await;

    let request = v1::AcknowledgeAlertRequest {
        alert_id: alert.id.clone(),
        ..Default::default()
    };
    let remembered = v1::AcknowledgeAlertRequest {
        request_id: "6f3a2a0e-5b51-4d6f-9a44-0d6a3f2f8f01".to_owned(),
        ..request.clone()
    };
    let acknowledged = api
        .alerts()
        .acknowledge_alert(remembered.clone())
        .await
        .expect("yes");
    let acknowledged = acknowledged.into_inner().alert.expect("an alert");
    assert_eq!(acknowledged.acknowledged_by, web.owner_id);
    let twice = api
        .alerts()
        .acknowledge_alert(request.clone())
        .await
        .expect("yes");
    assert_eq!(twice.into_inner().alert, Some(acknowledged));
    assert_eq!(change(&mut stream).await.kind(), Acknowledged);

    burn(&server, &web, 0.1);
    let over = change(&mut stream).await;
    assert_eq!(over.kind(), Resolved);
    mails(&server, 2).await;
    expect_refusal(
        api.alerts().acknowledge_alert(request).await,
        "FAILED_PRECONDITION ALERT_NOT_FIRING",
    );
    let repeated = api.alerts().acknowledge_alert(remembered).await;
    repeated.expect("what was done is not refused when it is asked for again");
    assert_eq!(history(&api, &alert).await, [Fired, Acknowledged, Resolved]);
    drop(rustls::crypto::ring::default_provider().install_default());
    let page = reqwest::get(format!("{}/metrics", server.url()))
        .await
        .expect("a page");
    let page = page.text().await.expect("text");
    for line in [
        "hostler_alert_transitions_total{kind=\"fired\"} 1",
        "hostler_alert_firing{severity=\"critical\"} 0",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn restarts_neither_forget_what_is_pending_nor_tell_twice_what_fires() {
    // Looked at rarely, so that a restart is no gap on a busy machine either.
    let builder = TestServer::builder().config(|config| config.monitoring.sweep_seconds = 3);
    let mut server = builder.start().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    create_rule(&api, cpu(0.9, 5)).await;
    burn(&server, &web, 0.97);
    let pending = alert_in(&api, v1::AlertState::Pending).await;
    let api = renew(&mut server).await;
    let firing = alert_in(&api, v1::AlertState::Firing).await;
    assert_eq!((&firing.id, firing.begin_time), (&pending.id, pending.begin_time));
    mails(&server, 1).await;

    let api = renew(&mut server).await;
    burn(&server, &web, 0.1);
    let resolved = alert_in(&api, v1::AlertState::Resolved).await;
    assert_eq!(resolved.id, firing.id);
    assert_eq!(history(&api, &firing).await, [Fired, Resolved]);
    mails(&server, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_around_the_write_alerts_once() {
    for point in ["alerts before_write", "alerts after_write"] {
        let faults = Arc::new(FaultPlan::new());
        let clock = Arc::new(ShiftedClock::default());
        let builder = TestServer::builder().config(|config| config.monitoring.sweep_seconds = 1);
        let builder = builder
            .faults(Arc::clone(&faults) as _)
            .clock(Arc::clone(&clock) as _);
        let mut server = builder.start().await;
        let api = alice(&server).await;
        let web = api.running_server("web").await;
        create_rule(&api, cpu(0.9, 0)).await;
        faults.hold(point);
        burn(&server, &web, 0.97);
        faults.reached().await;
        server.crash();
        faults.release();
        // The lease of the dead is to run out.
        clock.advance(Duration::from_mins(1));
        server.restart().await;
        let api = server.sign_in(ALICE).await;
        let firing = alert_in(&api, v1::AlertState::Firing).await;
        mails(&server, 1).await;
        burn(&server, &web, 0.1);
        alert_in(&api, v1::AlertState::Resolved).await;
        assert_eq!(history(&api, &firing).await, [Fired, Resolved], "{point}");
        mails(&server, 2).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_figures_do_not_resolve_an_alert() {
    let server = eager().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    create_rule(&api, cpu(0.9, 0)).await;
    burn(&server, &web, 0.97);
    let firing = alert_in(&api, v1::AlertState::Firing).await;
    server.sim().control().set_cluster_online(false);
    wait_for("the mark", || async {
        let alert = alert_in(&api, v1::AlertState::Firing).await;
        if alert.no_data {
            Ok(())
        } else {
            Err(format!("{alert:?}"))
        }
    })
    .await;
    server.sim().control().set_cluster_online(true);
    wait_for("the end of the mark", || async {
        let alert = alert_in(&api, v1::AlertState::Firing).await;
        if alert.no_data {
            Err(format!("{alert:?}"))
        } else {
            Ok(())
        }
    })
    .await;
    assert_eq!(history(&api, &firing).await, [Fired, DataLost, DataFound]);
    mails(&server, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silence_keeps_people_from_being_told_until_it_ends() {
    let server = eager().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    create_rule(&api, cpu(0.9, 0)).await;
    let later = |seconds: i64| {
        let now = server.app().ports().clock.now().as_seconds();
        Some(prost_types::Timestamp {
            seconds: now + seconds,
            nanos: 0,
        })
    };
    let request = v1::CreateSilenceRequest {
        silence: Some(v1::Silence {
            server_id: web.id.clone(),
            end_time: later(3600),
            comment: "upkeep".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let silence = api.alerts().create_silence(request).await.expect("a silence");
    let silence = silence.into_inner().silence.expect("a silence");
    burn(&server, &web, 0.97);
    let firing = alert_in(&api, v1::AlertState::Firing).await;
    assert_eq!(firing.silence_end_time, silence.end_time);
    assert_eq!(told_by_mail(&server), [""; 0]);

    let request = v1::DeleteSilenceRequest {
        silence_id: silence.id,
        ..Default::default()
    };
    api.alerts().delete_silence(request).await.expect("an end");
    mails(&server, 1).await;
    assert_eq!(history(&api, &firing).await, [Fired, Unsilenced]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_react_is_told_again_until_somebody_acknowledges() {
    let clock = Arc::new(ShiftedClock::default());
    let builder = TestServer::builder().config(|config| config.monitoring.sweep_seconds = 1);
    let server = builder.clock(Arc::clone(&clock) as _).start().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let hour = prost_types::Duration {
        seconds: 3600,
        nanos: 0,
    };
    let repeated = v1::AlertRule {
        repeat_interval: Some(hour),
        ..cpu(0.9, 0)
    };
    create_rule(&api, repeated).await;
    burn(&server, &web, 0.97);
    mails(&server, 1).await;
    let alert = alert_in(&api, v1::AlertState::Firing).await;
    for told in 2..=3 {
        clock.advance(Duration::from_mins(61));
        mails(&server, told).await;
    }
    let acknowledge = v1::AcknowledgeAlertRequest {
        alert_id: alert.id.clone(),
        ..Default::default()
    };
    let renewed = server.sign_in(ALICE).await;
    renewed
        .alerts()
        .acknowledge_alert(acknowledge)
        .await
        .expect("yes");
    clock.advance(Duration::from_mins(61));
    burn(&server, &web, 0.1);
    alert_in(&server.sign_in(ALICE).await, v1::AlertState::Resolved).await;
    mails(&server, 4).await;
    let subjects = told_by_mail(&server);
    let over = subjects
        .iter()
        .filter(|subject| subject.starts_with("Resolved"))
        .count();
    assert_eq!(
        over, 1,
        "three times that it fires, and once that it is over: {subjects:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_goes_on_after_a_restart_has_everything_once() {
    let mut server = eager().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    create_rule(&api, cpu(0.9, 0)).await;
    let mut stream = watch(&api, "").await;
    let Event::Snapshot(snapshot) = next(&mut stream).await else {
        panic!("a stream begins with a snapshot");
    };
    let mut read = Vec::new();
    burn(&server, &web, 0.97);
    read.push(change(&mut stream).await);
    // Happens while nobody follows.
    let mut api = renew(&mut server).await;
    burn(&server, &web, 0.1);
    alert_in(&api, v1::AlertState::Resolved).await;
    for _ in 0..2 {
        let cursor = read.last().map(|change: &v1::AlertChange| change.cursor.clone());
        let mut stream = watch(&api, &cursor.expect("a cursor")).await;
        read.push(change(&mut stream).await);
        drop(stream);
        burn(&server, &web, 0.97);
        api = renew(&mut server).await;
    }
    let kinds: Vec<_> = read.iter().map(v1::AlertChange::kind).collect();
    assert_eq!(kinds, [Fired, Resolved, Fired]);
    let cursors: BTreeSet<_> = read.iter().map(|change| &change.cursor).collect();
    assert_eq!(cursors.len(), 3);
    // From the beginning it is the same, and no snapshot comes in between.
    let mut again = watch(&api, &snapshot.cursor).await;
    for known in &read {
        assert_eq!(change(&mut again).await.cursor, known.cursor);
    }
    // A place that the log does not have leads to a snapshot.
    let mut lost = watch(&api, "c999999").await;
    let Event::Snapshot(snapshot) = next(&mut lost).await else {
        panic!("an unknown place leads to a snapshot");
    };
    assert_eq!(snapshot.alerts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_that_judge_the_same_looks_alert_once() {
    let builder = TestServer::builder().config(|config| config.monitoring.sweep_seconds = 3600);
    let server = builder.start().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    create_rule(&api, cpu(0.9, 0)).await;
    let ports = server.app().ports();
    let id: ServerId = web.id.parse().expect("an id");
    let servers = ports.store.server_get_many(&[id]).await.expect("a server");
    let patience = Duration::from_secs(90);
    let instances: Vec<_> = (0..4).map(|_| GuestAlerts::alone(ports, patience)).collect();
    let now = ports.clock.now();
    for (turn, ratio) in [9700, 9700, 1000, 9700].into_iter().enumerate() {
        let time = now + Duration::from_secs(30) * u32::try_from(turn).expect("few");
        let values = [(Subject::Server(id), Values::NONE.with(Metric::CpuRatio, ratio))];
        let looks = SweptLooks {
            time,
            servers: &servers,
            values: &values,
        };
        let judged = instances.iter().map(|instance| async move {
            instance.prepare(time).await?;
            instance.evaluate(looks).await
        });
        for written in futures_util::future::join_all(judged).await {
            written.expect("a judgement");
        }
    }
    let found = own_alerts(&api).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(history(&api, &found[1]).await, [Fired, Resolved]);
    assert_eq!(history(&api, &found[0]).await, [Fired]);
    mails(&server, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_down_by_itself_fires_until_it_runs_again() {
    let clock = Arc::new(ShiftedClock::default());
    let builder = TestServer::builder().config(|config| config.monitoring.sweep_seconds = 1);
    let server = builder.clock(Arc::clone(&clock) as _).start().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let down = v1::ServerStateCondition {
        problem: v1::ServerProblem::Down.into(),
        duration: None,
    };
    let rule = v1::AlertRule {
        condition: Some(v1::AlertCondition {
            condition: Some(Condition::ServerState(down)),
        }),
        display_name: "down".to_owned(),
        ..Default::default()
    };
    let rule = create_rule(&api, rule).await;
    let world = server.sim().control().world();
    let vmid = world
        .iter()
        .find(|guest| guest.server_id.is_some())
        .expect("a guest")
        .vmid;
    server.sim().control().power_off(vmid).expect("a guest");
    // A row that has just been written may be ahead of what the hypervisor lists.
    clock.advance(Duration::from_mins(5));
    let firing = alert_in(&api, v1::AlertState::Firing).await;
    assert_eq!((&firing.rule_id, &firing.server_id), (&rule.id, &web.id));
    // A start that fails does not make it any better.
    let doom = Doom::Fail("startup failed".to_owned());
    server.sim().control().doom_next(TaskKind::Start, doom);
    assert_eq!(start(&api, &web.id).await, v1::OperationState::Failed);
    assert_eq!(api.server(&web.id).await.state(), v1::ServerState::Stopped);
    assert_eq!(start(&api, &web.id).await, v1::OperationState::Succeeded);
    let over = alert_in(&api, v1::AlertState::Resolved).await;
    assert_eq!(over.id, firing.id);
    assert_eq!(history(&api, &over).await, [Fired, Resolved]);
    assert_eq!(own_alerts(&api).await.len(), 1);
}

/// How a start of the server ends.
async fn start(api: &Api, server_id: &str) -> v1::OperationState {
    let request = v1::StartServerRequest {
        server_id: server_id.to_owned(),
        ..Default::default()
    };
    let started = api.servers().start_server(request).await.expect("a start");
    let operation = started.into_inner().operation.expect("an operation");
    api.follow(&operation.id).await.expect("an end").state()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_ends_with_its_rule() {
    let server = eager().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let rule = create_rule(&api, cpu(0.9, 0)).await;
    burn(&server, &web, 0.97);
    let firing = alert_in(&api, v1::AlertState::Firing).await;
    let request = v1::DeleteAlertRuleRequest {
        alert_rule_id: rule.id,
        etag: rule.etag,
        ..Default::default()
    };
    api.alert_rules()
        .delete_alert_rule(request)
        .await
        .expect("a deletion");
    alert_in(&api, v1::AlertState::Resolved).await;
    assert_eq!(history(&api, &firing).await, [Fired, Withdrawn]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_peoples_alerts_and_rules_do_not_exist() {
    let server = eager().await;
    let api = alice(&server).await;
    let stranger = server.caller("stranger@example.org", Role::Customer).await;
    let web = api.running_server("web").await;
    let rule = create_rule(&api, cpu(0.9, 0)).await;
    let mut theirs = watch(&stranger, "").await;
    next(&mut theirs).await;
    burn(&server, &web, 0.97);
    let firing = alert_in(&api, v1::AlertState::Firing).await;

    assert!(own_alerts(&stranger).await.is_empty());
    let alert_id = firing.id.clone();
    let get = v1::GetAlertRequest {
        alert_id: alert_id.clone(),
    };
    expect_refusal(
        stranger.alerts().get_alert(get).await,
        "NOT_FOUND ALERT_NOT_FOUND",
    );
    let acknowledge = v1::AcknowledgeAlertRequest {
        alert_id,
        ..Default::default()
    };
    let refused = stranger.alerts().acknowledge_alert(acknowledge).await;
    expect_refusal(refused, "NOT_FOUND ALERT_NOT_FOUND");
    let get = v1::GetAlertRuleRequest {
        alert_rule_id: rule.id.clone(),
    };
    let refused = stranger.alert_rules().get_alert_rule(get).await;
    expect_refusal(refused, "NOT_FOUND ALERT_RULE_NOT_FOUND");
    // Not even for a request that might have been made before.
    let delete = v1::DeleteAlertRuleRequest {
        alert_rule_id: rule.id.clone(),
        request_id: uuid::Uuid::now_v7().to_string(),
        ..Default::default()
    };
    let refused = stranger.alert_rules().delete_alert_rule(delete).await;
    expect_refusal(refused, "NOT_FOUND ALERT_RULE_NOT_FOUND");
    let about_theirs = v1::CreateAlertRuleRequest {
        rule: Some(v1::AlertRule {
            subjects: Some(v1::AlertSubjects {
                subjects: Some(v1::alert_subjects::Subjects::ServerId(web.id.clone())),
            }),
            ..cpu(0.5, 0)
        }),
        ..Default::default()
    };
    let refused = stranger.alert_rules().create_alert_rule(about_theirs).await;
    expect_refusal(refused, "NOT_FOUND SERVER_NOT_FOUND");
    let rules = stranger
        .alert_rules()
        .list_alert_rules(v1::ListAlertRulesRequest::default())
        .await;
    let rules = rules.expect("rules").into_inner().rules;
    assert!(rules.iter().all(|rule| rule.installation), "{rules:?}");

    // Staff see it, the stranger's stream does not.
    let support = server.caller("support@example.org", Role::Support).await;
    assert_eq!(alert_in(&support, v1::AlertState::Firing).await.id, firing.id);
    let quiet = tokio::time::timeout(Duration::from_secs(2), next(&mut theirs)).await;
    assert!(quiet.is_err(), "{quiet:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_tried_over_what_is_stored() {
    let builder = TestServer::builder().config(|config| config.monitoring.sweep_seconds = 30);
    let server = builder.start().await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let id: ServerId = web.id.parse().expect("an id");
    let ports = server.app().ports();
    let now = ports.clock.now();
    let begin = now - Duration::from_hours(2);
    // Half an hour hot, half an hour cool, twice.
    for look in 0..240_u32 {
        let time = begin + Duration::from_secs(30) * look;
        let hot = (look / 60) % 2 == 0;
        let values = Values::NONE.with(Metric::CpuRatio, if hot { 9_600 } else { 1_000 });
        let added = ports
            .store
            .stats_add(time, &[(Subject::Server(id), values)], now)
            .await;
        added.expect("figures");
    }
    let start = prost_types::Timestamp {
        seconds: begin.as_seconds() - 60,
        nanos: 0,
    };
    let request = |rule: v1::AlertRule| v1::DryRunAlertRuleRequest {
        rule: Some(rule),
        start_time: Some(start),
        end_time: Some(prost_types::Timestamp {
            seconds: begin.as_seconds() + 7195,
            nanos: 0,
        }),
        ..Default::default()
    };
    let run = |rule| async { api.alert_rules().dry_run_alert_rule(request(rule)).await };
    let answer = run(cpu(0.9, 300)).await.expect("an answer").into_inner();
    assert_eq!((answer.fire_count, answer.tier()), (2, v1::StatsTier::Raw));
    let [server_answer] = answer.servers.as_slice() else {
        panic!("{answer:?}");
    };
    let first = &server_answer.alerts[0];
    let seconds = |time: &Option<prost_types::Timestamp>| time.expect("a time").seconds;
    assert_eq!(seconds(&first.fire_time) - seconds(&first.begin_time), 300);
    assert_eq!(seconds(&first.resolve_time) - seconds(&first.begin_time), 1800);
    assert!((first.worst_value - 0.96).abs() < 1e-9);
    assert_eq!(
        run(cpu(0.97, 0))
            .await
            .expect("an answer")
            .into_inner()
            .fire_count,
        0
    );
    let stuck = v1::AlertRule {
        condition: Some(v1::AlertCondition {
            condition: Some(Condition::OperationStuck(v1::OperationStuckCondition::default())),
        }),
        ..Default::default()
    };
    expect_refusal(run(stuck).await, "INVALID_ARGUMENT INVALID_FIELDS");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_changed_with_care() {
    let mut server = TestServer::start().await;
    let api = alice(&server).await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let rules = |api: Api| async move {
        let listed = api
            .alert_rules()
            .list_alert_rules(v1::ListAlertRulesRequest::default())
            .await;
        listed.expect("rules").into_inner().rules
    };
    let defaults = rules(api.clone()).await;
    assert_eq!(defaults.len(), 3);
    let delete = |rule: &v1::AlertRule| v1::DeleteAlertRuleRequest {
        alert_rule_id: rule.id.clone(),
        ..Default::default()
    };
    let refused = api.alert_rules().delete_alert_rule(delete(&defaults[0])).await;
    expect_refusal(refused, "PERMISSION_DENIED ROLE_REQUIRED");
    operator
        .alert_rules()
        .delete_alert_rule(delete(&defaults[0]))
        .await
        .expect("a deletion");
    server.restart().await;
    let api = server.sign_in(ALICE).await;
    assert_eq!(rules(api.clone()).await.len(), 2);

    let mine = create_rule(&api, cpu(0.9, 60)).await;
    let update = |disabled| v1::UpdateAlertRuleRequest {
        rule: Some(v1::AlertRule {
            id: mine.id.clone(),
            disabled,
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["disabled".to_owned()],
        }),
        etag: mine.etag.clone(),
        ..Default::default()
    };
    let changed = api
        .alert_rules()
        .update_alert_rule(update(true))
        .await
        .expect("a change");
    let changed = changed.into_inner().rule.expect("a rule");
    assert!(changed.disabled && changed.condition == mine.condition);
    let stale = api.alert_rules().update_alert_rule(update(false)).await;
    expect_refusal(stale, "ABORTED ETAG_MISMATCH");
    for _ in 1..50 {
        create_rule(&api, cpu(0.9, 60)).await;
    }
    let request = v1::CreateAlertRuleRequest {
        rule: Some(cpu(0.9, 60)),
        ..Default::default()
    };
    let full = api.alert_rules().create_alert_rule(request).await;
    expect_refusal(full, "RESOURCE_EXHAUSTED QUOTA");
}
