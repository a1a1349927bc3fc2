//! Writes down that agents have come. Those that wait at the same moment share a write: after a restart of the server
//! thousands do, and each write waits for the disk.

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::refusals::{KEY_REFUSED, stopping};
use crate::domain::ids::NodeId;
use crate::domain::node::{Arrival, Node};
use crate::engine::context::Ports;
use crate::engine::error::Result;

/// Of one write. It holds up others that write for as long as so many rows take.
const AT_ONCE: usize = 64;
/// Agents whose sessions wait to be written; more wait for room.
const ROOM: usize = 1024;

/// The way to the task.
#[derive(Clone, Debug)]
pub(super) struct Arrivals {
    queue: mpsc::Sender<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    node: NodeId,
    arrival: Arrival,
    reply: oneshot::Sender<Result<Node>>,
}

impl Arrivals {
    /// Starts the task, which ends with the token.
    pub(super) fn spawn(ports: Ports, stop: CancellationToken) -> Self {
        let (queue, mut waiting) = mpsc::channel(ROOM);
        tokio::spawn(async move {
            stop.run_until_cancelled(run(&ports, &mut waiting)).await;
        });
        Self { queue }
    }

    /// The node as it is with its new session.
    pub(super) async fn write(&self, node: NodeId, arrival: Arrival) -> Result<Node> {
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { node, arrival, reply };
        self.queue.send(waiting).await.map_err(|_| stopping())?;
        answer.await.map_err(|_| stopping())?
    }
}

async fn run(ports: &Ports, queue: &mut mpsc::Receiver<Waiting>) {
    let mut waiting = Vec::with_capacity(AT_ONCE);
    while queue.recv_many(&mut waiting, AT_ONCE).await > 0 {
        // Who has gone meanwhile has no session to begin.
        waiting.retain(|one: &Waiting| !one.reply.is_closed());
        let arrivals: Vec<_> = waiting
            .iter()
            .map(|one| (one.node, one.arrival.clone()))
            .collect();
        match ports.store.node_attach(&arrivals, ports.clock.now()).await {
            Ok(nodes) => {
                for (one, node) in waiting.drain(..).zip(nodes) {
                    one.reply.send(node.ok_or(KEY_REFUSED)).ok();
                }
            }
            // What is wrong with one of them is not to keep the others out.
            Err(_) => {
                for one in waiting.drain(..) {
                    let node = alone(ports, one.node, one.arrival).await;
                    one.reply.send(node).ok();
                }
            }
        }
    }
}

async fn alone(ports: &Ports, node: NodeId, arrival: Arrival) -> Result<Node> {
    let now = ports.clock.now();
    let nodes = ports.store.node_attach(&[(node, arrival)], now).await?;
    nodes.into_iter().next().flatten().ok_or(KEY_REFUSED)
}
