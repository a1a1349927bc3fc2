//! The containers of the nodes whose agents talk to this process.
//!
//! Nothing is queued: a watcher remembers up to which version it has told each node's, and looks again when there is a
//! newer one.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::domain::container::{Container, ContainerEngine, ContainerId, ContainerUse, ContainersReport};
use crate::domain::ids::NodeId;
use crate::domain::time::Timestamp;

/// Of one node; more of them are not shown, whatever its agent says.
const MAX_CONTAINERS: usize = 2_000;
/// Of one message to a watcher.
const AT_ONCE: usize = 200;

#[derive(Debug)]
pub struct ContainerBoard {
    nodes: Mutex<HashMap<NodeId, Entry>>,
    /// The newest version of all.
    version: watch::Sender<u64>,
    stale_after: Duration,
}

#[derive(Clone, Debug)]
pub struct ShownContainer {
    pub container: Arc<Container>,
    pub usage: Option<Arc<ContainerUse>>,
    version: u64,
}

/// A container, and what it uses if that is known.
pub(crate) type ContainerAndUse = (Arc<Container>, Option<Arc<ContainerUse>>);

/// Containers of a node: all of them, or what has changed.
#[derive(Clone, Debug)]
pub struct NodeContainers {
    pub node: NodeId,
    pub engine: Option<ContainerEngine>,
    pub problem: String,
    pub stale: bool,
    pub containers: Vec<ShownContainer>,
    pub removed: Vec<ContainerId>,
    /// These are all of them; of parts, the first one.
    pub complete: bool,
}

impl NodeContainers {
    /// Such as a message has room for.
    pub(super) fn in_parts(mut self) -> impl Iterator<Item = Self> {
        let mut rest = std::mem::take(&mut self.containers);
        let mut next = Some(self);
        std::iter::from_fn(move || {
            let mut part = next.take()?;
            part.containers = rest.drain(..rest.len().min(AT_ONCE)).collect();
            next = (!rest.is_empty()).then(|| Self {
                containers: Vec::new(),
                removed: Vec::new(),
                complete: false,
                ..part.clone()
            });
            Some(part)
        })
    }
}

/// What a watcher has told of a node.
#[derive(Debug, Default)]
pub(super) struct Told {
    version: u64,
    stale: bool,
    ids: HashSet<ContainerId>,
}

#[derive(Debug, Default)]
struct Entry {
    engine: Option<ContainerEngine>,
    problem: String,
    containers: BTreeMap<ContainerId, ShownContainer>,
    /// What will be all of them once the last part has come.
    incoming: Option<Vec<Container>>,
    /// Those whose use the present look has told.
    looked_at: HashSet<ContainerId>,
    /// When something came, by the clock of this process.
    heard: Option<Timestamp>,
    version: u64,
}

impl Entry {
    fn put(&mut self, container: Container, version: u64) {
        let has_room = self.containers.len() < MAX_CONTAINERS;
        match self.containers.get_mut(&container.id) {
            Some(known) if *known.container == container => {}
            Some(known) => {
                known.container = Arc::new(container);
                known.version = version;
            }
            None if has_room => {
                self.containers.insert(
                    container.id.clone(),
                    ShownContainer {
                        container: Arc::new(container),
                        usage: None,
                        version,
                    },
                );
            }
            None => {}
        }
    }

    fn take(&mut self, report: ContainersReport, version: u64) {
        if report.reset {
            self.incoming = Some(Vec::new());
        }
        if let Some(incoming) = &mut self.incoming {
            let room = MAX_CONTAINERS.saturating_sub(incoming.len());
            incoming.extend(report.containers.into_iter().take(room));
            if report.more {
                return;
            }
            let all = self.incoming.take().unwrap_or_default();
            let ids: HashSet<&ContainerId> = all.iter().map(|container| &container.id).collect();
            self.containers.retain(|id, _| ids.contains(id));
            for container in all {
                self.put(container, version);
            }
        } else {
            for id in report.removed {
                self.containers.remove(&id);
            }
            for container in report.containers {
                self.put(container, version);
            }
        }
        self.engine = report.engine;
        self.problem = report.problem;
        self.version = version;
    }

    fn measure(&mut self, stats: Vec<(ContainerId, ContainerUse)>, last: bool, version: u64) {
        for (id, usage) in stats {
            if let Some(shown) = self.containers.get_mut(&id) {
                if shown.usage.as_deref() != Some(&usage) {
                    shown.usage = Some(Arc::new(usage));
                    shown.version = version;
                }
                self.looked_at.insert(id);
            }
        }
        if last {
            for (id, shown) in &mut self.containers {
                if !self.looked_at.contains(id) && shown.usage.take().is_some() {
                    shown.version = version;
                }
            }
            self.looked_at.clear();
            self.version = version;
        }
    }
}

