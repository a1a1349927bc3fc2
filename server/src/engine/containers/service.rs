//! Containers of nodes as staff see them: now, and as they change.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::Stream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::board::{ContainerBoard, NodeContainers, ShownContainer, Told};
use crate::domain::ids::NodeId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::turns::{self, Turns};
use crate::ports::bus::{BusReceiver, Notice};

/// From one look of a stream at the board to the next, at least.
const PACE: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub enum ContainersEvent {
    Changed(NodeContainers),
    Removed(NodeId),
    Heartbeat(Timestamp),
}

#[derive(Clone, Debug)]
pub struct Containers {
    ports: Ports,
    board: Arc<ContainerBoard>,
    /// How often it is looked for nodes that have fallen silent.
    period: Duration,
    heartbeat: Duration,
}

impl Containers {
    pub const fn new(
        ports: Ports,
        board: Arc<ContainerBoard>,
        period: Duration,
        heartbeat: Duration,
    ) -> Self {
        Self {
            ports,
            board,
            period,
            heartbeat,
        }
    }

    /// By id; beside them what is known of all.
    pub async fn list(
        &self,
        id: NodeId,
        page: PageRequest,
    ) -> Result<(NodeContainers, Page<ShownContainer>)> {
        self.named(vec![id]).await?;
        let mut told = self.board.read(id, self.ports.clock.now());
        let place = |shown: &ShownContainer| shown.container.id.place();
        let mut rest = std::mem::take(&mut told.containers);
        rest.retain(|shown| page.after.is_none_or(|after| place(shown) > after));
        rest.truncate(page.size as usize + 1);
        Ok((told, Page::from_rows(rest, page.size, place)))
    }

    /// Goes on until it is dropped, or the last of the nodes is gone.
    pub async fn watch(
        &self,
        ids: Vec<NodeId>,
    ) -> Result<impl Stream<Item = Result<ContainersEvent>> + Send + 'static + use<>> {
        // Subscribed before the first read, so that no change falls in between.
        let (notices, changes) = (self.ports.bus.subscribe(), self.board.changes());
        let ids = self.named(ids).await?;
        let now = Instant::now();
        Ok(turns::stream(Watch {
            containers: self.clone(),
            notices,
            changes,
            ids,
            told: HashMap::new(),
            due: VecDeque::new(),
            suspects: BTreeSet::new(),
            begun: false,
            last: now,
            looked: now,
        }))
    }

    /// Each once, and all of them there.
    async fn named(&self, mut ids: Vec<NodeId>) -> Result<Vec<NodeId>> {
        let mut seen = HashSet::with_capacity(ids.len());
        ids.retain(|id| seen.insert(*id));
        if self.there(&ids).await?.len() < ids.len() {
            return Err(Error::NotFound(Noun::Node));
        }
        Ok(ids)
    }

    async fn there(&self, ids: &[NodeId]) -> Result<HashSet<NodeId>> {
        let found = self.ports.store.node_get_many(ids).await?;
        Ok(found.into_iter().map(|node| node.id).collect())
    }
}

struct Watch {
    containers: Containers,
    notices: Box<dyn BusReceiver>,
    changes: watch::Receiver<u64>,
    ids: Vec<NodeId>,
    told: HashMap<NodeId, Told>,
    /// To be told next.
    due: VecDeque<ContainersEvent>,
    /// Nodes that may be deleted.
    suspects: BTreeSet<NodeId>,
    begun: bool,
    /// When something was told.
    last: Instant,
    looked: Instant,
}

impl Turns for Watch {
    type Event = ContainersEvent;

    async fn next(&mut self) -> Option<Result<ContainersEvent>> {
        loop {
            if let Some(event) = self.due.pop_front() {
                self.last = Instant::now();
                return Some(Ok(event));
            }
            if self.begun {
                if self.ids.is_empty() {
                    return None;
                }
                let heartbeat = self.last + self.containers.heartbeat;
                let period = self.looked + self.containers.period;
                tokio::select! {
                    open = self.listen() => open?,
                    () = sleep_until(period) => {}
                    () = sleep_until(heartbeat) => {
                        let now = self.containers.ports.clock.now();
                        self.due.push_back(ContainersEvent::Heartbeat(now));
                    }
                }
            }
            self.begun = true;
            if let Err(error) = self.look().await {
                return Some(Err(error));
            }
        }
    }
}

impl Watch {
    /// Waits for anything new, and then for the pace. `None` when the bus has closed.
    async fn listen(&mut self) -> Option<()> {
        while self.suspects.is_empty() {
            tokio::select! {
                // It goes with the board, which this has a part in.
                _ = self.changes.changed() => break,
                notice = self.notices.next() => self.note(&notice?),
            }
        }
        let pace = self.looked + PACE;
        loop {
            tokio::select! {
                () = sleep_until(pace) => return Some(()),
                notice = self.notices.next() => self.note(&notice?),
            }
        }
    }

    fn note(&mut self, notice: &Notice) {
        if let Notice::NodeChanged { id } = notice
            && self.ids.contains(id)
        {
            self.suspects.insert(*id);
        } else if *notice == Notice::Missed {
            self.suspects.extend(self.ids.iter().copied());
        }
    }

    async fn look(&mut self) -> Result<()> {
        self.looked = Instant::now();
        if !self.suspects.is_empty() {
            let suspects: Vec<NodeId> = self.suspects.iter().copied().collect();
            let there = self.containers.there(&suspects).await?;
            self.suspects.clear();
            for id in suspects.into_iter().filter(|id| !there.contains(id)) {
                self.ids.retain(|other| *other != id);
                self.told.remove(&id);
                self.due.push_back(ContainersEvent::Removed(id));
            }
        }
        self.changes.mark_unchanged();
        let now = self.containers.ports.clock.now();
        for id in &self.ids {
            if let Some(news) = self.containers.board.news(*id, &mut self.told, now) {
                self.due.extend(news.in_parts().map(ContainersEvent::Changed));
            }
        }
        Ok(())
    }
}
