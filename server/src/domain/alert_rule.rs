//! What is worth an alert: which servers, which condition, how bad, and who is told how often.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::alert_condition::{Condition, LONGEST_DURATION};
use super::codes::coded;
use super::etag::Generation;
use super::fields::FieldErrors;
use super::ids::{AlertRuleId, ChannelId, ServerId, UserId};
use super::time::Timestamp;

pub const SHORTEST_REPEAT: Duration = Duration::from_mins(5);
pub const LONGEST_REPEAT: Duration = Duration::from_hours(7 * 24);
pub const MAX_CHANNELS: usize = 10;

coded! {
    AlertSeverity {
        Info = "info",
        Warning = "warning",
        Critical = "critical",
    }
}

/// Which things a rule is about. Nodes and containers come with agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleSubjects {
    /// The owner's; for a rule of the installation everybody's.
    AllServers,
    Server(ServerId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRule {
    pub id: AlertRuleId,
    /// `None` is the installation's, for the operators to change.
    pub owner_id: Option<UserId>,
    pub name: String,
    pub disabled: bool,
    pub subjects: RuleSubjects,
    pub condition: Condition,
    pub severity: AlertSeverity,
    /// Who is told besides the server's owner, each once.
    pub channels: Vec<ChannelId>,
    /// `None` is never again.
    pub repeat_interval: Option<Duration>,
    /// How long the condition must be over before a firing alert ends.
    pub clear_duration: Duration,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub generation: Generation,
}

/// Which rules to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlertRuleFilter {
    /// This user's and the installation's.
    pub visible_to: Option<UserId>,
    pub owner_id: Option<UserId>,
    pub enabled_only: bool,
}

impl AlertRule {
    /// Whether the rule is about this server of this owner.
    pub fn covers(&self, server: ServerId, owner: UserId) -> bool {
        let subject = match self.subjects {
            RuleSubjects::AllServers => true,
            RuleSubjects::Server(one) => one == server,
        };
        subject && self.owner_id.is_none_or(|mine| mine == owner)
    }

    /// Every bound that the rule breaks, under the names of the contract.
    pub fn check(&self, errors: &mut FieldErrors) {
        self.condition.check(errors);
        if self.channels.len() > MAX_CHANNELS {
            errors.push("channel_ids", format!("must be at most {MAX_CHANNELS} ids"));
        } else if self.channels.iter().collect::<BTreeSet<_>>().len() < self.channels.len() {
            errors.push("channel_ids", "must name each channel once");
        }
        if let Some(repeat) = self.repeat_interval
            && !(SHORTEST_REPEAT..=LONGEST_REPEAT).contains(&repeat)
        {
            errors.push("repeat_interval", "must be none, or from 5 minutes to 7 days");
        }
        if self.clear_duration > LONGEST_DURATION {
            errors.push("clear_duration", "must be at most 24 hours");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert_condition::ServerProblem;

    fn rule() -> AlertRule {
        AlertRule {
            id: AlertRuleId::generate(),
            owner_id: None,
            name: "down".to_owned(),
            disabled: false,
            subjects: RuleSubjects::AllServers,
            condition: Condition::ServerState {
                problem: ServerProblem::Down,
                duration: Duration::ZERO,
            },
            severity: AlertSeverity::Warning,
            channels: Vec::new(),
            repeat_interval: None,
            clear_duration: Duration::ZERO,
            create_time: Timestamp::default(),
            update_time: Timestamp::default(),
            generation: Generation::FIRST,
        }
    }

    #[test]
    fn a_rule_is_about_its_owners_servers_and_the_installations_about_all() {
        let (server, owner) = (ServerId::generate(), UserId::generate());
        assert!(rule().covers(server, owner));
        let owned = AlertRule {
            owner_id: Some(owner),
            ..rule()
        };
        assert!(owned.covers(server, owner));
        assert!(!owned.covers(server, UserId::generate()));
        let of_one = AlertRule {
            subjects: RuleSubjects::Server(server),
            ..rule()
        };
        assert!(of_one.covers(server, owner));
        assert!(!of_one.covers(ServerId::generate(), owner));
    }

    #[test]
    fn every_bound_is_named() {
        let channel = ChannelId::generate();
        let bad = AlertRule {
            channels: vec![channel, channel],
            repeat_interval: Some(Duration::from_secs(1)),
            clear_duration: LONGEST_DURATION + Duration::from_secs(1),
            ..rule()
        };
        let mut errors = FieldErrors::default();
        bad.check(&mut errors);
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["channel_ids", "repeat_interval", "clear_duration"]);
        let mut none = FieldErrors::default();
        rule().check(&mut none);
        assert_eq!(none, FieldErrors::default());
    }
}
