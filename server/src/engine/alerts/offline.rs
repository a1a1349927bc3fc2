//! Holds nodes against the rules about those that are offline, and looks after the alerts of nodes that nobody holds: what
//! is not known of them, and what is gone.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::book::{Book, Shelf};
use super::judgement::{Judgement, Subject, begun, judged, withdrawn};
use super::log::AlertLog;
use super::looking::{always_known, look_whether, timing};
use super::writer::{AlertWriter, BATCH};
use crate::domain::alert::{Alert, AlertWrite, OpenAlerts};
use crate::domain::alert_condition::Condition;
use crate::domain::alert_machine::{Step, step};
use crate::domain::alert_rule::AlertRule;
use crate::domain::alert_subject::AlertSubject;
use crate::domain::ids::{AlertRuleId, NodeId};
use crate::domain::node::{Node, NodeState};
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::ports::store::{StoreError, StoreResult};

/// Times that somebody else may write the same alerts first.
const TRIES: u32 = 5;

#[derive(Debug)]
pub struct OfflineAlerts {
    ports: Ports,
    shelf: Arc<Shelf>,
    writer: AlertWriter,
    log: Arc<AlertLog>,
    /// A longer gap between two looks is one of which nothing is known.
    patience: Duration,
}

impl OfflineAlerts {
    pub const fn new(
        ports: Ports,
        shelf: Arc<Shelf>,
        writer: AlertWriter,
        log: Arc<AlertLog>,
        patience: Duration,
    ) -> Self {
        Self {
            ports,
            shelf,
            writer,
            log,
            patience,
        }
    }

    /// Tells how many changes were written.
    pub async fn evaluate(&self) -> StoreResult<usize> {
        let mut written = 0;
        for _ in 0..TRIES {
            match self.try_evaluate(&mut written).await {
                Err(StoreError::Stale) => {}
                ended => return ended.map(|()| written),
            }
        }
        Err(StoreError::Stale)
    }

    async fn try_evaluate(&self, written: &mut usize) -> StoreResult<()> {
        let open = self.ports.store.alert_open().await?;
        // Read last: there is no alert whose rule is younger than the rules at hand.
        let book = self.shelf.current().await?;
        let nodes = self.look(&book, &open.alerts).await?;
        let (writes, evaluations) = judge(&book, &open, &nodes, self.patience, self.ports.clock.now());
        self.log.evaluated(evaluations);
        for batch in writes.chunks(BATCH) {
            self.writer.write(batch, None).await?;
            *written += batch.len();
        }
        Ok(())
    }

    /// The nodes of open alerts, and those that are offline if there are rules about it.
    async fn look(&self, book: &Book, open: &[Alert]) -> StoreResult<HashMap<NodeId, Node>> {
        let mut nodes = HashMap::new();
        if book.node_rules().iter().any(|rule| is_about_absence(rule)) {
            let mut page = PageRequest::first(MAX_PAGE_SIZE);
            loop {
                let offline = Some(NodeState::Offline);
                let read = self.ports.store.node_list(offline, page).await?;
                nodes.extend(read.items.into_iter().map(|node| (node.id, node)));
                match read.next {
                    Some(after) => page.after = Some(after),
                    None => break,
                }
            }
        }
        let ids: HashSet<NodeId> = open.iter().filter_map(|alert| alert.subject.node_id()).collect();
        let unread: Vec<NodeId> = ids.into_iter().filter(|id| !nodes.contains_key(id)).collect();
        for some in unread.chunks(MAX_PAGE_SIZE as usize) {
            let read = self.ports.store.node_get_many(some).await?;
            nodes.extend(read.into_iter().map(|node| (node.id, node)));
        }
        Ok(nodes)
    }
}

const fn is_about_absence(rule: &AlertRule) -> bool {
    matches!(rule.condition, Condition::NodeOffline { .. })
}

fn judge(
    book: &Book,
    open: &OpenAlerts,
    nodes: &HashMap<NodeId, Node>,
    patience: Duration,
    now: Timestamp,
) -> (Vec<AlertWrite>, u64) {
    let (mut writes, mut evaluations) = (Vec::new(), 0);
    let silenced = |alert: &Alert| book.silenced_until(alert, now).is_some();
    for alert in &open.alerts {
        let Some(id) = alert.subject.node_id() else {
            continue;
        };
        let Some(node) = nodes.get(&id) else {
            writes.push(withdrawn(alert, now));
            continue;
        };
        let absence = matches!(alert.condition, Condition::NodeOffline { .. });
        // Whoever holds its session does the rest.
        if !absence && node.state == NodeState::Online {
            continue;
        }
        let Some(rule) = book.rule_of(alert).filter(|rule| covers(rule, node, alert)) else {
            writes.push(withdrawn(alert, now));
            continue;
        };
        let (timing, look) = if absence {
            let offline = node.state == NodeState::Offline;
            (always_known(rule), Some(look_whether(offline, now)))
        } else {
            (timing(rule, patience), None)
        };
        evaluations += 1;
        let step = step(&timing, Some(&alert.progress), look, now);
        match judged(rule, &subject(node, alert), alert, step, silenced, now) {
            Judgement::Remember(_) => {}
            Judgement::Write(write) => writes.push(write),
        }
    }
    let readable = open
        .alerts
        .iter()
        .map(|alert| (alert.rule_id, alert.subject.key()));
    let have: HashSet<(AlertRuleId, Uuid)> = readable.chain(open.unreadable.iter().copied()).collect();
    for rule in book.node_rules().iter().filter(|rule| is_about_absence(rule)) {
        for node in nodes.values().filter(|node| node.state == NodeState::Offline) {
            if !rule.covers_node(node.id, &node.labels) || have.contains(&(rule.id, node.id.as_uuid())) {
                continue;
            }
            evaluations += 1;
            let look = Some(look_whether(true, now));
            if let Step::Begins(progress) = step(&always_known(rule), None, look, now) {
                let about = AlertSubject::Node {
                    node_id: node.id,
                    node_name: node.display_name.clone(),
                };
                let subject = Subject {
                    about,
                    operation_id: None,
                };
                writes.push(begun(rule, &subject, progress, silenced, now));
            }
        }
    }
    (writes, evaluations)
}

fn covers(rule: &AlertRule, node: &Node, alert: &Alert) -> bool {
    match &alert.subject {
        AlertSubject::Server { .. } => false,
        AlertSubject::Node { .. } => rule.covers_node(node.id, &node.labels),
        AlertSubject::Container { container_name, .. } => {
            rule.covers_container(node.id, &node.labels, container_name)
        }
    }
}

/// The same, with what the node is called now.
fn subject(node: &Node, alert: &Alert) -> Subject {
    let mut about = alert.subject.clone();
    match &mut about {
        AlertSubject::Server { .. } => {}
        AlertSubject::Node { node_name, .. } | AlertSubject::Container { node_name, .. } => {
            node_name.clone_from(&node.display_name);
        }
    }
    Subject {
        about,
        operation_id: None,
    }
}

#[cfg(test)]
#[path = "offline_tests.rs"]
mod tests;
