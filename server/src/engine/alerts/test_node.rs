//! A node, and a rule about it, for the unit tests of alerts.

use std::time::Duration;

use crate::domain::alert_condition::Condition;
use crate::domain::alert_rule::{AlertRule, AlertSeverity};
use crate::domain::alert_subject::RuleSubjects;
use crate::domain::etag::Generation;
use crate::domain::ids::{AlertRuleId, NodeId};
use crate::domain::node::{Labels, Node, NodeState};
use crate::domain::time::Timestamp;

pub(super) const NOON: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

pub(super) fn node(state: NodeState) -> Node {
    Node {
        id: NodeId::generate(),
        display_name: "rack-1".to_owned(),
        labels: Labels::new(),
        hypervisor_node: None,
        state,
        facts: None,
        epoch: 1,
        create_time: NOON,
        update_time: NOON,
        attach_time: None,
        seen_time: None,
        generation: Generation::FIRST,
    }
}

pub(super) fn rule_of(subjects: RuleSubjects, condition: Condition) -> AlertRule {
    AlertRule {
        id: AlertRuleId::generate(),
        owner_id: None,
        name: "something is wrong".to_owned(),
        disabled: false,
        subjects,
        condition,
        severity: AlertSeverity::Critical,
        channels: Vec::new(),
        repeat_interval: None,
        clear_duration: Duration::ZERO,
        create_time: NOON,
        update_time: NOON,
        generation: Generation::FIRST,
    }
}
