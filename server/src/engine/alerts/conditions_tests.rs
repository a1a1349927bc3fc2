//! What rows of servers mean to rules about states.

use super::*;
use crate::domain::alert::{AlertRowChange, AlertState, TransitionKind};
use crate::domain::alert_condition::{Comparison, MetricCondition};
use crate::domain::alert_metric::AlertMetric;
use crate::domain::alert_rule::AlertSeverity;
use crate::domain::alert_subject::RuleSubjects;
use crate::domain::etag::Generation;
use crate::engine::alerts::test_server::server;

const NOON: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);
const MINUTE: Duration = Duration::from_mins(1);

fn down(duration: Duration) -> AlertRule {
    AlertRule {
        id: AlertRuleId::generate(),
        owner_id: None,
        name: "it is down".to_owned(),
        disabled: false,
        subjects: RuleSubjects::AllServers,
        condition: Condition::ServerState {
            problem: ServerProblem::Down,
            duration,
        },
        severity: AlertSeverity::Critical,
        channels: Vec::new(),
        repeat_interval: None,
        clear_duration: Duration::ZERO,
        create_time: NOON,
        update_time: NOON,
        generation: Generation::FIRST,
    }
}

/// What is written when this rule's alerts are open and the server's row is this.
fn writes(rule: &AlertRule, open: &[Alert], server: &Server, now: Timestamp) -> Vec<AlertWrite> {
    let open = OpenAlerts {
        alerts: open.to_vec(),
        unreadable: Vec::new(),
    };
    writes_beside(rule, &open, server, now)
}

fn writes_beside(rule: &AlertRule, open: &OpenAlerts, server: &Server, now: Timestamp) -> Vec<AlertWrite> {
    let book = Book::new(vec![rule.clone()], Vec::new());
    let servers = HashMap::from([(server.id, server.clone())]);
    let wrong = Wrong {
        known: servers.clone(),
        servers,
        ..Wrong::default()
    };
    judge(&book, open, &wrong, now).0
}

fn kinds(writes: &[AlertWrite]) -> Vec<TransitionKind> {
    let lines = writes.iter().filter_map(|write| write.transition);
    lines.map(|line| line.kind).collect()
}

#[test]
fn only_a_server_that_is_to_run_is_down_when_it_is_stopped() {
    let rule = down(Duration::ZERO);
    assert!(writes(&rule, &[], &server(ServerState::Stopped, false), NOON).is_empty());
    assert!(writes(&rule, &[], &server(ServerState::Running, true), NOON).is_empty());
    // Whatever let go of it, and whatever it left as a reason.
    let fired = writes(&rule, &[], &server(ServerState::Stopped, true), NOON);
    assert_eq!(kinds(&fired), [TransitionKind::Fired]);
}

#[test]
fn an_operation_on_a_server_that_is_down_ends_no_alert_before_it_runs() {
    let rule = down(Duration::ZERO);
    let mut server = server(ServerState::Stopped, true);
    let fired = writes(&rule, &[], &server, NOON);
    let open = [fired[0].alert.clone()];
    // A start that fails, a rename that does not.
    for state in [
        ServerState::Starting,
        ServerState::Stopped,
        ServerState::Updating,
        ServerState::Stopped,
    ] {
        server.state = state;
        assert!(writes(&rule, &open, &server, NOON + MINUTE).is_empty(), "{state}");
    }
    server.state = ServerState::Running;
    let over = writes(&rule, &open, &server, NOON + MINUTE);
    assert_eq!(kinds(&over), [TransitionKind::Resolved]);
}

#[test]
fn no_alert_begins_where_there_is_one_that_cannot_be_read() {
    let rule = down(Duration::ZERO);
    let server = server(ServerState::Stopped, true);
    let open = OpenAlerts {
        alerts: Vec::new(),
        unreadable: vec![(rule.id, server.id.as_uuid())],
    };
    assert!(writes_beside(&rule, &open, &server, NOON).is_empty());
}

#[test]
fn an_alert_about_a_metric_lacks_data_where_no_sweep_looks() {
    let rule = AlertRule {
        condition: Condition::Metric(MetricCondition {
            metric: AlertMetric::CpuRatio,
            comparison: Comparison::Above,
            threshold: 9000,
            clear_threshold: None,
            duration: Duration::ZERO,
        }),
        ..down(Duration::ZERO)
    };
    let server = server(ServerState::Running, true);
    let subject = Wrong::default().subject(&rule.condition, &server);
    let fires = Look {
        time: NOON,
        value: Some(9500),
        bad: true,
        over: false,
    };
    let Step::Begins(progress) = step(&timing(&rule, MINUTE), None, Some(fires), NOON) else {
        panic!("it does not begin");
    };
    let open = OpenAlerts {
        alerts: vec![begun(&rule, &subject, progress, |_| false, NOON).alert],
        unreadable: Vec::new(),
    };
    assert!(writes_beside(&rule, &open, &server, NOON + MINUTE).is_empty());
    let book = Book::new(vec![rule], Vec::new());
    let wrong = Wrong {
        known: HashMap::from([(server.id, server.clone())]),
        unswept: HashSet::from([server.id]),
        ..Wrong::default()
    };
    let (writes, _) = judge(&book, &open, &wrong, NOON + MINUTE);
    assert_eq!(kinds(&writes), [TransitionKind::DataLost]);
}

#[test]
fn a_clock_that_was_set_back_ends_no_alert_late() {
    let rule = down(Duration::ZERO);
    let mut server = server(ServerState::Stopped, true);
    let fired = writes(&rule, &[], &server, NOON);
    let open = [fired[0].alert.clone()];
    server.state = ServerState::Running;
    let over = writes(&rule, &open, &server, NOON - Duration::from_hours(2));
    assert_eq!(kinds(&over), [TransitionKind::Resolved]);
}

#[test]
fn what_is_pending_goes_on_behind_an_operation() {
    let rule = down(MINUTE);
    let mut server = server(ServerState::Stopped, true);
    let pending = writes(&rule, &[], &server, NOON);
    assert_eq!(pending[0].alert.progress.state, AlertState::Pending);
    let open = [pending[0].alert.clone()];
    server.state = ServerState::Snapshotting;
    assert!(writes(&rule, &open, &server, NOON + MINUTE).is_empty());
    server.state = ServerState::Stopped;
    assert_eq!(
        kinds(&writes(&rule, &open, &server, NOON + MINUTE)),
        [TransitionKind::Fired]
    );
    server.wanted_running = false;
    let gone = writes(&rule, &open, &server, NOON + MINUTE);
    assert_eq!(gone[0].change, AlertRowChange::Remove(Generation::FIRST));
}
