//! One session of an agent, as its stream holds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::Instant;

use super::order::Order;
use crate::domain::ids::{NodeCommandId, NodeId};
use crate::domain::node::Node;

/// Why a session is over, when it is not the agent who has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// The node has a newer session.
    Replaced,
    /// The key was taken away, or the node deleted.
    Revoked,
    /// Heartbeats were missed.
    Silent,
}

/// The half that the answers are made from.
#[derive(Debug)]
pub struct AgentSession {
    /// As it is with this session.
    pub node: Node,
    pub orders: mpsc::Receiver<Order>,
    /// Closes without a word when the hub stops.
    pub end: oneshot::Receiver<SessionEnd>,
    pub link: AgentLink,
}

/// The half that hears what the agent says. The session is over when it is dropped.
#[derive(Debug)]
pub struct AgentLink {
    pub(super) node_id: NodeId,
    pub(super) epoch: i64,
    pub(super) pulse: Arc<Pulse>,
    pub(super) orders: mpsc::Sender<Order>,
    /// Messages of samples that may wait to be stored.
    pub(super) waiting: Arc<Semaphore>,
    pub(super) hub: mpsc::Sender<Left>,
}

impl AgentLink {
    /// Whatever it said: the agent is there.
    pub fn heard(&self) {
        self.pulse.beat();
    }

    pub fn node_id(&self) -> NodeId {
        self.node_id
    }

    /// For whoever takes the ends of its commands in.
    pub fn settler(&self) -> Settler {
        Settler(self.orders.clone())
    }

    /// For whoever takes its samples in.
    pub fn giver(&self) -> Giver {
        Giver {
            node: self.node_id,
            orders: self.orders.clone(),
            waiting: Arc::clone(&self.waiting),
        }
    }
}

/// Who gave samples, and how it is told that they are stored.
#[derive(Debug)]
pub struct Giver {
    pub(super) node: NodeId,
    pub(super) orders: mpsc::Sender<Order>,
    pub(super) waiting: Arc<Semaphore>,
}

/// How an agent is told that the end of a command is known.
#[derive(Debug)]
pub struct Settler(mpsc::Sender<Order>);

impl Settler {
    /// One that cannot be told says it again.
    pub fn settle(&self, id: NodeCommandId) {
        self.0.try_send(Order::Settled { id }).ok();
    }
}

/// The stream of a session has ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    pub(super) node_id: NodeId,
    pub(super) epoch: i64,
}

impl Drop for AgentLink {
    fn drop(&mut self) {
        let left = Left {
            node_id: self.node_id,
            epoch: self.epoch,
        };
        // A hub that has too much to do finds the session silent a little later.
        self.hub.try_send(left).ok();
    }
}

/// When an agent was heard of last.
#[derive(Debug)]
pub(super) struct Pulse {
    begin: Instant,
    /// Milliseconds since the beginning.
    last: AtomicU64,
}

impl Pulse {
    pub(super) fn new() -> Self {
        Self {
            begin: Instant::now(),
            last: AtomicU64::new(0),
        }
    }

    fn beat(&self) {
        let millis = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(millis, Ordering::Relaxed);
    }

    pub(super) fn last(&self) -> Instant {
        self.begin + Duration::from_millis(self.last.load(Ordering::Relaxed))
    }
}