impl ContainerBoard {
    pub fn new(stale_after: Duration) -> Arc<Self> {
        Arc::new(Self {
            nodes: Mutex::default(),
            version: watch::Sender::new(0),
            stale_after,
        })
    }

    /// Shows what an agent tells.
    pub fn report(&self, node: NodeId, report: ContainersReport, now: Timestamp) {
        self.change(node, now, |entry, version| entry.take(report, version));
    }

    /// Shows what containers use. With `last`, that of others is not known any more.
    pub fn measure(&self, node: NodeId, stats: Vec<(ContainerId, ContainerUse)>, last: bool, now: Timestamp) {
        self.change(node, now, |entry, version| entry.measure(stats, last, version));
    }

    /// The containers that there are on a node, with what each uses, and when something of them was told; `None` when its
    /// engine does not answer.
    pub fn present(&self, node: NodeId) -> Option<(Timestamp, Vec<ContainerAndUse>)> {
        let nodes = self.nodes();
        let entry = nodes.get(&node)?;
        if entry.engine.is_none() || !entry.problem.is_empty() {
            return None;
        }
        let both = |shown: &ShownContainer| (Arc::clone(&shown.container), shown.usage.clone());
        Some((entry.heard?, entry.containers.values().map(both).collect()))
    }

    /// The node is deleted.
    pub fn forget(&self, node: NodeId) {
        self.nodes().remove(&node);
    }

    pub(super) fn read(&self, node: NodeId, now: Timestamp) -> NodeContainers {
        let nodes = self.nodes();
        self.all(node, nodes.get(&node), now)
    }

    /// What was not told of a node yet; all of it at first.
    pub(super) fn news(
        &self,
        node: NodeId,
        told: &mut HashMap<NodeId, Told>,
        now: Timestamp,
    ) -> Option<NodeContainers> {
        let nodes = self.nodes();
        let entry = nodes.get(&node);
        let stale = self.is_stale(entry, now);
        let news = match (told.get(&node), entry) {
            (Some(before), Some(entry)) if before.version != entry.version || before.stale != stale => {
                let there = &entry.containers;
                NodeContainers {
                    node,
                    engine: entry.engine.clone(),
                    problem: entry.problem.clone(),
                    stale,
                    containers: there
                        .values()
                        .filter(|shown| shown.version > before.version)
                        .cloned()
                        .collect(),
                    removed: before
                        .ids
                        .iter()
                        .filter(|id| !there.contains_key(id))
                        .cloned()
                        .collect(),
                    complete: false,
                }
            }
            (Some(_), _) => return None,
            (None, entry) => self.all(node, entry, now),
        };
        let now_told = Told {
            version: entry.map_or(0, |entry| entry.version),
            stale,
            ids: entry.map_or_else(HashSet::new, |entry| entry.containers.keys().cloned().collect()),
        };
        told.insert(node, now_told);
        Some(news)
    }

