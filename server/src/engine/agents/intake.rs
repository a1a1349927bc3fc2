//! Takes in what agents tell of their machines: the newest is shown at once, all of it is stored in time.
//!
//! What waits to be stored is bounded. When there is too much, agents are not read for a while, and keep their samples
//! until they are told that these are stored.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};

use super::batch::Batch;
use super::keeping::Keeping;
use super::session::Giver;
use crate::domain::container::{ContainerId, ContainerUse, ContainersReport};
use crate::domain::ids::NodeId;
use crate::domain::node_look::{NodeLook, NodeProcesses, NodeUnits};
use crate::domain::sample::Values;
use crate::domain::time::Timestamp;
use crate::engine::containers::ContainerBoard;
use crate::engine::context::Ports;
use crate::engine::nodes::NodeBoard;
use crate::ports::store::LEAD;

/// Looks that wait to be stored: 10,000 agents tell as many in ten seconds, and each takes less than 400 bytes.
const ROOM: usize = 40_000;

#[derive(Clone)]
pub struct Intake {
    ports: Ports,
    board: Arc<NodeBoard>,
    containers: Arc<ContainerBoard>,
    queue: mpsc::UnboundedSender<Batch>,
    room: Arc<Semaphore>,
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Intake(..)")
    }
}

impl Intake {
    /// And what stores, which has to be run.
    pub fn new(
        ports: Ports,
        board: Arc<NodeBoard>,
        containers: Arc<ContainerBoard>,
        gather: Duration,
    ) -> (Self, Keeping) {
        // Bounded by the room that a batch has to have.
        let (queue, batches) = mpsc::unbounded_channel();
        let keeping = Keeping::new(ports.clone(), batches, gather);
        let intake = Self {
            ports,
            board,
            containers,
            queue,
            room: Arc::new(Semaphore::new(ROOM)),
        };
        (intake, keeping)
    }

    /// A session of the node begins.
    pub fn begin(&self, node: NodeId) {
        self.board.begin(node);
    }

    pub fn processes(&self, node: NodeId, processes: NodeProcesses) {
        self.board.post_processes(node, processes);
    }

    pub fn units(&self, node: NodeId, units: NodeUnits) {
        self.board.post_units(node, units);
    }

    pub fn containers(&self, node: NodeId, report: ContainersReport) {
        self.containers.report(node, report, self.ports.clock.now());
    }

    /// What containers use; with `last` there is no more of that look.
    pub fn container_figures(&self, node: NodeId, figures: Vec<(ContainerId, ContainerUse)>, last: bool) {
        self.containers
            .measure(node, figures, last, self.ports.clock.now());
    }

    /// Waits until there is room. The giver is told once they are stored, by `last`, the last one's sequence.
    pub async fn samples(&self, giver: Giver, looks: Vec<NodeLook>, last: u64) {
        let Giver {
            node,
            orders,
            waiting,
        } = giver;
        let now = self.ports.clock.now();
        let kept: Vec<(Timestamp, Values)> = looks
            .iter()
            // From a clock that is wrong, which its agent says in its own log.
            .filter(|look| look.time <= now + LEAD)
            .map(|look| (look.time, look.values))
            .collect();
        if kept.len() < looks.len() {
            tracing::debug!(%node, "figures from the future are not kept: a clock is wrong");
        }
        if let Some(newest) = looks.into_iter().next_back() {
            self.board.post(node, newest, now);
        }
        let wanted = u32::try_from(kept.len().clamp(1, ROOM)).unwrap_or(1);
        let own = waiting.acquire_owned().await;
        let room = Arc::clone(&self.room).acquire_many_owned(wanted).await;
        // Neither is ever closed.
        let (Ok(own), Ok(room)) = (own, room) else {
            return;
        };
        let batch = Batch {
            node,
            looks: kept,
            last,
            orders,
            _room: [own, room],
        };
        // Once nobody stores any more the server stops: the agent sends them to the next one.
        self.queue.send(batch).ok();
    }
}
