//! Follows figures: all as they are, then those that have news.
//!
//! Nothing waits for a slow reader but the names of servers with news; their figures are read from the board
//! when the reader is ready.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::board::{Figures, Seen, Watcher};
use super::service::{Stats, once_each};
use crate::domain::ids::{ServerId, UserId};
use crate::domain::time::Timestamp;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::Result;

/// A reader who hears nothing for longer may think that nobody is there.
const HEARTBEAT: Duration = Duration::from_secs(15);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatsEvent {
    /// First in the stream.
    Snapshot(Vec<Figures>),
    Changes(Vec<Figures>),
    Removed(ServerId),
    Heartbeat(Timestamp),
}

impl Stats {
    /// Ends with the token.
    pub async fn watch(
        &self,
        caller: &Caller,
        ids: Vec<ServerId>,
        token: CancellationToken,
    ) -> Result<impl Stream<Item = Result<StatsEvent>> + Send + 'static + use<>> {
        let sees_only = caller.signed_in()?.sees_only();
        let ids = once_each(ids);
        // On the board before the rows are read, so that no change falls in between.
        let watcher = self.board.watch(ids.clone());
        self.board.learn(&self.servers(caller, &ids).await?);
        let shown = self.board.read(&ids, self.ports.clock.now());
        let unknown: Vec<ServerId> = shown
            .iter()
            .filter(|figures| figures.sample.is_none())
            .map(|figures| figures.server)
            .collect();
        if !unknown.is_empty() {
            self.board.recall(self.stored(&unknown).await?);
        }
        let watch = Watch {
            ports: self.ports.clone(),
            watcher,
            sees_only,
            token,
            begun: false,
            told: VecDeque::new(),
        };
        Ok(stream::unfold(watch, |mut watch| async move {
            let event = watch.next().await?;
            Some((Ok(event), watch))
        }))
    }
}

struct Watch {
    ports: Ports,
    watcher: Watcher,
    sees_only: Option<UserId>,
    token: CancellationToken,
    begun: bool,
    /// Seen and not yet told: one look's at most.
    told: VecDeque<StatsEvent>,
}

impl Watch {
    async fn next(&mut self) -> Option<StatsEvent> {
        loop {
            if self.token.is_cancelled() {
                return None;
            }
            if let Some(event) = self.told.pop_front() {
                return Some(event);
            }
            let now = || self.ports.clock.now();
            if !self.begun {
                self.begun = true;
                let seen = self.watcher.look_at_all(self.sees_only, now());
                self.tell(seen, StatsEvent::Snapshot);
                continue;
            }
            let news = tokio::select! {
                () = self.token.cancelled() => return None,
                () = sleep(HEARTBEAT) => return Some(StatsEvent::Heartbeat(now())),
                news = self.watcher.news() => news,
            };
            let seen = self.watcher.look(&news, self.sees_only, now());
            if !seen.is_empty() {
                self.tell(seen, StatsEvent::Changes);
            }
        }
    }

    /// What is gone is followed no longer. A snapshot is told also when nothing is left, changes are not.
    fn tell(&mut self, seen: Vec<Seen>, event: fn(Vec<Figures>) -> StatsEvent) {
        let mut figures = Vec::with_capacity(seen.len());
        for one in seen {
            match one {
                Seen::Figures(one) => figures.push(one),
                Seen::Gone(server) => {
                    self.watcher.leave(server);
                    self.told.push_back(StatsEvent::Removed(server));
                }
            }
        }
        let event = event(figures);
        if !matches!(&event, StatsEvent::Changes(figures) if figures.is_empty()) {
            self.told.push_front(event);
        }
    }
}
