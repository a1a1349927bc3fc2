//! Holds a node, and the containers on it, against the rules about them. Pure.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::book::Book;
use super::forecasts;
use super::judgement::{Judgement, Subject, begun, judged, withdrawn};
use super::looking::{look_at, look_whether, timing};
use super::restarts::Restarts;
use crate::domain::alert::{Alert, AlertWrite};
use crate::domain::alert_condition::Condition;
use crate::domain::alert_machine::{Look, Step, Timing, step};
use crate::domain::alert_metric::AlertMetric;
use crate::domain::alert_rule::AlertRule;
use crate::domain::alert_subject::{AlertSubject, TargetKind, container_key};
use crate::domain::container::{Container, ContainerState, ContainerUse};
use crate::domain::disk_forecast::Outlook;
use crate::domain::ids::{AlertRuleId, NodeId};
use crate::domain::node::Labels;
use crate::domain::node_look::NodeLook;
use crate::domain::time::Timestamp;

/// Alerts about containers of one node that are open at a time: a machine on which everything is wrong is told of no more
/// often than that.
const MOST_OF_CONTAINERS: usize = 100;

/// A node as it is now.
#[derive(Debug)]
pub(super) struct NodeScene<'a> {
    pub(super) id: NodeId,
    pub(super) name: &'a str,
    pub(super) labels: &'a Labels,
    /// When this process began to hold its session: what is missing may still be on its way.
    pub(super) since: Timestamp,
    /// The newest look, and when it came.
    pub(super) look: Option<(Timestamp, Arc<NodeLook>)>,
    pub(super) outlook: Option<(Timestamp, Outlook)>,
    /// In the order of their ids; `None` when it is not known which there are.
    pub(super) containers: Option<Vec<ContainerScene>>,
}

#[derive(Debug)]
pub(super) struct ContainerScene {
    pub(super) container: Arc<Container>,
    /// `None` when it is not known, or was told too long ago.
    pub(super) usage: Option<Arc<ContainerUse>>,
}

/// What is at hand besides.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) book: &'a Book,
    pub(super) restarts: &'a Restarts,
    pub(super) patience: Duration,
    pub(super) now: Timestamp,
}

/// What one look at everything makes of it.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) remembered: Vec<Alert>,
    pub(super) writes: Vec<AlertWrite>,
    pub(super) evaluations: u64,
}

