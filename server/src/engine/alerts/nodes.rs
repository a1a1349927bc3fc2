//! Holds the nodes whose agents talk to this process against the rules about nodes and containers: what was told last, a few
//! times a minute, and not every sample as it comes.
//!
//! Nodes that are offline, or gone, are [`super::OfflineAlerts`]' to judge.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::book::{Book, Shelf};
use super::forecasts::Forecasts;
use super::known::Known;
use super::log::AlertLog;
use super::looking::{look_at, timing};
use super::node_judge::{ContainerScene, Evidence, NodeScene, Verdict, counted};
use super::restarts::Restarts;
use super::writer::{AlertWriter, BATCH};
use crate::domain::alert::{Alert, AlertState};
use crate::domain::alert_condition::{Condition, LONGEST_DURATION};
use crate::domain::alert_machine::{Look, recollect};
use crate::domain::alert_subject::TargetKind;
use crate::domain::ids::NodeId;
use crate::domain::node::Labels;
use crate::domain::page::MAX_PAGE_SIZE;
use crate::domain::sample::{Sample, Subject};
use crate::domain::time::Timestamp;
use crate::engine::agents::AgentHub;
use crate::engine::containers::ContainerBoard;
use crate::engine::context::Ports;
use crate::engine::nodes::NodeBoard;
use crate::ports::bus::Notice;
use crate::ports::store::{StoreError, StoreResult};

/// Times that somebody else may write the same alerts first.
const TRIES: u32 = 5;
/// Looks that may be missing: a longer gap is one of which nothing is known.
const MISSED: u32 = 3;

/// Where what agents tell is.
#[derive(Debug)]
pub struct NodeSources {
    pub hub: AgentHub,
    pub board: Arc<NodeBoard>,
    pub containers: Arc<ContainerBoard>,
    /// How often agents look.
    pub period: Duration,
}

#[derive(Debug)]
pub struct NodeAlerts {
    ports: Ports,
    shelf: Arc<Shelf>,
    writer: AlertWriter,
    log: Arc<AlertLog>,
    sources: NodeSources,
    known: Known,
    held: HashMap<NodeId, Held>,
    restarts: Restarts,
    forecasts: Forecasts,
}

/// A node whose session is here.
#[derive(Debug)]
struct Held {
    since: Timestamp,
    /// `None` when it must be read again.
    named: Option<Named>,
    /// What was open on it before it came here is up to date.
    caught_up: bool,
}

#[derive(Debug)]
struct Named {
    name: String,
    labels: Labels,
    /// 0 when it is not known.
    cores: u64,
}

impl NodeAlerts {
    pub fn new(
        ports: Ports,
        shelf: Arc<Shelf>,
        writer: AlertWriter,
        log: Arc<AlertLog>,
        sources: NodeSources,
    ) -> Self {
        Self {
            ports,
            shelf,
            writer,
            log,
            sources,
            known: Known::default(),
            held: HashMap::new(),
            restarts: Restarts::default(),
            forecasts: Forecasts::default(),
        }
    }

