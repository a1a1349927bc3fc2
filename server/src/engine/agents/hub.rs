//! Owns the sessions of the agents that are connected to this process: one task, told by messages.
//!
//! It knows no store. Who has to be written down as gone is asked for by [`super::Presence`].

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::order::Order;
use super::refusals::stopping;
use super::session::{AgentLink, AgentSession, Left, Pulse, SessionEnd};
use crate::domain::ids::NodeId;
use crate::domain::node::Node;
use crate::engine::error::Result;

/// Messages to the hub that wait.
const INBOX: usize = 1024;
/// Orders of a session that wait for an agent that reads slowly; more are not told.
const ORDERS: usize = 256;
/// Messages of samples of a session that wait to be stored; it is not read on until then. Agents send one at a time.
const WAITING: usize = 4;
const TICK: Duration = Duration::from_secs(1);

/// The way to the hub.
#[derive(Clone, Debug)]
pub struct AgentHub {
    inbox: mpsc::Sender<Message>,
}

/// A node that was not heard of for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Departure {
    pub(super) node_id: NodeId,
    pub(super) epoch: i64,
    /// How long ago it was heard of.
    pub(super) silent: Duration,
}

/// Whether a session was told what it was to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    All,
    /// The agent reads too slowly: not all of it.
    NoRoom,
    /// There is no session of the node here.
    Away,
}

#[derive(Debug)]
pub(super) enum Message {
    Attach {
        node: Box<Node>,
        reply: oneshot::Sender<AgentSession>,
    },
    /// Sessions of the node up to this one are over.
    Over {
        node_id: NodeId,
        up_to: i64,
        end: SessionEnd,
    },
    /// Whose sessions are here.
    Nodes { reply: oneshot::Sender<Vec<NodeId>> },
    /// Tells the session of a node, if it is here.
    Tell {
        node_id: NodeId,
        orders: Vec<Order>,
        reply: oneshot::Sender<Told>,
    },
    /// Who has gone since the question before.
    Departures { reply: oneshot::Sender<Vec<Departure>> },
}

/// What the task works on.
struct Hub {
    inbox: mpsc::Receiver<Message>,
    left: mpsc::Receiver<Left>,
    /// For the links that it hands out.
    leave: mpsc::Sender<Left>,
    patience: Duration,
    sessions: HashMap<NodeId, Session>,
    departed: Vec<Departure>,
}

struct Session {
    epoch: i64,
    pulse: Arc<Pulse>,
    orders: mpsc::Sender<Order>,
    /// `None` once its stream has ended.
    end: Option<oneshot::Sender<SessionEnd>>,
}

impl AgentHub {
    /// Starts the task, which ends all sessions and itself with the token.
    pub fn spawn(patience: Duration, stop: CancellationToken) -> Self {
        let (sender, inbox) = mpsc::channel(INBOX);
        let (leave, left) = mpsc::channel(INBOX);
        let hub = Hub {
            inbox,
            left,
            leave,
            patience,
            sessions: HashMap::new(),
            departed: Vec::new(),
        };
        tokio::spawn(hub.run(stop));
        Self { inbox: sender }
    }

    /// The session takes the place of the node's older one.
    pub(super) async fn attach(&self, node: Node) -> Result<AgentSession> {
        let node = Box::new(node);
        self.ask(|reply| Message::Attach { node, reply }).await
    }

    /// Ends the session of a node, unless it is newer than that.
    pub(super) async fn over(&self, node_id: NodeId, up_to: i64, end: SessionEnd) {
        let over = Message::Over { node_id, up_to, end };
        // A hub that has ended has no session left.
        self.inbox.send(over).await.ok();
    }

    pub(crate) async fn tell(&self, node_id: NodeId, orders: Vec<Order>) -> Result<Told> {
        self.ask(|reply| Message::Tell {
            node_id,
            orders,
            reply,
        })
        .await
    }

    pub(crate) async fn nodes(&self) -> Result<Vec<NodeId>> {
        self.ask(|reply| Message::Nodes { reply }).await
    }

    pub(super) async fn departures(&self) -> Result<Vec<Departure>> {
        self.ask(|reply| Message::Departures { reply }).await
    }

