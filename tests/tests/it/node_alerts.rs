//! Rules about nodes and containers: what agents tell, or do not tell any more, becomes alerts that staff alone see.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::attach_request::Message;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, verdict};
use hostler_tests::scripted_agent::{ScriptedAgent, ScriptedSession, key};
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::adapters::clock::SystemClock;
use hostlerd::domain::user::Role;
use hostlerd::ports::clock::Clock as _;
use prost_types::Timestamp;
use tokio::task::JoinHandle;
use tokio::time::interval;
use v1::AlertChangeKind::{Fired, Resolved, Withdrawn};
use v1::alert_condition::Condition;
use v1::alert_subjects::Subjects;

use crate::people::{ALICE, alert_in, create_rule, history, own_alerts, rule, rule_about};

const OPERATOR: &str = "operator@example.org";
const SUPPORT: &str = "support@example.org";

/// A machine that tells how it is several times a second, until it is dropped.
struct Machine {
    session: Arc<ScriptedSession>,
    cpu_percent: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Machine {
    async fn start(agent: &ScriptedAgent, cpu_percent: u64) -> Self {
        let session = Arc::new(agent.attach().await.expect("a session"));
        let teller = Arc::clone(&session);
        let cpu = Arc::new(AtomicU64::new(cpu_percent));
        let (told, mut ticks) = (Arc::clone(&cpu), interval(Duration::from_millis(300)));
        let task = tokio::spawn(async move {
            // Behind those of any session before.
            let first = u64::try_from(SystemClock.now().as_seconds()).expect("a time") * 1000;
            for sequence in first.. {
                ticks.tick().await;
                let percent = u32::try_from(told.load(Ordering::Relaxed)).expect("a share");
                tell(&teller, vec![sample(sequence, 0, f64::from(percent) / 100.0, 1)]).await;
            }
        });
        Self {
            session,
            cpu_percent: cpu,
            task,
        }
    }

    fn is_busy(&self, percent: u64) {
        self.cpu_percent.store(percent, Ordering::Relaxed);
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn ago(seconds: u64) -> Timestamp {
    Timestamp {
        seconds: (SystemClock.now() - Duration::from_secs(seconds)).as_seconds(),
        nanos: 0,
    }
}

fn sample(sequence: u64, seconds_ago: u64, cpu_ratio: f64, used_percent: i64) -> v1::NodeSample {
    v1::NodeSample {
        sequence,
        time: Some(ago(seconds_ago)),
        cpu_ratio: Some(cpu_ratio),
        core_ratios: vec![cpu_ratio],
        file_systems: vec![v1::FileSystem {
            mount_point: "/".to_owned(),
            used_bytes: used_percent,
            limit_bytes: 10_000,
            ..Default::default()
        }],
        ..Default::default()
    }
}

async fn tell(session: &ScriptedSession, samples: Vec<v1::NodeSample>) {
    session.say(Message::Samples(v1::NodeSamples { samples })).await;
}

fn of_installation(subjects: Subjects, rule: v1::AlertRule) -> v1::AlertRule {
    v1::AlertRule {
        installation: true,
        subjects: Some(v1::AlertSubjects {
            subjects: Some(subjects),
        }),
        ..rule
    }
}

const ALL_NODES: Subjects = Subjects::AllNodes(v1::AllNodes {});

fn offline() -> v1::AlertRule {
    let condition = Condition::NodeOffline(v1::NodeOfflineCondition::default());
    of_installation(ALL_NODES, rule_about("it is away", condition))
}

fn crashed() -> v1::AlertRule {
    let mut condition = v1::ContainerStateCondition::default();
    condition.set_problem(v1::ContainerProblem::Failed);
    let subjects = v1::ContainerSubjects {
        name_pattern: "shop-*".to_owned(),
        ..Default::default()
    };
    of_installation(
        Subjects::Containers(subjects),
        rule_about("it crashed", Condition::ContainerState(condition)),
    )
}

async fn server(sample_seconds: u64) -> (TestServer, Api) {
    let server = TestServer::builder()
        .config(|config| {
            config.agents.heartbeat_seconds = 1;
            config.agents.sample_seconds = sample_seconds;
        })
        .start()
        .await;
    let operator = server.caller(OPERATOR, Role::Operator).await;
    (server, operator)
}

async fn mail(server: &TestServer, to: &str, subject: &str) {
    wait_for("a mail", || async {
        let mails = server.mailbox().mails_to(to);
        let subjects: Vec<_> = mails.into_iter().map(|mail| mail.subject).collect();
        if subjects.iter().any(|told| told == subject) {
            Ok(())
        } else {
            Err(format!("{subjects:?}"))
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_are_told_that_a_node_is_away_and_that_it_is_back() {
    let (server, operator) = server(1).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let machine = Machine::start(&agent, 1).await;
    create_rule(&operator, offline()).await;
    drop(machine);
    let alert = alert_in(&operator, v1::AlertState::Firing).await;
    assert_eq!(
        (alert.node_id.as_str(), alert.node_name.as_str()),
        (agent.node_id.as_str(), "n1.example")
    );
    assert_eq!((alert.server_id.as_str(), alert.owner_id.as_str()), ("", ""));
    mail(&server, OPERATOR, "Alert on n1.example: it is away").await;

    let support = server.caller(SUPPORT, Role::Support).await;
    let acknowledge = v1::AcknowledgeAlertRequest {
        alert_id: alert.id.clone(),
        ..Default::default()
    };
    let refused = support.alerts().acknowledge_alert(acknowledge.clone()).await;
    assert_eq!(verdict(&refused.unwrap_err()), "PERMISSION_DENIED READ_ONLY_ROLE");
    let acknowledged = operator.alerts().acknowledge_alert(acknowledge).await;
    assert!(acknowledged.is_ok(), "{acknowledged:?}");

    let _machine = Machine::start(&agent, 1).await;
    let over = alert_in(&operator, v1::AlertState::Resolved).await;
    assert_eq!(over.id, alert.id);
    mail(&server, OPERATOR, "Resolved on n1.example: it is away").await;
    assert_eq!(
        history(&operator, &alert).await,
        [Fired, v1::AlertChangeKind::Acknowledged, Resolved]
    );
    assert!(
        server.mailbox().mails_to(SUPPORT).is_empty(),
        "support only sees it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn to_customers_there_are_neither_rules_nor_alerts_of_nodes() {
    let (server, operator) = server(1).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    drop(Machine::start(&agent, 1).await);
    let rule = create_rule(&operator, offline()).await;
    let alert = alert_in(&operator, v1::AlertState::Firing).await;

    let alice = server.caller(ALICE, Role::Customer).await;
    let list = v1::ListAlertRulesRequest::default();
    let seen = alice
        .alert_rules()
        .list_alert_rules(list)
        .await
        .unwrap()
        .into_inner();
    let mut names: Vec<_> = seen.rules.iter().map(|rule| rule.display_name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["Disk over 90 %", "Memory over 90 %", "Processor over 90 %"]
    );
    let get = v1::GetAlertRuleRequest {
        alert_rule_id: rule.id.clone(),
    };
    let refused = alice.alert_rules().get_alert_rule(get).await.unwrap_err();
    assert_eq!(verdict(&refused), "NOT_FOUND ALERT_RULE_NOT_FOUND");
    let delete = v1::DeleteAlertRuleRequest {
        alert_rule_id: rule.id,
        ..Default::default()
    };
    let refused = alice.alert_rules().delete_alert_rule(delete).await.unwrap_err();
    assert_eq!(verdict(&refused), "NOT_FOUND ALERT_RULE_NOT_FOUND");

    assert!(own_alerts(&alice).await.is_empty());
    let of_node = v1::ListAlertsRequest {
        node_id: agent.node_id.clone(),
        ..Default::default()
    };
    let none = alice
        .alerts()
        .list_alerts(of_node.clone())
        .await
        .unwrap()
        .into_inner();
    assert!(none.alerts.is_empty(), "{none:?}");
    let some = operator.alerts().list_alerts(of_node).await.unwrap().into_inner();
    assert!(some.alerts.iter().any(|one| one.id == alert.id), "{some:?}");
    let get = v1::GetAlertRequest {
        alert_id: alert.id.clone(),
    };
    let refused = alice.alerts().get_alert(get).await.unwrap_err();
    assert_eq!(verdict(&refused), "NOT_FOUND ALERT_NOT_FOUND");

    let create = |rule: v1::AlertRule, installation| v1::CreateAlertRuleRequest {
        rule: Some(v1::AlertRule { installation, ..rule }),
        ..Default::default()
    };
    for rule in [offline(), crashed()] {
        let refused = alice
            .alert_rules()
            .create_alert_rule(create(rule.clone(), false))
            .await;
        assert_eq!(bad_fields(&refused.unwrap_err()), ["rule.subjects"]);
        let refused = alice.alert_rules().create_alert_rule(create(rule, true)).await;
        assert_eq!(verdict(&refused.unwrap_err()), "PERMISSION_DENIED ROLE_REQUIRED");
    }
    let silence = v1::CreateSilenceRequest {
        silence: Some(v1::Silence {
            node_id: agent.node_id.clone(),
            end_time: Some(Timestamp {
                seconds: ago(0).seconds + 3600,
                nanos: 0,
            }),
            ..Default::default()
        }),
        ..Default::default()
    };
    let refused = alice.alerts().create_silence(silence.clone()).await.unwrap_err();
    assert_eq!(verdict(&refused), "NOT_FOUND NODE_NOT_FOUND");
    operator
        .alerts()
        .create_silence(silence)
        .await
        .expect("a silence");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_was_busy_before_a_restart_of_the_server_fires_after_it() {
    let (mut server, operator) = server(3).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let machine = Machine::start(&agent, 95).await;
    let busy = rule("it is busy", v1::AlertMetric::CpuRatio, 0.9, 8);
    create_rule(
        &operator,
        of_installation(Subjects::NodeId(agent.node_id.clone()), busy),
    )
    .await;
    let pending = alert_in(&operator, v1::AlertState::Pending).await;
    drop(machine);
    server.restart().await;

    let operator = server.sign_in(OPERATOR).await;
    let agent = ScriptedAgent::at(&operator, &agent, &key('a'));
    let machine = Machine::start(&agent, 95).await;
    let firing = alert_in(&operator, v1::AlertState::Firing).await;
    assert_eq!(firing.id, pending.id);
    assert_eq!(firing.begin_time, pending.begin_time, "it has gone on");
    assert_eq!(firing.value, Some(0.95));
    machine.is_busy(10);
    alert_in(&operator, v1::AlertState::Resolved).await;
    assert_eq!(history(&operator, &firing).await, [Fired, Resolved]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_crashes_and_comes_back_for_a_moment_is_one_alert() {
    let (server, operator) = server(1).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let machine = Machine::start(&agent, 1).await;
    let session = &machine.session;
    let held = v1::AlertRule {
        clear_duration: Some(prost_types::Duration { seconds: 4, nanos: 0 }),
        ..crashed()
    };
    create_rule(&operator, held).await;
    let report = |exit_code: Option<i32>| {
        let one = |digit: char, name: &str| {
            let mut container = v1::Container {
                id: digit.to_string().repeat(64),
                name: name.to_owned(),
                ..Default::default()
            };
            match exit_code {
                Some(code) => {
                    container.exit_code = Some(code);
                    container.set_state(v1::ContainerState::Exited);
                }
                None => container.set_state(v1::ContainerState::Running),
            }
            container
        };
        Message::Containers(v1::ContainersReport {
            engine: Some(v1::ContainerEngine::default()),
            reset: true,
            containers: vec![one('a', "shop-db"), one('b', "mail")],
            ..Default::default()
        })
    };
    session.say(report(None)).await;
    session.say(report(Some(137))).await;
    let alert = alert_in(&operator, v1::AlertState::Firing).await;
    assert_eq!(
        (alert.container_name.as_str(), alert.node_id.as_str()),
        ("shop-db", agent.node_id.as_str())
    );
    assert_eq!(alert.container_id, "a".repeat(64));
    mail(&server, OPERATOR, "Alert on shop-db (n1.example): it crashed").await;
    // Up and down again, and then up for good.
    for code in [None, Some(1), None] {
        session.say(report(code)).await;
    }
    alert_in(&operator, v1::AlertState::Resolved).await;
    assert_eq!(history(&operator, &alert).await, [Fired, Resolved]);

    session.say(report(Some(1))).await;
    let again = alert_in(&operator, v1::AlertState::Firing).await;
    assert_ne!(again.id, alert.id);
    session
        .say(Message::Containers(v1::ContainersReport {
            engine: Some(v1::ContainerEngine::default()),
            reset: true,
            ..Default::default()
        }))
        .await;
    wait_for("the end of an alert", || async {
        let seen = history(&operator, &again).await;
        if seen == [Fired, Withdrawn] {
            Ok(())
        } else {
            Err(format!("{seen:?}"))
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_tried_on_the_history_of_nodes() {
    let (_server, operator) = server(10).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let mut session = agent.attach().await.expect("a session");
    // A look every ten seconds, busy from ten until five minutes ago.
    let looks = (0..90_u32).map(|look| {
        let seconds_ago = u64::from(900 - look * 10);
        let busy = (300..600).contains(&seconds_ago);
        let cpu = if busy { 0.95 } else { 0.05 };
        sample(u64::from(look) + 1, seconds_ago, cpu, 1)
    });
    tell(&session, looks.collect()).await;
    session.hear().await.expect("they are stored");
    let run = |metric| {
        let rule = rule("", metric, 0.9, 60);
        v1::DryRunAlertRuleRequest {
            rule: Some(of_installation(ALL_NODES, rule)),
            start_time: Some(ago(1200)),
            ..Default::default()
        }
    };
    let busy = run(v1::AlertMetric::CpuRatio);
    let tried = operator.alert_rules().dry_run_alert_rule(busy.clone()).await;
    let tried = tried.expect("a dry run").into_inner();
    let [node] = tried.nodes.as_slice() else {
        panic!("{tried:?}");
    };
    assert_eq!(
        (tried.fire_count, node.node_id.as_str()),
        (1, agent.node_id.as_str())
    );
    let [fired] = node.alerts.as_slice() else {
        panic!("{node:?}");
    };
    assert!((fired.worst_value - 0.95).abs() < 1e-9 && fired.resolve_time.is_some());

    let refused = operator
        .alert_rules()
        .dry_run_alert_rule(run(v1::AlertMetric::InodeRatio))
        .await;
    assert_eq!(
        bad_fields(&refused.unwrap_err()),
        ["rule.condition.metric.metric"]
    );
    let on_server = v1::DryRunAlertRuleRequest {
        server_ids: vec![agent.node_id.clone()],
        ..busy
    };
    let refused = operator.alert_rules().dry_run_alert_rule(on_server).await;
    assert_eq!(bad_fields(&refused.unwrap_err()), ["server_ids"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_is_told_of_before_it_is_full() {
    let (_server, operator) = server(1).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let mut session = agent.attach().await.expect("a session");
    // Five hours, a look a minute: from 70 % on, 3 % more each hour; the last 15 % take five hours more.
    let looks = (0..=300_u32).map(|minute| {
        let seconds_ago = u64::from(300 - minute) * 60;
        sample(
            u64::from(minute) + 1,
            seconds_ago,
            0.1,
            7_000 + i64::from(minute) * 5,
        )
    });
    tell(&session, looks.collect()).await;
    session.hear().await.expect("they are stored");
    let full = |hours: i64| {
        let within = prost_types::Duration {
            seconds: hours * 3600,
            nanos: 0,
        };
        let condition = Condition::DiskForecast(v1::DiskForecastCondition { within: Some(within) });
        of_installation(ALL_NODES, rule_about(&format!("full in {hours} h"), condition))
    };
    create_rule(&operator, full(3)).await;
    create_rule(&operator, full(24)).await;
    let alert = alert_in(&operator, v1::AlertState::Firing).await;
    assert_eq!(alert.rule_name, "full in 24 h");
    let hours = alert.value.expect("hours");
    assert!((4.9..5.1).contains(&hours), "{hours}");
}