    /// Until the token is cancelled.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut notices = self.ports.bus.subscribe();
        let mut ticks = interval(self.sources.period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut failing = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
                notice = notices.next() => match notice {
                    Some(notice) if self.hear(&notice) => {}
                    Some(_) => continue,
                    None => return,
                },
            }
            match self.evaluate().await {
                Ok(()) => failing = false,
                Err(error) => {
                    if !failing {
                        tracing::warn!(%error, "nodes cannot be held against alert rules; trying again");
                    }
                    failing = true;
                }
            }
        }
    }

    /// Whether there is something to judge at once.
    fn hear(&mut self, notice: &Notice) -> bool {
        if let Notice::NodeChanged { id } = notice
            && let Some(held) = self.held.get_mut(id)
        {
            held.named = None;
        }
        if *notice == Notice::Missed {
            for held in self.held.values_mut() {
                held.named = None;
            }
        }
        *notice == Notice::AlertRulesChanged
    }

    async fn evaluate(&mut self) -> StoreResult<()> {
        // It ends with the server.
        let Ok(here) = self.sources.hub.nodes().await else {
            return Ok(());
        };
        self.hold(&here);
        for _ in 0..TRIES {
            match self.try_evaluate().await {
                // Somebody acknowledged, or another task has been here: with what they wrote, once more.
                Err(StoreError::Stale) => self.known.distrust(),
                Err(error) => {
                    self.known.distrust();
                    return Err(error);
                }
                Ok(()) => return Ok(()),
            }
        }
        Err(StoreError::Stale)
    }

    fn hold(&mut self, here: &[NodeId]) {
        let now = self.ports.clock.now();
        let ids: HashSet<NodeId> = here.iter().copied().collect();
        self.held.retain(|id, _| ids.contains(id));
        for id in ids {
            self.held.entry(id).or_insert(Held {
                since: now,
                named: None,
                caught_up: false,
            });
        }
    }

    async fn try_evaluate(&mut self) -> StoreResult<()> {
        let book = self.read().await?;
        let is_open = self.known.all().any(|alert| alert.subject.node_id().is_some());
        if book.node_rules().is_empty() && book.container_rules().is_empty() && !is_open {
            return Ok(());
        }
        self.name().await?;
        let now = self.ports.clock.now();
        self.catch_up(&book, now).await?;
        self.foresee(&book, now).await?;
        let verdict = self.judge(&book, now);
        self.log.evaluated(verdict.evaluations);
        for alert in verdict.remembered {
            self.known.remember(alert);
        }
        for batch in verdict.writes.chunks(BATCH) {
            let revision = self.writer.write(batch, None).await?;
            self.known.wrote(batch, revision);
        }
        Ok(())
    }

    /// Brings what is known up to date, and gives the rules.
    async fn read(&mut self) -> StoreResult<Arc<Book>> {
        let revision = self.ports.store.alert_revision().await?;
        if self.known.is_current(revision) {
            return self.shelf.at(revision.settings).await;
        }
        self.known.replace(self.ports.store.alert_open().await?, revision);
        // Read last: there is no alert whose rule is younger than the rules at hand.
        self.shelf.current().await
    }

    /// Reads what nodes are called, where that may have changed.
    async fn name(&mut self) -> StoreResult<()> {
        let unnamed = self.held.iter().filter(|(_, held)| held.named.is_none());
        let unnamed: Vec<NodeId> = unnamed.map(|(id, _)| *id).collect();
        for some in unnamed.chunks(MAX_PAGE_SIZE as usize) {
            for node in self.ports.store.node_get_many(some).await? {
                if let Some(held) = self.held.get_mut(&node.id) {
                    held.named = Some(Named {
                        name: node.display_name,
                        labels: node.labels,
                        cores: node.facts.map_or(0, |facts| facts.cpu_count.into()),
                    });
                }
            }
        }
        Ok(())
    }

    /// Of nodes that have come here: how far their alerts are, by what was stored since these were written.
    async fn catch_up(&mut self, book: &Book, now: Timestamp) -> StoreResult<()> {
        let patience = self.patience();
        let mut behind: HashMap<NodeId, Vec<Alert>> = HashMap::new();
        for alert in self.known.all() {
            let progress = &alert.progress;
            let lasts = progress.state == AlertState::Pending || progress.clear_since.is_some();
            if let Some(node) = alert.subject.node_id()
                && lasts
                && self.held.get(&node).is_some_and(|held| !held.caught_up)
            {
                behind.entry(node).or_default().push(alert.clone());
            }
        }
        for (node, alerts) in behind {
            let oldest = alerts.iter().map(|alert| alert.progress.seen_time).min();
            let from = oldest.unwrap_or(now).max(now - LONGEST_DURATION);
            let samples = self
                .ports
                .store
                .stats_samples(Subject::Node(node), from, now)
                .await?;
            let named = self.held.get(&node).and_then(|held| held.named.as_ref());
            let cores = named.map_or(0, |named| named.cores);
            for mut alert in alerts {
                let Some(rule) = book.rule_of(&alert) else {
                    continue;
                };
                let looks = samples
                    .iter()
                    .filter_map(|sample| look_back(&alert, sample, cores));
                alert.progress = recollect(&timing(rule, patience), &alert.progress, looks);
                self.known.remember(alert);
            }
        }
        for held in self.held.values_mut() {
            held.caught_up = true;
        }
        Ok(())
    }

    async fn foresee(&mut self, book: &Book, now: Timestamp) -> StoreResult<()> {
        let rules: Vec<_> = book
            .node_rules()
            .iter()
            .filter(|rule| matches!(rule.condition, Condition::DiskForecast { .. }))
            .collect();
        let mut nodes = HashSet::new();
        if !rules.is_empty() {
            for (id, held) in &self.held {
                if let Some(named) = &held.named
                    && rules.iter().any(|rule| rule.covers_node(*id, &named.labels))
                {
                    nodes.insert(*id);
                }
            }
        }
        self.forecasts.refresh(&*self.ports.store, &nodes, now).await
    }

    fn judge(&mut self, book: &Book, now: Timestamp) -> Verdict {
        let mut open: HashMap<NodeId, Vec<&Alert>> = HashMap::new();
        for alert in self.known.all() {
            if let Some(node) = alert.subject.node_id() {
                open.entry(node).or_default().push(alert);
            }
        }
        let wants_containers = |node: &NodeId| {
            let is_container = |alert: &&Alert| alert.subject.target() == TargetKind::Container;
            !book.container_rules().is_empty() || open.get(node).into_iter().flatten().any(is_container)
        };
        let scenes: Vec<NodeScene<'_>> = self
            .held
            .iter()
            // One without a name was deleted meanwhile.
            .filter_map(|(id, held)| {
                let named = held.named.as_ref()?;
                Some(NodeScene {
                    id: *id,
                    name: &named.name,
                    labels: &named.labels,
                    since: held.since,
                    look: self.sources.board.newest(*id),
                    outlook: self.forecasts.of(*id),
                    containers: wants_containers(id)
                        .then(|| self.containers(*id, held.since, now))
                        .flatten(),
                })
            })
            .collect();
        let mut followed = HashSet::new();
        for scene in &scenes {
            for (key, count) in counted(book, scene) {
                self.restarts.note(key, count, now);
                followed.insert(key);
            }
        }
        self.restarts.keep(&followed);
        let evidence = Evidence {
            book,
            restarts: &self.restarts,
            patience: self.patience(),
            now,
        };
        let mut verdict = Verdict::default();
        for scene in &scenes {
            let open = open.get(&scene.id).map_or(&[][..], Vec::as_slice);
            let has = |key, rule| self.known.has(key, rule);
            evidence.judge(scene, open, has, &mut verdict);
        }
        verdict
    }

    /// `None` when its engine does not answer, and while what is known is of an earlier session.
    fn containers(&self, node: NodeId, since: Timestamp, now: Timestamp) -> Option<Vec<ContainerScene>> {
        let (heard, containers) = self.sources.containers.present(node)?;
        if heard + self.sources.period * 2 < since {
            return None;
        }
        let fresh = now.apart(heard) <= self.patience();
        let scene = |(container, usage)| ContainerScene {
            container,
            usage: if fresh { usage } else { None },
        };
        Some(containers.into_iter().map(scene).collect())
    }

    fn patience(&self) -> Duration {
        MISSED * self.sources.period
    }
}

/// How an alert's condition saw a node at the time of a sample. Of what is not kept it was as it is: somebody was there to
/// say so if not.
fn look_back(alert: &Alert, sample: &Sample, cores: u64) -> Option<Look> {
    if let Condition::Metric(condition) = &alert.condition
        && alert.subject.target() == TargetKind::Node
        && condition.metric.is_kept(TargetKind::Node)
    {
        let value = condition.metric.of_node(&sample.values, cores);
        return look_at(condition, value, sample.time);
    }
    Some(Look {
        time: sample.time,
        value: alert.progress.value,
        bad: alert.progress.state == AlertState::Pending,
        over: alert.progress.clear_since.is_some(),
    })
}
