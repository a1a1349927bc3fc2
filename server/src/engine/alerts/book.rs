//! Rules and silences as evaluation needs them: sorted by what they are about, and read again when they change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::alert::Alert;
use crate::domain::alert_condition::{Condition, MetricCondition};
use crate::domain::alert_rule::{AlertRule, AlertRuleFilter};
use crate::domain::alert_subject::RuleSubjects;
use crate::domain::ids::{AlertRuleId, ServerId, UserId};
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::silence::{Silence, silenced_until};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::ports::store::StoreResult;

/// A rule about a metric.
#[derive(Debug)]
pub struct MetricRule {
    pub rule: Arc<AlertRule>,
    pub condition: MetricCondition,
}

/// All rules that are enabled, and all silences that are not over.
#[derive(Debug, Default)]
pub struct Book {
    of_all: Vec<MetricRule>,
    of_owner: HashMap<UserId, Vec<MetricRule>>,
    of_server: HashMap<ServerId, Vec<MetricRule>>,
    /// Rules about servers, and about no metric.
    others: Vec<Arc<AlertRule>>,
    of_nodes: Vec<Arc<AlertRule>>,
    of_containers: Vec<Arc<AlertRule>>,
    by_id: HashMap<AlertRuleId, Arc<AlertRule>>,
    silences: Vec<Silence>,
}

impl Book {
    pub fn new(rules: Vec<AlertRule>, silences: Vec<Silence>) -> Self {
        let mut book = Self {
            silences,
            ..Self::default()
        };
        for rule in rules {
            let rule = Arc::new(rule);
            book.by_id.insert(rule.id, Arc::clone(&rule));
            let subjects = match &rule.subjects {
                RuleSubjects::Nodes(_) => {
                    book.of_nodes.push(rule);
                    continue;
                }
                RuleSubjects::Containers { .. } => {
                    book.of_containers.push(rule);
                    continue;
                }
                RuleSubjects::Server(server) => Some(*server),
                RuleSubjects::AllServers => None,
            };
            let Condition::Metric(condition) = rule.condition else {
                book.others.push(rule);
                continue;
            };
            let place = match (subjects, rule.owner_id) {
                (Some(server), _) => book.of_server.entry(server).or_default(),
                (None, Some(owner)) => book.of_owner.entry(owner).or_default(),
                (None, None) => &mut book.of_all,
            };
            place.push(MetricRule { rule, condition });
        }
        book
    }

    /// The rules about a metric that cover this server of this owner.
    pub fn metric_rules(&self, server: ServerId, owner: UserId) -> impl Iterator<Item = &MetricRule> {
        let of_owner = self.of_owner.get(&owner).into_iter().flatten();
        let of_server = self.of_server.get(&server).into_iter().flatten();
        let of_server = of_server.filter(move |one| one.rule.covers(server, owner));
        self.of_all.iter().chain(of_owner).chain(of_server)
    }

    pub fn other_rules(&self) -> &[Arc<AlertRule>] {
        &self.others
    }

    pub fn node_rules(&self) -> &[Arc<AlertRule>] {
        &self.of_nodes
    }

    pub fn container_rules(&self) -> &[Arc<AlertRule>] {
        &self.of_containers
    }

    /// The rule that an alert goes on under; `None` when there is none any more. Whether the rule is about this node or
    /// container still has to be looked at.
    pub fn rule_of(&self, alert: &Alert) -> Option<&Arc<AlertRule>> {
        let rule = self.by_id.get(&alert.rule_id)?;
        let same = kind(&rule.condition) == kind(&alert.condition);
        (same && rule.may_cover(&alert.subject)).then_some(rule)
    }

    pub fn silenced_until(&self, alert: &Alert, now: Timestamp) -> Option<Timestamp> {
        silenced_until(&self.silences, alert, now)
    }
}

/// Alerts of one kind do not become those of another.
fn kind(condition: &Condition) -> (u8, Option<u8>) {
    match condition {
        Condition::Metric(condition) => (0, Some(condition.metric as u8)),
        Condition::ServerState { problem, .. } => (1, Some(*problem as u8)),
        Condition::OperationStuck { .. } => (2, None),
        Condition::NodeOffline { .. } => (3, None),
        Condition::ContainerState { problem, .. } => (4, Some(*problem as u8)),
        Condition::ContainerRestarts { .. } => (5, None),
        Condition::DiskForecast { .. } => (6, None),
    }
}

/// Where an instance keeps its book.
#[derive(Debug)]
pub struct Shelf {
    ports: Ports,
    book: Mutex<Option<(i64, Arc<Book>)>>,
    /// Held by the one that reads: a change makes everybody look for the new book at once.
    reading: tokio::sync::Mutex<()>,
}

impl Shelf {
    pub const fn new(ports: Ports) -> Self {
        Self {
            ports,
            book: Mutex::new(None),
            reading: tokio::sync::Mutex::const_new(()),
        }
    }

    /// The book as it is now.
    pub async fn current(&self) -> StoreResult<Arc<Book>> {
        let revision = self.ports.store.alert_revision().await?;
        self.at(revision.settings).await
    }

    /// The book of a revision that was read a moment ago, or a newer one.
    pub async fn at(&self, settings: i64) -> StoreResult<Arc<Book>> {
        if let Some(book) = self.kept(settings) {
            return Ok(book);
        }
        let _reading = self.reading.lock().await;
        if let Some(book) = self.kept(settings) {
            return Ok(book);
        }
        // What changes meanwhile has a higher revision, and is read again then.
        let book = Arc::new(self.read().await?);
        *self.book.lock().unwrap_or_else(PoisonError::into_inner) = Some((settings, Arc::clone(&book)));
        Ok(book)
    }

    fn kept(&self, settings: i64) -> Option<Arc<Book>> {
        let kept = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let (revision, book) = kept.as_ref()?;
        (*revision >= settings).then(|| Arc::clone(book))
    }

    async fn read(&self) -> StoreResult<Book> {
        let enabled = AlertRuleFilter {
            enabled_only: true,
            ..AlertRuleFilter::default()
        };
        let (mut rules, mut page) = (Vec::new(), PageRequest::first(MAX_PAGE_SIZE));
        loop {
            let read = self.ports.store.alert_rule_list(&enabled, page).await?;
            rules.extend(read.items);
            match read.next {
                Some(after) => page.after = Some(after),
                None => break,
            }
        }
        let silences = self.ports.store.silence_current(self.ports.clock.now()).await?;
        Ok(Book::new(rules, silences))
    }
}
