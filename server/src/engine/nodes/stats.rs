//! Figures of nodes: the newest, and as they come.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::Stream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::board::{NodeBoard, NodeFigures};
use crate::domain::ids::NodeId;
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::sample::Subject;
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::turns::{self, Turns};
use crate::ports::bus::{BusReceiver, Notice};

/// From one message of a stream to the next, at least.
const PACE: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub enum NodeStatsEvent {
    /// First in the stream.
    Snapshot(Vec<NodeFigures>),
    Changes(Vec<NodeFigures>),
    Removed(NodeId),
    Heartbeat(Timestamp),
}

#[derive(Clone, Debug)]
pub struct NodeStats {
    ports: Ports,
    board: Arc<NodeBoard>,
    /// How often nodes that talk to other processes are looked for in the store.
    period: Duration,
    heartbeat: Duration,
}

impl NodeStats {
    pub const fn new(ports: Ports, board: Arc<NodeBoard>, period: Duration, heartbeat: Duration) -> Self {
        Self {
            ports,
            board,
            period,
            heartbeat,
        }
    }

    /// Of these nodes, or of all when there are none.
    pub async fn get(&self, ids: Vec<NodeId>) -> Result<Vec<NodeFigures>> {
        let ids = self.named(ids).await?;
        self.recall(&ids).await?;
        Ok(self.board.read(&ids, self.ports.clock.now()))
    }

    /// Goes on until it is dropped.
    pub async fn watch(
        &self,
        ids: Vec<NodeId>,
    ) -> Result<impl Stream<Item = Result<NodeStatsEvent>> + Send + 'static + use<>> {
        // Subscribed before the first read, so that no change falls in between.
        let (notices, news) = (self.ports.bus.subscribe(), self.board.news());
        let all = ids.is_empty();
        let ids = self.named(ids).await?;
        Ok(turns::stream(Watch {
            stats: self.clone(),
            notices,
            news,
            all,
            ids,
            begun: false,
            due: VecDeque::new(),
            told: HashMap::new(),
            changed: BTreeSet::new(),
            missed: false,
            last: Instant::now(),
            recall_at: Instant::now() + self.period,
        }))
    }

    /// Each once, and all of them there.
    async fn named(&self, mut ids: Vec<NodeId>) -> Result<Vec<NodeId>> {
        if ids.is_empty() {
            return self.all().await;
        }
        let mut seen = HashSet::with_capacity(ids.len());
        ids.retain(|id| seen.insert(*id));
        if self.there(&ids).await?.len() < ids.len() {
            return Err(Error::NotFound(Noun::Node));
        }
        Ok(ids)
    }

    async fn there(&self, ids: &[NodeId]) -> Result<HashSet<NodeId>> {
        let mut there = HashSet::with_capacity(ids.len());
        for batch in ids.chunks(MAX_PAGE_SIZE as usize) {
            let found = self.ports.store.node_get_many(batch).await?;
            there.extend(found.into_iter().map(|node| node.id));
        }
        Ok(there)
    }

    async fn all(&self) -> Result<Vec<NodeId>> {
        let mut ids = Vec::new();
        let mut page = PageRequest::first(MAX_PAGE_SIZE);
        loop {
            let found = self.ports.store.node_list(None, page).await?;
            ids.extend(found.items.into_iter().map(|node| node.id));
            match found.next {
                Some(after) => page.after = Some(after),
                None => return Ok(ids),
            }
        }
    }

    /// Asks the store for those of which nothing has come lately: their agents may talk to another process.
    async fn recall(&self, ids: &[NodeId]) -> Result<()> {
        let now = self.ports.clock.now();
        let shown = self.board.read(ids, now);
        let stale: Vec<Subject> = shown
            .iter()
            .filter(|figures| figures.stale)
            .map(|figures| Subject::Node(figures.node))
            .collect();
        if !stale.is_empty() {
            self.board
                .recall(self.ports.store.stats_latest(&stale, now).await?);
        }
        Ok(())
    }
}