impl Evidence<'_> {
    /// `open` are the alerts on the node and its containers; `has` tells where there is one, readable or not.
    pub(super) fn judge(
        &self,
        scene: &NodeScene<'_>,
        open: &[&Alert],
        has: impl Fn(Uuid, AlertRuleId) -> bool,
        verdict: &mut Verdict,
    ) {
        for alert in open {
            self.go_on(scene, alert, verdict);
        }
        let about = || AlertSubject::Node {
            node_id: scene.id,
            node_name: scene.name.to_owned(),
        };
        let key = scene.id.as_uuid();
        for rule in self.book.node_rules() {
            let look = || self.look_at_node(&rule.condition, scene);
            if !is_judged_elsewhere(&rule.condition)
                && rule.covers_node(scene.id, scene.labels)
                && !has(key, rule.id)
            {
                self.begin(rule, look(), about, verdict);
            }
        }
        let is_container = |alert: &&&Alert| alert.subject.target() == TargetKind::Container;
        let mut room = MOST_OF_CONTAINERS.saturating_sub(open.iter().filter(is_container).count());
        for one in scene.containers.iter().flatten() {
            let key = container_key(scene.id, &one.container.id);
            for rule in self.book.container_rules() {
                let covers = rule.covers_container(scene.id, scene.labels, &one.container.name);
                if room == 0 || !covers || has(key, rule.id) {
                    continue;
                }
                let look = self.look_at_container(&rule.condition, key, one);
                if self.begin(rule, look, || container_subject(scene, &one.container), verdict) {
                    room -= 1;
                }
            }
        }
    }

    /// Whether there is a new alert.
    fn begin(
        &self,
        rule: &AlertRule,
        look: Option<Look>,
        about: impl FnOnce() -> AlertSubject,
        verdict: &mut Verdict,
    ) -> bool {
        verdict.evaluations += 1;
        let step = step(&self.timing(rule), None, look, self.now);
        if let Step::Begins(progress) = step {
            let subject = Subject {
                about: about(),
                operation_id: None,
            };
            let silenced = |alert: &Alert| self.book.silenced_until(alert, self.now).is_some();
            verdict
                .writes
                .push(begun(rule, &subject, progress, silenced, self.now));
            return true;
        }
        false
    }

    fn go_on(&self, scene: &NodeScene<'_>, alert: &Alert, verdict: &mut Verdict) {
        if is_judged_elsewhere(&alert.condition) {
            return;
        }
        let Some((rule, about, look)) = self.look_again(scene, alert) else {
            verdict.writes.push(withdrawn(alert, self.now));
            return;
        };
        let timing = self.timing(rule);
        if look.is_none() && self.now.since(scene.since) <= timing.patience {
            return;
        }
        verdict.evaluations += 1;
        let step = step(&timing, Some(&alert.progress), look, self.now);
        let subject = Subject {
            about,
            operation_id: None,
        };
        let silenced = |alert: &Alert| self.book.silenced_until(alert, self.now).is_some();
        match judged(rule, &subject, alert, step, silenced, self.now) {
            Judgement::Remember(after) => verdict.remembered.push(after),
            Judgement::Write(write) => verdict.writes.push(write),
        }
    }

    /// The rule that the alert goes on under, and how it sees the subject now; `None` when one of them is gone.
    fn look_again(
        &self,
        scene: &NodeScene<'_>,
        alert: &Alert,
    ) -> Option<(&AlertRule, AlertSubject, Option<Look>)> {
        let rule: &AlertRule = self.book.rule_of(alert)?;
        match &alert.subject {
            AlertSubject::Server { .. } => None,
            AlertSubject::Node { .. } => {
                let about = AlertSubject::Node {
                    node_id: scene.id,
                    node_name: scene.name.to_owned(),
                };
                let look = self.look_at_node(&rule.condition, scene);
                rule.covers_node(scene.id, scene.labels)
                    .then_some((rule, about, look))
            }
            AlertSubject::Container {
                container_id,
                container_name,
                ..
            } => {
                let covers = |name: &str| rule.covers_container(scene.id, scene.labels, name);
                let Some(containers) = &scene.containers else {
                    return covers(container_name).then(|| (rule, alert.subject.clone(), None));
                };
                let place = containers.binary_search_by(|one| one.container.id.cmp(container_id));
                let one = containers.get(place.ok()?)?;
                let look = self.look_at_container(&rule.condition, alert.subject.key(), one);
                covers(&one.container.name).then(|| (rule, container_subject(scene, &one.container), look))
            }
        }
    }

    fn look_at_node(&self, condition: &Condition, scene: &NodeScene<'_>) -> Option<Look> {
        match condition {
            Condition::Metric(condition) => {
                let (heard, look) = scene.look.as_ref()?;
                // What came so long ago says nothing of how it is now.
                let fresh = self.now.apart(*heard) <= self.patience;
                fresh
                    .then(|| look_at(condition, condition.metric.of_look(look), *heard))
                    .flatten()
            }
            Condition::DiskForecast { within } => {
                let (time, outlook) = scene.outlook?;
                let left = match outlook {
                    Outlook::Unknown => return None,
                    Outlook::Never => None,
                    Outlook::FullIn(left) => Some(left),
                };
                Some(Look {
                    time,
                    value: left.map(|left| left.as_secs()),
                    bad: left.is_some_and(|left| left <= *within),
                    over: left.is_none_or(|left| left > *within * 3 / 2),
                })
            }
            Condition::ServerState { .. }
            | Condition::OperationStuck { .. }
            | Condition::NodeOffline { .. }
            | Condition::ContainerState { .. }
            | Condition::ContainerRestarts { .. } => None,
        }
    }

    /// What engines say of their containers holds until they say something else: it is of this moment.
    fn look_at_container(&self, condition: &Condition, key: Uuid, one: &ContainerScene) -> Option<Look> {
        match condition {
            Condition::Metric(condition) => {
                let value = used(condition.metric, one);
                look_at(condition, value, self.now)
            }
            Condition::ContainerState { problem, .. } => {
                let bad = problem.is_of(&one.container)?;
                Some(look_whether(bad, self.now))
            }
            Condition::ContainerRestarts { count, window } => {
                let restarted = self.restarts.within(key, *window, self.now)?;
                let bad = restarted.count >= *count;
                Some(Look {
                    // Of what was before it was followed nothing is known.
                    over: !bad && restarted.complete,
                    ..look_whether(bad, self.now)
                })
            }
            Condition::ServerState { .. }
            | Condition::OperationStuck { .. }
            | Condition::NodeOffline { .. }
            | Condition::DiskForecast { .. } => None,
        }
    }

    const fn timing(&self, rule: &AlertRule) -> Timing {
        let patience = match rule.condition {
            Condition::DiskForecast { .. } => forecasts::PATIENCE,
            Condition::Metric(_)
            | Condition::ServerState { .. }
            | Condition::OperationStuck { .. }
            | Condition::NodeOffline { .. }
            | Condition::ContainerState { .. }
            | Condition::ContainerRestarts { .. } => self.patience,
        };
        timing(rule, patience)
    }
}

/// Who is offline says nothing itself.
const fn is_judged_elsewhere(condition: &Condition) -> bool {
    matches!(condition, Condition::NodeOffline { .. })
}

fn container_subject(scene: &NodeScene<'_>, container: &Container) -> AlertSubject {
    AlertSubject::Container {
        node_id: scene.id,
        node_name: scene.name.to_owned(),
        container_id: container.id.clone(),
        container_name: container.name.clone(),
    }
}

/// A container that does not run uses nothing, which is a figure.
fn used(metric: AlertMetric, one: &ContainerScene) -> Option<u64> {
    let rests = one.container.state.is_some_and(|state| match state {
        ContainerState::Created | ContainerState::Exited | ContainerState::Dead => true,
        ContainerState::Running
        | ContainerState::Paused
        | ContainerState::Restarting
        | ContainerState::Removing => false,
    });
    if rests {
        return Some(0);
    }
    metric.of_container(one.usage.as_deref()?)
}

/// The containers whose restarts some rule counts.
pub(super) fn counted(book: &Book, scene: &NodeScene<'_>) -> HashSet<(Uuid, u32)> {
    let rules = book
        .container_rules()
        .iter()
        .filter(|rule| matches!(rule.condition, Condition::ContainerRestarts { .. }));
    let mut counted = HashSet::new();
    for rule in rules {
        for one in scene.containers.iter().flatten() {
            if rule.covers_container(scene.id, scene.labels, &one.container.name) {
                let key = container_key(scene.id, &one.container.id);
                counted.insert((key, one.container.restart_count));
            }
        }
    }
    counted
}

#[cfg(test)]
#[path = "node_judge_tests.rs"]
mod tests;
