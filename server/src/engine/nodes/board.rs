//! The newest figures of the nodes whose agents talk to this process, and of others as far as they were asked for.
//!
//! Figures are shared and nothing is queued: a watcher remembers which version of each node it has told, and looks
//! again when there is a newer one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::domain::ids::NodeId;
use crate::domain::node_look::{NodeLook, NodeProcesses, NodeUnits};
use crate::domain::sample::{Sample, Subject};
use crate::domain::time::Timestamp;

#[derive(Debug)]
pub struct NodeBoard {
    nodes: Mutex<HashMap<NodeId, Shown>>,
    /// The newest version of all.
    version: watch::Sender<u64>,
    stale_after: Duration,
}

/// What is known of a node.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    pub look: Option<Arc<NodeLook>>,
    pub processes: Option<Arc<NodeProcesses>>,
    pub units: Option<Arc<NodeUnits>>,
    /// When the look came, by the clock of this process: that of the machine may be wrong.
    heard: Option<Timestamp>,
    version: u64,
}

/// The newest figures of a node, and whether they are of the past.
#[derive(Clone, Debug)]
pub struct NodeFigures {
    pub node: NodeId,
    pub shown: Shown,
    pub stale: bool,
}

impl NodeFigures {
    /// Changes with whatever there is to tell.
    pub(super) fn state(&self) -> (u64, bool) {
        (self.shown.version, self.stale)
    }
}

impl NodeBoard {
    pub fn new(stale_after: Duration) -> Arc<Self> {
        Arc::new(Self {
            nodes: Mutex::default(),
            version: watch::Sender::new(0),
            stale_after,
        })
    }

    /// A session has begun: an agent that was installed anew may count its looks from the beginning.
    pub fn begin(&self, node: NodeId) {
        let mut nodes = self.nodes();
        if let Some(look) = nodes.get_mut(&node).and_then(|shown| shown.look.as_mut()) {
            Arc::make_mut(look).sequence = 0;
        }
    }

    /// Shows a look, unless a newer one is shown: those that waited come late.
    pub fn post(&self, node: NodeId, look: NodeLook, now: Timestamp) {
        self.change(node, |shown| {
            let newer = shown
                .look
                .as_ref()
                .is_none_or(|before| look.sequence > before.sequence);
            if newer {
                shown.look = Some(Arc::new(look));
                shown.heard = Some(now);
            }
            newer
        });
    }

    pub fn post_processes(&self, node: NodeId, processes: NodeProcesses) {
        self.change(node, |shown| {
            shown.processes = Some(Arc::new(processes));
            true
        });
    }

    pub fn post_units(&self, node: NodeId, units: NodeUnits) {
        self.change(node, |shown| {
            shown.units = Some(Arc::new(units));
            true
        });
    }

    /// Shows what another process has stored, where nothing is shown that is newer.
    pub(super) fn recall(&self, samples: impl IntoIterator<Item = Sample>) {
        for sample in samples {
            let Subject::Node(node) = sample.subject else {
                continue;
            };
            self.change(node, |shown| {
                let newer = shown.look.as_ref().is_none_or(|before| sample.time > before.time);
                if newer {
                    *shown = Shown {
                        look: Some(Arc::new(NodeLook {
                            sequence: 0,
                            time: sample.time,
                            values: sample.values,
                            cores: Vec::new(),
                            file_systems: Vec::new(),
                        })),
                        heard: Some(sample.time),
                        ..Shown::default()
                    };
                }
                newer
            });
        }
    }

    /// The newest look at a node, and when it came.
    pub fn newest(&self, node: NodeId) -> Option<(Timestamp, Arc<NodeLook>)> {
        let nodes = self.nodes();
        let shown = nodes.get(&node)?;
        Some((shown.heard?, Arc::clone(shown.look.as_ref()?)))
    }

    /// The node is deleted.
    pub fn forget(&self, node: NodeId) {
        self.nodes().remove(&node);
    }

    /// Figures of these nodes, in this order.
    pub(super) fn read(&self, ids: &[NodeId], now: Timestamp) -> Vec<NodeFigures> {
        let nodes = self.nodes();
        let read = |id: &NodeId| {
            let shown = nodes.get(id).cloned().unwrap_or_default();
            let stale = shown
                .heard
                .is_none_or(|heard| now.since(heard) > self.stale_after);
            NodeFigures {
                node: *id,
                shown,
                stale,
            }
        };
        ids.iter().map(read).collect()
    }

    /// Changes with every node that has news.
    pub(super) fn news(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    fn change(&self, node: NodeId, change: impl FnOnce(&mut Shown) -> bool) {
        let mut nodes = self.nodes();
        let shown = nodes.entry(node).or_default();
        if change(shown) {
            let version = *self.version.borrow() + 1;
            shown.version = version;
            self.version.send_replace(version);
        }
    }

    fn nodes(&self) -> MutexGuard<'_, HashMap<NodeId, Shown>> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::metric::Metric;
    use crate::domain::sample::Values;

    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    fn look(sequence: u64, time: Timestamp) -> NodeLook {
        NodeLook {
            sequence,
            time,
            values: Values::NONE.with(Metric::ProcessCount, sequence),
            cores: vec![1],
            file_systems: Vec::new(),
        }
    }

    fn shown(board: &NodeBoard, node: NodeId, now: Timestamp) -> (Option<u64>, bool) {
        let figures = board.read(&[node], now).remove(0);
        (figures.shown.look.map(|look| look.sequence), figures.stale)
    }

    #[test]
    fn looks_that_waited_do_not_hide_the_newest() {
        let (board, node) = (NodeBoard::new(Duration::from_secs(30)), NodeId::generate());
        assert_eq!(shown(&board, node, NOW), (None, true));
        board.post(node, look(7, NOW), NOW);
        board.post(node, look(3, NOW - Duration::from_hours(1)), NOW);
        assert_eq!(shown(&board, node, NOW), (Some(7), false));
        board.begin(node);
        board.post(node, look(3, NOW), NOW);
        assert_eq!(shown(&board, node, NOW), (Some(3), false), "counted anew");
    }

    #[test]
    fn a_machine_whose_clock_is_behind_is_not_stale_and_one_that_is_silent_is() {
        let (board, node) = (NodeBoard::new(Duration::from_secs(30)), NodeId::generate());
        board.post(node, look(1, NOW - Duration::from_hours(5)), NOW);
        assert!(!shown(&board, node, NOW + Duration::from_secs(30)).1);
        assert!(shown(&board, node, NOW + Duration::from_secs(31)).1);
    }

    #[test]
    fn what_another_process_stored_is_shown_when_it_is_newer() {
        let (board, node) = (NodeBoard::new(Duration::from_secs(30)), NodeId::generate());
        let stored = |time| Sample {
            subject: Subject::Node(node),
            time,
            values: Values::NONE,
        };
        board.post(node, look(9, NOW), NOW);
        board.recall([stored(NOW)]);
        assert_eq!(shown(&board, node, NOW).0, Some(9));
        board.recall([stored(NOW + Duration::from_secs(10))]);
        assert_eq!(shown(&board, node, NOW).0, Some(0));
        board.forget(node);
        assert_eq!(shown(&board, node, NOW), (None, true));
    }
}