    /// Changes with every node that has news.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    fn all(&self, node: NodeId, entry: Option<&Entry>, now: Timestamp) -> NodeContainers {
        NodeContainers {
            node,
            engine: entry.and_then(|entry| entry.engine.clone()),
            problem: entry.map(|entry| entry.problem.clone()).unwrap_or_default(),
            stale: self.is_stale(entry, now),
            containers: entry.map_or_else(Vec::new, |entry| entry.containers.values().cloned().collect()),
            removed: Vec::new(),
            complete: true,
        }
    }

    fn is_stale(&self, entry: Option<&Entry>, now: Timestamp) -> bool {
        entry
            .and_then(|entry| entry.heard)
            .is_none_or(|heard| now.since(heard) > self.stale_after)
    }

    fn change(&self, node: NodeId, now: Timestamp, change: impl FnOnce(&mut Entry, u64)) {
        let mut nodes = self.nodes();
        let version = *self.version.borrow() + 1;
        let entry = nodes.entry(node).or_default();
        entry.heard = Some(now);
        change(entry, version);
        self.version.send_replace(version);
    }

    fn nodes(&self) -> MutexGuard<'_, HashMap<NodeId, Entry>> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::container::ContainerState;

    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    fn id(digit: char) -> ContainerId {
        ContainerId::parse(&digit.to_string().repeat(64)).unwrap()
    }

    fn container(digit: char, state: ContainerState) -> Container {
        Container {
            id: id(digit),
            name: digit.to_string(),
            image: "bb:1".to_owned(),
            image_id: String::new(),
            state: Some(state),
            health: None,
            exit_code: None,
            oom_killed: false,
            restart_count: 0,
            create_time: None,
            start_time: None,
            end_time: None,
            ports: Vec::new(),
            compose_project: String::new(),
            compose_service: String::new(),
        }
    }

    fn report(
        reset: bool,
        more: bool,
        containers: Vec<Container>,
        removed: Vec<ContainerId>,
    ) -> ContainersReport {
        ContainersReport {
            engine: None,
            problem: String::new(),
            reset,
            more,
            containers,
            removed,
        }
    }

    fn names(told: &NodeContainers) -> Vec<&str> {
        told.containers
            .iter()
            .map(|shown| shown.container.name.as_str())
            .collect()
    }

    #[test]
    fn a_watcher_is_told_all_and_then_only_what_has_changed() {
        let (board, node) = (ContainerBoard::new(Duration::from_secs(30)), NodeId::generate());
        let mut told = HashMap::new();
        let first = board.news(node, &mut told, NOW).unwrap();
        assert!(first.complete && first.stale && first.containers.is_empty());
        assert!(board.news(node, &mut told, NOW).is_none());

        let all = vec![
            container('a', ContainerState::Running),
            container('b', ContainerState::Running),
        ];
        board.report(node, report(true, false, all.clone(), Vec::new()), NOW);
        let news = board.news(node, &mut told, NOW).unwrap();
        assert_eq!(
            (names(&news), news.stale, news.complete),
            (vec!["a", "b"], false, false)
        );

        let changed = vec![container('b', ContainerState::Exited)];
        board.report(node, report(false, false, changed, vec![id('a')]), NOW);
        let news = board.news(node, &mut told, NOW).unwrap();
        assert_eq!((names(&news), &news.removed), (vec!["b"], &vec![id('a')]));

        board.report(node, report(true, false, all, Vec::new()), NOW);
        let news = board.news(node, &mut told, NOW).unwrap();
        assert_eq!(names(&news), ["a", "b"]);
        let later = NOW + Duration::from_secs(31);
        let news = board.news(node, &mut told, later).unwrap();
        assert!(news.stale && news.containers.is_empty());
    }

    #[test]
    fn a_report_in_parts_counts_once_its_last_part_has_come() {
        let (board, node) = (ContainerBoard::new(Duration::from_secs(30)), NodeId::generate());
        let one = |digit| vec![container(digit, ContainerState::Running)];
        board.report(node, report(true, false, one('a'), Vec::new()), NOW);
        board.report(node, report(true, true, one('b'), Vec::new()), NOW);
        assert_eq!(names(&board.read(node, NOW)), ["a"]);
        board.report(node, report(false, false, one('c'), Vec::new()), NOW);
        assert_eq!(names(&board.read(node, NOW)), ["b", "c"]);
    }

    #[test]
    fn use_that_the_newest_look_does_not_tell_is_not_known_any_more() {
        let (board, node) = (ContainerBoard::new(Duration::from_secs(30)), NodeId::generate());
        let all = vec![
            container('a', ContainerState::Running),
            container('b', ContainerState::Running),
        ];
        board.report(node, report(true, false, all, Vec::new()), NOW);
        let usage = |millis| ContainerUse {
            cpu_millis: Some(millis),
            ..ContainerUse::default()
        };
        let known = |board: &ContainerBoard| {
            let shown = board.read(node, NOW).containers;
            let millis = |shown: &ShownContainer| shown.usage.as_ref().and_then(|usage| usage.cpu_millis);
            shown.iter().map(millis).collect::<Vec<_>>()
        };
        board.measure(node, vec![(id('a'), usage(1))], false, NOW);
        board.measure(node, vec![(id('b'), usage(2)), (id('c'), usage(3))], true, NOW);
        assert_eq!(known(&board), [Some(1), Some(2)]);
        board.measure(node, vec![(id('b'), usage(4))], true, NOW);
        assert_eq!(known(&board), [None, Some(4)]);
    }

    #[test]
    fn a_machine_cannot_fill_the_memory() {
        let (board, node) = (ContainerBoard::new(Duration::from_secs(30)), NodeId::generate());
        for part in 0..30_u32 {
            let many = (0..100_u32).map(|number| {
                let text = format!("{:064x}", part * 100 + number);
                Container {
                    id: ContainerId::parse(&text).unwrap(),
                    ..container('a', ContainerState::Running)
                }
            });
            board.report(node, report(false, false, many.collect(), Vec::new()), NOW);
        }
        let all = board.read(node, NOW);
        assert_eq!(all.containers.len(), MAX_CONTAINERS);
        let parts: Vec<_> = all
            .in_parts()
            .map(|part| (part.complete, part.containers.len()))
            .collect();
        assert_eq!(parts.len(), MAX_CONTAINERS / AT_ONCE);
        assert_eq!(parts[..2], [(true, AT_ONCE), (false, AT_ONCE)]);
    }
}
