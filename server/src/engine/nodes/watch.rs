//! Follows nodes: all as they are, then each change.
//!
//! Nothing is kept for a slow reader but the bus's own bounded queue; one that falls behind it is given everything
//! anew.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::stream::Stream;
use tokio::time::timeout;

use super::service::Nodes;
use crate::domain::ids::NodeId;
use crate::domain::node::Node;
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::engine::turns::{self, Turns};
use crate::ports::bus::{BusReceiver, Notice};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodesEvent {
    /// All of them: replaces what was known.
    Snapshot(Vec<Node>),
    Changed(Box<Node>),
    Removed(NodeId),
    Heartbeat(Timestamp),
}

impl Nodes {
    /// Those of `ids` that there are, or all when there are none.
    pub fn watch(
        &self,
        ids: Vec<NodeId>,
        heartbeat: Duration,
    ) -> impl Stream<Item = Result<NodesEvent>> + Send + 'static + use<> {
        turns::stream(Watch {
            // Subscribed before the first read, so that no change falls in between.
            notices: self.ports.bus.subscribe(),
            ports: self.ports.clone(),
            only: ids.into_iter().collect(),
            all_due: true,
            told: VecDeque::new(),
            heartbeat,
        })
    }
}

struct Watch {
    ports: Ports,
    notices: Box<dyn BusReceiver>,
    /// Empty is all.
    only: HashSet<NodeId>,
    all_due: bool,
    /// Read and not yet told; one batch at most.
    told: VecDeque<NodesEvent>,
    heartbeat: Duration,
}

impl Turns for Watch {
    type Event = NodesEvent;

    async fn next(&mut self) -> Option<Result<NodesEvent>> {
        loop {
            if self.all_due {
                self.all_due = false;
                self.told.clear();
                return Some(self.snapshot().await);
            }
            if let Some(event) = self.told.pop_front() {
                return Some(Ok(event));
            }
            let Ok(batch) = timeout(self.heartbeat, self.batch()).await else {
                return Some(Ok(NodesEvent::Heartbeat(self.ports.clock.now())));
            };
            if let Err(error) = self.read(batch?).await {
                return Some(Err(error));
            }
        }
    }
}

impl Watch {
    async fn snapshot(&mut self) -> Result<NodesEvent> {
        let mut nodes = Vec::new();
        let mut page = PageRequest::first(MAX_PAGE_SIZE);
        loop {
            let found = self.ports.store.node_list(None, page).await?;
            nodes.extend(found.items.into_iter().filter(|node| self.follows(node.id)));
            match found.next {
                Some(after) => page.after = Some(after),
                None => return Ok(NodesEvent::Snapshot(nodes)),
            }
        }
    }

    fn follows(&self, id: NodeId) -> bool {
        self.only.is_empty() || self.only.contains(&id)
    }

    /// Waits for a notice that concerns this watch, and takes along those that are waiting already. `None` when the
    /// bus has closed.
    async fn batch(&mut self) -> Option<BTreeSet<NodeId>> {
        let mut batch = BTreeSet::new();
        while batch.is_empty() && !self.all_due {
            let notice = self.notices.next().await?;
            self.note(&notice, &mut batch);
        }
        while batch.len() < MAX_PAGE_SIZE as usize
            && !self.all_due
            && let Some(notice) = self.notices.next().now_or_never()
        {
            self.note(&notice?, &mut batch);
        }
        Some(batch)
    }

    fn note(&mut self, notice: &Notice, batch: &mut BTreeSet<NodeId>) {
        if let Notice::NodeChanged { id } = notice
            && self.follows(*id)
        {
            batch.insert(*id);
        }
        self.all_due |= *notice == Notice::Missed;
    }

    /// A snapshot that is due tells of these nodes too.
    async fn read(&mut self, batch: BTreeSet<NodeId>) -> Result<()> {
        if self.all_due || batch.is_empty() {
            return Ok(());
        }
        let ids: Vec<NodeId> = batch.iter().copied().collect();
        let found = self.ports.store.node_get_many(&ids).await?;
        let there: HashSet<NodeId> = found.iter().map(|node| node.id).collect();
        let gone = batch.into_iter().filter(|id| !there.contains(id));
        self.told.extend(gone.map(NodesEvent::Removed));
        self.told
            .extend(found.into_iter().map(|node| NodesEvent::Changed(Box::new(node))));
        Ok(())
    }
}
