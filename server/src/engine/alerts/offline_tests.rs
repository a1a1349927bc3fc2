//! What rows of nodes mean to rules about those that are offline, and to alerts of nodes that nobody holds.

use super::*;
use crate::domain::alert::{AlertRowChange, AlertState, TransitionKind};
use crate::domain::alert_condition::ContainerProblem;
use crate::domain::alert_subject::{NodeSelector, RuleSubjects};
use crate::domain::container::ContainerId;
use crate::domain::name_pattern::NamePattern;
use crate::engine::alerts::test_node::{NOON, node, rule_of};

const MINUTE: Duration = Duration::from_mins(1);

fn offline(duration: Duration) -> AlertRule {
    let nodes = RuleSubjects::Nodes(NodeSelector::All);
    rule_of(nodes, Condition::NodeOffline { duration })
}

fn writes(rule: &AlertRule, open: &[Alert], nodes: &[Node], now: Timestamp) -> Vec<AlertWrite> {
    let open = OpenAlerts {
        alerts: open.to_vec(),
        unreadable: Vec::new(),
    };
    let book = Book::new(vec![rule.clone()], Vec::new());
    let nodes = nodes.iter().map(|node| (node.id, node.clone())).collect();
    judge(&book, &open, &nodes, MINUTE, now).0
}

fn kinds(writes: &[AlertWrite]) -> Vec<TransitionKind> {
    let lines = writes.iter().filter_map(|write| write.transition);
    lines.map(|line| line.kind).collect()
}

#[test]
fn a_node_that_is_away_for_long_enough_fires_and_is_over_when_it_is_back() {
    let rule = offline(MINUTE);
    let mut node = node(NodeState::Offline);
    let pending = writes(&rule, &[], std::slice::from_ref(&node), NOON);
    assert_eq!(pending[0].alert.progress.state, AlertState::Pending);
    let open = [pending[0].alert.clone()];
    // As after a restart of the server: all that is known is the row.
    let fired = writes(&rule, &open, std::slice::from_ref(&node), NOON + MINUTE);
    assert_eq!(kinds(&fired), [TransitionKind::Fired]);
    assert!(fired[0].message.is_some());
    node.state = NodeState::Online;
    let open = [fired[0].alert.clone()];
    let over = writes(&rule, &open, std::slice::from_ref(&node), NOON + 2 * MINUTE);
    assert_eq!(kinds(&over), [TransitionKind::Resolved]);
    let short = writes(&rule, &[pending[0].alert.clone()], &[node], NOON + MINUTE);
    assert_eq!(short[0].change, AlertRowChange::Remove(short[0].alert.generation));
}

#[test]
fn nodes_that_come_and_go_make_one_alert() {
    let rule = AlertRule {
        clear_duration: 5 * MINUTE,
        ..offline(Duration::ZERO)
    };
    let mut node = node(NodeState::Offline);
    let fired = writes(&rule, &[], std::slice::from_ref(&node), NOON);
    let mut open = vec![fired[0].alert.clone()];
    for (minute, state) in [
        (1, NodeState::Online),
        (2, NodeState::Offline),
        (3, NodeState::Online),
        (7, NodeState::Online),
    ] {
        node.state = state;
        let now = NOON + MINUTE * minute;
        let changes = writes(&rule, &open, std::slice::from_ref(&node), now);
        assert!(kinds(&changes).is_empty(), "{minute}");
        open.extend(changes.into_iter().map(|change| change.alert));
        open.drain(..open.len() - 1);
    }
    let over = writes(&rule, &open, &[node], NOON + 8 * MINUTE);
    assert_eq!(kinds(&over), [TransitionKind::Resolved]);
}

#[test]
fn who_has_never_come_and_who_was_shut_out_is_not_offline() {
    let rule = offline(Duration::ZERO);
    for state in [NodeState::New, NodeState::Online, NodeState::Revoked] {
        assert!(writes(&rule, &[], &[node(state)], NOON).is_empty(), "{state}");
    }
}

#[test]
fn alerts_of_nodes_that_are_deleted_or_no_longer_meant_are_withdrawn() {
    let rule = offline(Duration::ZERO);
    let node = node(NodeState::Offline);
    let fired = writes(&rule, &[], std::slice::from_ref(&node), NOON);
    let open = [fired[0].alert.clone()];
    let withdrawn = [TransitionKind::Withdrawn];
    assert_eq!(kinds(&writes(&rule, &open, &[], NOON)), withdrawn);
    let mut labelled = rule.clone();
    labelled.subjects = RuleSubjects::Nodes(NodeSelector::Labelled(
        [("site".to_owned(), "berlin".to_owned())].into(),
    ));
    assert_eq!(
        kinds(&writes(&labelled, &open, std::slice::from_ref(&node), NOON)),
        withdrawn
    );
}

#[test]
fn what_is_on_a_node_that_is_away_lacks_data_and_what_is_on_one_that_is_there_is_left_alone() {
    let problem = ContainerProblem::Exited;
    let condition = Condition::ContainerState {
        problem,
        duration: Duration::ZERO,
    };
    let containers = RuleSubjects::Containers {
        nodes: NodeSelector::All,
        name: NamePattern::parse("shop-*").unwrap(),
    };
    let rule = rule_of(containers, condition);
    let mut node = node(NodeState::Offline);
    let subject = Subject {
        about: AlertSubject::Container {
            node_id: node.id,
            node_name: "rack".to_owned(),
            container_id: ContainerId::parse(&"0af9".repeat(16)).unwrap(),
            container_name: "shop-db".to_owned(),
        },
        operation_id: None,
    };
    let look = Some(look_whether(true, NOON));
    let Step::Begins(progress) = step(&timing(&rule, MINUTE), None, look, NOON) else {
        panic!("it does not begin");
    };
    let open = [begun(&rule, &subject, progress, |_| false, NOON).alert];
    let later = NOON + 2 * MINUTE;
    let lost = writes(&rule, &open, std::slice::from_ref(&node), later);
    assert_eq!(kinds(&lost), [TransitionKind::DataLost]);
    node.state = NodeState::Online;
    assert!(writes(&rule, &open, std::slice::from_ref(&node), later).is_empty());
}
