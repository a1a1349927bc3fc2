//! Holds the looks of one hypervisor's sweep against the rules about metrics: each look once, and what is open on
//! its servers though nobody has looked.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::book::{Book, Shelf};
use super::judgement::{Judgement, Subject, begun, judged, withdrawn};
use super::known::Known;
use super::log::AlertLog;
use super::looking::{look_at, timing};
use super::writer::{AlertWriter, BATCH};
use crate::domain::alert::{Alert, AlertWrite};
use crate::domain::alert_condition::{Condition, MetricCondition};
use crate::domain::alert_machine::{Step, step};
use crate::domain::alert_rule::AlertRule;
use crate::domain::alert_subject::AlertSubject;
use crate::domain::ids::ServerId;
use crate::domain::sample::{self, Values};
use crate::domain::server::Server;
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::ports::store::{StoreError, StoreResult};

/// Times that somebody else may write the same alerts first.
const TRIES: u32 = 5;

#[derive(Debug)]
pub struct GuestAlerts {
    ports: Ports,
    shelf: Arc<Shelf>,
    writer: AlertWriter,
    log: Arc<AlertLog>,
    /// A longer gap between two looks is one of which nothing is known.
    patience: Duration,
    known: Mutex<Known>,
}

/// One sweep: all servers of the hypervisor, and the figures of those that were seen.
#[derive(Clone, Copy, Debug)]
pub struct SweptLooks<'a> {
    pub time: Timestamp,
    pub servers: &'a [Server],
    pub values: &'a [(sample::Subject, Values)],
}

/// What one look at everything makes of it.
#[derive(Debug, Default)]
struct Verdict {
    remembered: Vec<Alert>,
    writes: Vec<AlertWrite>,
    evaluations: u64,
}

impl GuestAlerts {
    pub fn new(
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
            known: Mutex::default(),
        }
    }

    /// With a book and a log of its own: where nobody else evaluates.
    pub fn alone(ports: &Ports, patience: Duration) -> Self {
        let log = Arc::<AlertLog>::default();
        let shelf = Arc::new(Shelf::new(ports.clone()));
        let writer = AlertWriter::new(ports.clone(), Arc::clone(&log));
        Self::new(ports.clone(), shelf, writer, log, patience)
    }

    /// Before the sweep's figures are stored: whoever has not judged lately reads how far the alerts are.
    pub async fn prepare(&self, now: Timestamp) -> StoreResult<()> {
        let mut known = self.known.lock().await;
        let lately = known
            .judged_time()
            .is_some_and(|judged| now.apart(judged) <= self.patience);
        if lately {
            return Ok(());
        }
        *known = Known::default();
        self.read(&mut known).await?;
        let servers: BTreeSet<ServerId> = known
            .all()
            .filter_map(|alert| alert.subject.server_id())
            .collect();
        let subjects: Vec<_> = servers.into_iter().map(sample::Subject::Server).collect();
        if !subjects.is_empty() {
            let samples = self.ports.store.stats_latest(&subjects, now).await?;
            known.seen(&samples);
        }
        Ok(())
    }

    /// Tells how many changes were written.
    pub async fn evaluate(&self, looks: SweptLooks<'_>) -> StoreResult<usize> {
        let mut known = self.known.lock().await;
        let mut written = 0;
        for _ in 0..TRIES {
            match self.try_evaluate(&mut known, looks, &mut written).await {
                Ok(()) => return Ok(written),
                // Somebody acknowledged, or another instance has been here: with what they wrote, once more.
                Err(StoreError::Stale) => known.distrust(),
                Err(error) => {
                    known.distrust();
                    return Err(error);
                }
            }
        }
        Err(StoreError::Stale)
    }

    async fn try_evaluate(
        &self,
        known: &mut Known,
        looks: SweptLooks<'_>,
        written: &mut usize,
    ) -> StoreResult<()> {
        let book = self.read(known).await?;
        let verdict = judge(&book, known, looks, self.patience, self.ports.clock.now());
        self.log.evaluated(verdict.evaluations);
        for alert in verdict.remembered {
            known.remember(alert);
        }
        for batch in verdict.writes.chunks(BATCH) {
            let revision = self.writer.write(batch, None).await?;
            known.wrote(batch, revision);
            *written += batch.len();
        }
        known.judged(looks.time);
        Ok(())
    }

    /// Brings what is known up to date, and gives the rules.
    async fn read(&self, known: &mut Known) -> StoreResult<Arc<Book>> {
        let revision = self.ports.store.alert_revision().await?;
        if known.is_current(revision) {
            return self.shelf.at(revision.settings).await;
        }
        known.replace(self.ports.store.alert_open().await?, revision);
        // Read last: there is no alert whose rule is younger than the rules at hand.
        self.shelf.current().await
    }
}

fn judge(book: &Book, known: &Known, looks: SweptLooks<'_>, patience: Duration, now: Timestamp) -> Verdict {
    let mut verdict = Verdict::default();
    // What took so long to get here says nothing of how it is now.
    let current: &[_] = if now.since(looks.time) > patience {
        &[]
    } else {
        looks.values
    };
    let values: HashMap<ServerId, &Values> = current
        .iter()
        .filter_map(|(subject, values)| Some((subject.server()?, values)))
        .collect();
    for server in looks.servers {
        let seen = values.get(&server.id).copied();
        let (key, subject) = (server.id.as_uuid(), || subject(server));
        let silenced = |alert: &Alert| book.silenced_until(alert, now).is_some();
        for alert in known.on(key) {
            let Condition::Metric(_) = alert.condition else {
                continue;
            };
            let Some((rule, condition)) = metric_rule_of(book, alert) else {
                verdict.writes.push(withdrawn(alert, now));
                continue;
            };
            verdict.evaluations += 1;
            let look = seen.and_then(|values| look_at(condition, condition.metric.of(values), looks.time));
            let step = step(&timing(rule, patience), Some(&alert.progress), look, now);
            match judged(rule, &subject(), alert, step, silenced, now) {
                Judgement::Remember(after) => verdict.remembered.push(after),
                Judgement::Write(write) => verdict.writes.push(write),
            }
        }
        let Some(values) = seen else {
            continue;
        };
        for rule in book.metric_rules(server.id, server.owner_id) {
            if known.has(key, rule.rule.id) {
                continue;
            }
            verdict.evaluations += 1;
            let value = rule.condition.metric.of(values);
            let look = look_at(&rule.condition, value, looks.time);
            if let Step::Begins(progress) = step(&timing(&rule.rule, patience), None, look, now) {
                let write = begun(&rule.rule, &subject(), progress, silenced, now);
                verdict.writes.push(write);
            }
        }
    }
    verdict
}

fn subject(server: &Server) -> Subject {
    Subject {
        about: AlertSubject::Server {
            server_id: server.id,
            server_name: server.name.to_string(),
            owner_id: server.owner_id,
        },
        operation_id: None,
    }
}

fn metric_rule_of<'a>(book: &'a Book, alert: &Alert) -> Option<(&'a AlertRule, &'a MetricCondition)> {
    let rule = book.rule_of(alert)?;
    match &rule.condition {
        Condition::Metric(condition) => Some((rule, condition)),
        Condition::ServerState { .. }
        | Condition::OperationStuck { .. }
        | Condition::NodeOffline { .. }
        | Condition::ContainerState { .. }
        | Condition::ContainerRestarts { .. }
        | Condition::DiskForecast { .. } => None,
    }
}

#[cfg(test)]
#[path = "guests_tests.rs"]
mod tests;
