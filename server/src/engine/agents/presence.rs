//! Keeps the rows of nodes true: who is there, who has gone, and whose session is whose.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::hub::{AgentHub, Departure};
use super::session::SessionEnd;
use super::settings::AgentSettings;
use crate::domain::ids::NodeId;
use crate::domain::node::NodeState;
use crate::domain::page::MAX_PAGE_SIZE;
use crate::domain::time::Timestamp;
use crate::engine::containers::ContainerBoard;
use crate::engine::context::Ports;
use crate::engine::nodes::NodeBoard;
use crate::ports::bus::{BusReceiver, Notice};
use crate::ports::store::{StoreResult, session_lease};

const TICK: Duration = Duration::from_secs(1);
/// How often the rows are told that the sessions of this process go on.
const SEEN_PERIOD: Duration = Duration::from_mins(1);
/// Nodes that nobody holds, read at a time.
const ORPHANS: u32 = 500;

#[derive(Debug)]
pub struct Presence {
    ports: Ports,
    hub: AgentHub,
    board: Arc<NodeBoard>,
    containers: Arc<ContainerBoard>,
    settings: AgentSettings,
    instance: String,
    begin: Instant,
    lease_due: Instant,
    seen_due: Instant,
    /// Gone and not yet written.
    departed: Vec<Departure>,
    /// Nodes whose rows have changed.
    changed: BTreeSet<NodeId>,
    /// Notices were missed: any of them may have.
    missed: bool,
    failing: bool,
}

impl Presence {
    pub fn new(
        ports: Ports,
        hub: AgentHub,
        board: Arc<NodeBoard>,
        containers: Arc<ContainerBoard>,
        settings: AgentSettings,
        instance: String,
    ) -> Self {
        let now = Instant::now();
        Self {
            ports,
            hub,
            board,
            containers,
            settings,
            instance,
            begin: now,
            lease_due: now,
            seen_due: now + SEEN_PERIOD,
            departed: Vec::new(),
            changed: BTreeSet::new(),
            missed: false,
            failing: false,
        }
    }

    /// Until the token is cancelled. Sessions are left as they are: their agents go to the next process, or are found
    /// by it.
    pub async fn run(mut self, token: CancellationToken) {
        let mut notices = self.ports.bus.subscribe();
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                () = token.cancelled() => return,
                _ = ticks.tick() => {}
                open = self.listen(notices.as_mut()) => if !open { return },
            }
            let Ok(departed) = self.hub.departures().await else {
                return;
            };
            self.departed.extend(departed);
            match self.work().await {
                Ok(()) => self.failing = false,
                Err(error) => {
                    if !self.failing {
                        tracing::warn!(%error, "the presence of nodes cannot be written; trying again");
                    }
                    self.failing = true;
                }
            }
        }
    }

    /// Waits for a notice about a node, and takes along those that are waiting already. False when the bus has closed.
    async fn listen(&mut self, notices: &mut dyn BusReceiver) -> bool {
        let mut next = notices.next().await;
        loop {
            match next {
                None => return false,
                Some(Notice::NodeChanged { id }) => {
                    self.changed.insert(id);
                }
                Some(Notice::Missed) => self.missed = true,
                Some(_) => {}
            }
            next = match notices.next().now_or_never() {
                Some(next) => next,
                None if self.changed.is_empty() && !self.missed => notices.next().await,
                None => return true,
            };
        }
    }

    async fn work(&mut self) -> StoreResult<()> {
        self.compare().await?;
        self.write_departures().await?;
        let now = Instant::now();
        if now >= self.lease_due {
            self.hold_lease().await?;
            self.lease_due = now + self.settings.heartbeat;
            // Whoever was connected before this process began has its time to come back.
            if now.duration_since(self.begin) >= self.settings.patience() {
                self.find_orphans().await?;
            }
        }
        if now >= self.seen_due {
            self.seen_due = now + SEEN_PERIOD;
            let clock = self.ports.clock.now();
            self.ports.store.node_seen(&self.instance, clock).await?;
        }
        Ok(())
    }

    /// Ends the sessions that are not the nodes' own any more.
    async fn compare(&mut self) -> StoreResult<()> {
        if std::mem::take(&mut self.missed) {
            self.changed.extend(self.hub.nodes().await.unwrap_or_default());
        }
        while !self.changed.is_empty() {
            let batch: Vec<NodeId> = self
                .changed
                .iter()
                .copied()
                .take(MAX_PAGE_SIZE as usize)
                .collect();
            let found = self.ports.store.node_get_many(&batch).await?;
            for id in batch {
                let row = found.iter().find(|node| node.id == id);
                if row.is_none() {
                    self.board.forget(id);
                    self.containers.forget(id);
                }
                let (up_to, end) = match row {
                    Some(node) if node.attach_time.is_some() => (node.epoch - 1, SessionEnd::Replaced),
                    // Another process thought that this one was gone.
                    Some(node) if node.state == NodeState::Offline => (node.epoch, SessionEnd::Silent),
                    Some(_) | None => (i64::MAX, SessionEnd::Revoked),
                };
                self.hub.over(id, up_to, end).await;
                self.changed.remove(&id);
            }
        }
        Ok(())
    }

    async fn write_departures(&mut self) -> StoreResult<()> {
        while let Some(departure) = self.departed.last().copied() {
            let seen = self.ports.clock.now() - departure.silent;
            self.write_offline(departure.node_id, departure.epoch, seen)
                .await?;
            self.departed.pop();
        }
        Ok(())
    }

    async fn write_offline(&self, node_id: NodeId, epoch: i64, seen: Timestamp) -> StoreResult<()> {
        let now = self.ports.clock.now();
        if self.ports.store.node_offline(node_id, epoch, seen, now).await? {
            tracing::info!(node = %node_id, "a node is offline");
            self.ports.bus.publish(Notice::NodeChanged { id: node_id });
        }
        Ok(())
    }

    async fn hold_lease(&self) -> StoreResult<()> {
        let now = self.ports.clock.now();
        let until = now + self.settings.patience();
        let name = session_lease(&self.instance);
        self.ports
            .store
            .leader_acquire(&name, &self.instance, now, until)
            .await?;
        Ok(())
    }

    /// Nodes of processes that are gone are offline.
    async fn find_orphans(&self) -> StoreResult<()> {
        let now = self.ports.clock.now();
        for orphan in self.ports.store.node_orphans(now, ORPHANS).await? {
            self.write_offline(orphan.node_id, orphan.epoch, orphan.seen_time)
                .await?;
        }
        Ok(())
    }
}