struct Watch {
    stats: NodeStats,
    notices: Box<dyn BusReceiver>,
    news: watch::Receiver<u64>,
    /// Follows those that join, too.
    all: bool,
    ids: Vec<NodeId>,
    begun: bool,
    /// To be told next.
    due: VecDeque<NodeStatsEvent>,
    /// What was told of each node.
    told: HashMap<NodeId, (u64, bool)>,
    /// Nodes whose rows have changed.
    changed: BTreeSet<NodeId>,
    /// Notices were missed: any of them may have.
    missed: bool,
    last: Instant,
    recall_at: Instant,
}

impl Turns for Watch {
    type Event = NodeStatsEvent;

    async fn next(&mut self) -> Option<Result<NodeStatsEvent>> {
        loop {
            if let Some(event) = self.due.pop_front() {
                self.last = Instant::now();
                return Some(Ok(event));
            }
            if !self.begun {
                self.begun = true;
                if let Err(error) = self.stats.recall(&self.ids).await {
                    return Some(Err(error));
                }
                let figures = self.news();
                self.due.push_back(NodeStatsEvent::Snapshot(figures));
                continue;
            }
            let (heartbeat, recall_at) = (self.last + self.stats.heartbeat, self.recall_at);
            tokio::select! {
                open = self.listen() => open?,
                () = sleep_until(recall_at) => {}
                () = sleep_until(heartbeat) => {
                    let now = self.stats.ports.clock.now();
                    self.due.push_back(NodeStatsEvent::Heartbeat(now));
                }
            }
            if let Err(error) = self.look().await {
                return Some(Err(error));
            }
        }
    }
}

impl Watch {
    /// Waits for anything new, and then for the pace. `None` when the bus has closed.
    async fn listen(&mut self) -> Option<()> {
        if self.changed.is_empty() && !self.missed {
            tokio::select! {
                // It goes with the board, which this has a part in.
                _ = self.news.changed() => {}
                notice = self.notices.next() => self.note(&notice?),
            }
        }
        let pace = self.last + PACE;
        loop {
            tokio::select! {
                () = sleep_until(pace) => return Some(()),
                notice = self.notices.next() => self.note(&notice?),
            }
        }
    }

    fn note(&mut self, notice: &Notice) {
        if let Notice::NodeChanged { id } = notice {
            self.changed.insert(*id);
        }
        self.missed |= *notice == Notice::Missed;
    }

    async fn look(&mut self) -> Result<()> {
        self.compare().await?;
        if Instant::now() >= self.recall_at {
            self.recall_at = Instant::now() + self.stats.period;
            self.stats.recall(&self.ids).await?;
        }
        let changes = self.news();
        if !changes.is_empty() {
            self.due.push_back(NodeStatsEvent::Changes(changes));
        }
        Ok(())
    }

    /// Those of which something was not told yet; of it all at the beginning.
    fn news(&mut self) -> Vec<NodeFigures> {
        self.news.mark_unchanged();
        let now = self.stats.ports.clock.now();
        let mut figures = self.stats.board.read(&self.ids, now);
        figures.retain(|figures| self.told.insert(figures.node, figures.state()) != Some(figures.state()));
        figures
    }

    /// Finds out which nodes have gone, and which have joined.
    async fn compare(&mut self) -> Result<()> {
        if std::mem::take(&mut self.missed) {
            self.changed.extend(self.ids.iter().copied());
            if self.all {
                self.changed.extend(self.stats.all().await?);
            }
        }
        let changed: Vec<NodeId> = self.changed.iter().copied().collect();
        if changed.is_empty() {
            return Ok(());
        }
        let there = self.stats.there(&changed).await?;
        self.changed.clear();
        for id in changed {
            let followed = self.told.contains_key(&id);
            if followed && !there.contains(&id) {
                self.ids.retain(|other| *other != id);
                self.told.remove(&id);
                self.due.push_back(NodeStatsEvent::Removed(id));
            } else if !followed && self.all && there.contains(&id) {
                self.ids.push(id);
            }
        }
        Ok(())
    }
}
