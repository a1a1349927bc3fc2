//! What is worth an alert: which things, which condition, how bad, and who is told how often.

use std::collections::BTreeSet;
use std::time::Duration;

use super::alert_condition::{Condition, LONGEST_DURATION};
use super::alert_subject::{AlertSubject, RuleSubjects, TargetKind};
use super::codes::coded;
use super::etag::Generation;
use super::fields::FieldErrors;
use super::ids::{AlertRuleId, ChannelId, NodeId, ServerId, UserId};
use super::node::Labels;
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
    /// Who is told besides the server's owner or the operators, each once.
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
        let subject = match &self.subjects {
            RuleSubjects::AllServers => true,
            RuleSubjects::Server(one) => *one == server,
            RuleSubjects::Nodes(_) | RuleSubjects::Containers { .. } => false,
        };
        subject && self.owner_id.is_none_or(|mine| mine == owner)
    }

    pub fn covers_node(&self, node: NodeId, labels: &Labels) -> bool {
        match &self.subjects {
            RuleSubjects::Nodes(nodes) => nodes.picks(node, labels),
            RuleSubjects::AllServers | RuleSubjects::Server(_) | RuleSubjects::Containers { .. } => false,
        }
    }

    /// Whether the rule is about the container of this name on such a node.
    pub fn covers_container(&self, node: NodeId, labels: &Labels, container: &str) -> bool {
        match &self.subjects {
            RuleSubjects::Containers { nodes, name } => nodes.picks(node, labels) && name.matches(container),
            RuleSubjects::AllServers | RuleSubjects::Server(_) | RuleSubjects::Nodes(_) => false,
        }
    }

    /// Whether the rule may be about such a thing, as far as that can be told from the alert. Labels and names of
    /// nodes' rules are looked at by who judges them.
    pub fn may_cover(&self, subject: &AlertSubject) -> bool {
        match (&self.subjects, subject) {
            (
                RuleSubjects::AllServers | RuleSubjects::Server(_),
                AlertSubject::Server {
                    server_id, owner_id, ..
                },
            ) => self.covers(*server_id, *owner_id),
            (RuleSubjects::Nodes(_), AlertSubject::Node { .. })
            | (RuleSubjects::Containers { .. }, AlertSubject::Container { .. }) => true,
            (
                RuleSubjects::AllServers
                | RuleSubjects::Server(_)
                | RuleSubjects::Nodes(_)
                | RuleSubjects::Containers { .. },
                AlertSubject::Server { .. } | AlertSubject::Node { .. } | AlertSubject::Container { .. },
            ) => false,
        }
    }

    /// Every bound that the rule breaks, under the names of the contract.
    pub fn check(&self, errors: &mut FieldErrors) {
        self.condition.check(errors);
        let target = self.subjects.target();
        if self.owner_id.is_some() && target != TargetKind::Server {
            errors.push(
                "subjects",
                "must be servers: rules about nodes and containers are the installation's",
            );
        }
        if !self.condition.is_of(target) {
            let (field, problem) = match (&self.condition, target) {
                (Condition::Metric(_), TargetKind::Server) => {
                    ("condition.metric.metric", "must be one that servers have")
                }
                (Condition::Metric(_), TargetKind::Node) => {
                    ("condition.metric.metric", "must be one that nodes have")
                }
                (Condition::Metric(_), TargetKind::Container) => {
                    ("condition.metric.metric", "must be one that containers have")
                }
                (_, TargetKind::Server) => ("condition", "must be one of servers, as the subjects are"),
                (_, TargetKind::Node) => ("condition", "must be one of nodes, as the subjects are"),
                (_, TargetKind::Container) => ("condition", "must be one of containers, as the subjects are"),
            };
            errors.push(field, problem);
        }
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
    use crate::domain::alert_condition::{Comparison, MetricCondition, ServerProblem};
    use crate::domain::alert_metric::AlertMetric;
    use crate::domain::alert_subject::NodeSelector;
    use crate::domain::name_pattern::NamePattern;

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
    fn a_rule_about_nodes_is_the_installations_and_its_condition_fits() {
        let problems = |rule: AlertRule| {
            let mut errors = FieldErrors::default();
            rule.check(&mut errors);
            errors.0.into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        let offline = AlertRule {
            subjects: RuleSubjects::Nodes(NodeSelector::All),
            condition: Condition::NodeOffline {
                duration: Duration::ZERO,
            },
            ..rule()
        };
        assert!(problems(offline.clone()).is_empty());
        let of_customer = AlertRule {
            owner_id: Some(UserId::generate()),
            ..offline.clone()
        };
        assert_eq!(problems(of_customer), ["subjects"]);
        let of_servers = AlertRule {
            subjects: RuleSubjects::AllServers,
            ..offline.clone()
        };
        assert_eq!(problems(of_servers), ["condition"]);
        let swap = Condition::Metric(MetricCondition {
            metric: AlertMetric::SwapRatio,
            comparison: Comparison::Above,
            threshold: 1,
            clear_threshold: None,
            duration: Duration::ZERO,
        });
        let of_containers = AlertRule {
            subjects: RuleSubjects::Containers {
                nodes: NodeSelector::All,
                name: NamePattern::parse("*").unwrap(),
            },
            condition: swap,
            ..rule()
        };
        assert_eq!(problems(of_containers), ["condition.metric.metric"]);
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
