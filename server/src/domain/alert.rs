//! What is or was wrong with one thing by one rule, and what has happened to it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::alert_condition::Condition;
use super::alert_rule::AlertSeverity;
use super::alert_subject::AlertSubject;
use super::codes::coded;
use super::etag::Generation;
use super::ids::{AlertId, AlertRuleId, AlertTransitionId, ChannelId, NodeId, OperationId, ServerId, UserId};
use super::outbox::OutboxMessage;
use super::time::Timestamp;

coded! {
    AlertState {
        /// The condition holds, and not yet for long enough. One that ends so leaves nothing behind.
        Pending = "pending",
        Firing = "firing",
        Resolved = "resolved",
    }
}

/// How far an alert is: what the next look is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub state: AlertState,
    /// What it is about is missing; the state stays meanwhile.
    pub no_data: bool,
    /// The figure of the newest look, or the seconds until a disk is full; `None` when the condition is another.
    pub value: Option<u64>,
    /// Since when the condition holds.
    pub begin_time: Timestamp,
    pub fire_time: Option<Timestamp>,
    pub resolve_time: Option<Timestamp>,
    /// Since when a firing alert's condition is over.
    pub clear_since: Option<Timestamp>,
    /// The newest look.
    pub seen_time: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    pub user_id: UserId,
    pub time: Timestamp,
}

/// The alert of one rule on one server, node or container. There is one at a time that is not resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub id: AlertId,
    pub rule_id: AlertRuleId,
    /// `None` is the installation's.
    pub rule_owner_id: Option<UserId>,
    pub rule_name: String,
    pub condition: Condition,
    pub severity: AlertSeverity,
    pub channels: Vec<ChannelId>,
    #[serde(flatten)]
    pub subject: AlertSubject,
    /// The one that is stuck.
    pub operation_id: Option<OperationId>,
    pub progress: Progress,
    pub acknowledgement: Option<Acknowledgement>,
    pub silenced: bool,
    /// When people were last told that it fires.
    pub told_time: Option<Timestamp>,
    pub update_time: Timestamp,
    pub generation: Generation,
}

/// All alerts that are not resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenAlerts {
    pub alerts: Vec<Alert>,
    /// Where there is one that cannot be read, by the key of its subject: nothing becomes of it, and none begins in its place.
    pub unreadable: Vec<(AlertRuleId, Uuid)>,
}

coded! {
    /// What happened to an alert that has fired.
    TransitionKind {
        Fired = "fired",
        Resolved = "resolved",
        /// It ended with what it was about, or because its rule was deleted, disabled or changed.
        Withdrawn = "withdrawn",
        DataLost = "data_lost",
        DataFound = "data_found",
        Acknowledged = "acknowledged",
        Unacknowledged = "unacknowledged",
        Silenced = "silenced",
        Unsilenced = "unsilenced",
        /// Told of again, as the rule says.
        Repeated = "repeated",
    }
}

/// A line of the log of alerts: complete in itself, so that it can be told long after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertTransition {
    pub id: AlertTransitionId,
    /// Its place in the log: grows in the order in which lines become visible, without a hole.
    pub position: i64,
    pub kind: TransitionKind,
    pub time: Timestamp,
    /// As it was afterwards.
    pub alert: Alert,
}

/// One change of one alert, to be written together with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertWrite {
    pub change: AlertRowChange,
    /// As it is afterwards; the store counts its generation.
    pub alert: Alert,
    /// The line of the log, for alerts that have fired.
    pub transition: Option<NewTransition>,
    /// What people are told of it.
    pub message: Option<OutboxMessage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertRowChange {
    Insert,
    /// Guarded by this generation.
    Update(Generation),
    /// Likewise. For one that has never fired.
    Remove(Generation),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewTransition {
    pub id: AlertTransitionId,
    pub kind: TransitionKind,
    pub time: Timestamp,
}

/// How far the store is, to tell whether what one remembers still holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlertRevision {
    /// Grows with each change of rules and silences.
    pub settings: i64,
    /// Grows with each writing of alerts.
    pub alerts: i64,
    /// The last place in the log.
    pub transitions: i64,
}

/// Which places of the log there are: all behind `before_first` up to `last`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogBounds {
    pub before_first: i64,
    pub last: i64,
}

/// Lines of the log, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogPage {
    pub lines: Vec<AlertTransition>,
    /// The place up to which these are all.
    pub end: i64,
    /// There may be more behind it.
    pub more: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Empty is every state.
    pub states: Vec<AlertState>,
    pub server_id: Option<ServerId>,
    /// This node's and its containers'.
    pub node_id: Option<NodeId>,
    pub severity: Option<AlertSeverity>,
    pub owner_id: Option<UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_that_was_kept_before_there_were_nodes_is_about_its_server() {
        let kept = r#"{"id":"01995000-0000-7000-8000-000000000011","rule_id":"01995000-0000-7000-8000-000000000001",
            "rule_owner_id":null,"rule_name":"Processor over 90 %","condition":{"kind":"metric","metric":"cpu_ratio",
            "comparison":"above","threshold":9000,"clear_threshold":8000,"duration":{"secs":300,"nanos":0}},
            "severity":"warning","channels":[],"server_id":"01995000-0000-7000-8000-000000000012","server_name":"web-1",
            "owner_id":"01995000-0000-7000-8000-000000000013","operation_id":null,"progress":{"state":"firing",
            "no_data":false,"value":9500,"begin_time":1790000000000000,"fire_time":1790000000000000,"resolve_time":null,
            "clear_since":null,"seen_time":1790000000000000},"acknowledgement":null,"silenced":false,
            "told_time":1790000000000000,"update_time":1790000000000000,"generation":2}"#;
        let alert: Alert = serde_json::from_str(kept).unwrap();
        let AlertSubject::Server { server_name, .. } = &alert.subject else {
            panic!("{alert:?}");
        };
        assert_eq!(server_name, "web-1");
        let again = serde_json::to_value(&alert).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(kept).unwrap());
    }
}