    async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(message(reply)).await.map_err(|_| stopping())?;
        answer.await.map_err(|_| stopping())
    }
}

impl Hub {
    async fn run(mut self, stop: CancellationToken) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                message = self.inbox.recv() => match message {
                    Some(message) => self.hear(message),
                    None => return,
                },
                Some(left) = self.left.recv() => self.leave(left),
                _ = ticks.tick() => self.look(),
            }
        }
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Attach { node, reply } => self.attach(*node, reply),
            Message::Over { node_id, up_to, end } => self.end(node_id, up_to, end),
            Message::Nodes { reply } => {
                reply.send(self.sessions.keys().copied().collect()).ok();
            }
            Message::Tell {
                node_id,
                orders,
                reply,
            } => {
                let session = self.sessions.get(&node_id);
                let told = session.map_or(Told::Away, |session| session.tell(orders));
                reply.send(told).ok();
            }
            Message::Departures { reply } => {
                let departed = std::mem::take(&mut self.departed);
                if let Err(departed) = reply.send(departed) {
                    self.departed = departed;
                }
            }
        }
    }

    fn attach(&mut self, node: Node, reply: oneshot::Sender<AgentSession>) {
        let (orders, order_receiver) = mpsc::channel(ORDERS);
        let (end, end_receiver) = oneshot::channel();
        let pulse = Arc::new(Pulse::new());
        let session = Session {
            epoch: node.epoch,
            pulse: Arc::clone(&pulse),
            orders: orders.clone(),
            end: Some(end),
        };
        let (node_id, epoch) = (node.id, node.epoch);
        // Of two that were written one after the other, the older may come here later.
        let newer = self
            .sessions
            .get(&node_id)
            .is_some_and(|session| session.epoch > epoch);
        if newer {
            session.over(SessionEnd::Replaced);
        } else if let Some(older) = self.sessions.insert(node_id, session) {
            older.over(SessionEnd::Replaced);
        }
        let session = AgentSession {
            node,
            orders: order_receiver,
            end: end_receiver,
            link: AgentLink {
                node_id,
                epoch,
                pulse,
                orders,
                waiting: Arc::new(Semaphore::new(WAITING)),
                hub: self.leave.clone(),
            },
        };
        // Whoever asked has gone: the link tells so when it is dropped.
        reply.send(session).ok();
    }

    fn leave(&mut self, left: Left) {
        if let Some(session) = self.sessions.get_mut(&left.node_id)
            && session.epoch == left.epoch
        {
            session.end = None;
        }
    }

    fn end(&mut self, node_id: NodeId, up_to: i64, end: SessionEnd) {
        if self
            .sessions
            .get(&node_id)
            .is_some_and(|session| session.epoch <= up_to)
            && let Some(session) = self.sessions.remove(&node_id)
        {
            session.over(end);
        }
    }

    /// Ends the sessions that were silent for too long.
    fn look(&mut self) {
        let (now, patience) = (Instant::now(), self.patience);
        let silent: Vec<NodeId> = self
            .sessions
            .iter()
            .filter(|(_, session)| now.duration_since(session.pulse.last()) >= patience)
            .map(|(id, _)| *id)
            .collect();
        for node_id in silent {
            if let Some(session) = self.sessions.remove(&node_id) {
                self.departed.push(Departure {
                    node_id,
                    epoch: session.epoch,
                    silent: now.duration_since(session.pulse.last()),
                });
                session.over(SessionEnd::Silent);
            }
        }
    }
}

impl Session {
    fn tell(&self, orders: Vec<Order>) -> Told {
        for order in orders {
            match self.orders.try_send(order) {
                Ok(()) => {}
                Err(TrySendError::Full(_)) => return Told::NoRoom,
                // Its stream has ended.
                Err(TrySendError::Closed(_)) => return Told::Away,
            }
        }
        Told::All
    }

    fn over(self, end: SessionEnd) {
        if let Some(stream) = self.end {
            // A stream that has ended meanwhile needs no reason.
            stream.send(end).ok();
        }
    }
}
