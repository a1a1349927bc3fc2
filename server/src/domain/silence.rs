//! What is not to be told of, and from when until when.

use std::time::Duration;

use super::alert::Alert;
use super::alert_rule::AlertSeverity;
use super::ids::{AlertRuleId, NodeId, ServerId, SilenceId, UserId};
use super::time::Timestamp;

/// The most that a silence lasts.
pub const LONGEST_SILENCE: Duration = Duration::from_hours(365 * 24);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    pub id: SilenceId,
    /// Whose alerts it is about; `None` is everybody's.
    pub owner_id: Option<UserId>,
    /// Everything that is given must match, and something is.
    pub rule_id: Option<AlertRuleId>,
    pub server_id: Option<ServerId>,
    /// Its containers, too.
    pub node_id: Option<NodeId>,
    pub severity: Option<AlertSeverity>,
    pub start_time: Timestamp,
    /// Not included.
    pub end_time: Timestamp,
    pub comment: String,
    pub created_by: UserId,
    pub create_time: Timestamp,
}

/// Which silences to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SilenceFilter {
    pub owner_id: Option<UserId>,
    /// Only those that end after this.
    pub not_over_at: Option<Timestamp>,
}

impl Silence {
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.start_time <= now && now < self.end_time
    }

    pub fn matches(&self, alert: &Alert) -> bool {
        let subject = &alert.subject;
        self.owner_id
            .is_none_or(|owner| subject.owner_id() == Some(owner))
            && self.rule_id.is_none_or(|rule| rule == alert.rule_id)
            && self
                .server_id
                .is_none_or(|server| subject.server_id() == Some(server))
            && self.node_id.is_none_or(|node| subject.node_id() == Some(node))
            && self.severity.is_none_or(|severity| severity == alert.severity)
    }
}

/// Until when silences keep an alert from being told of; `None` when none does now.
pub fn silenced_until<'a>(
    silences: impl IntoIterator<Item = &'a Silence>,
    alert: &Alert,
    now: Timestamp,
) -> Option<Timestamp> {
    silences
        .into_iter()
        .filter(|silence| silence.is_active(now) && silence.matches(alert))
        .map(|silence| silence.end_time)
        .max()
}
