//! Follows figures: all as they are, then those that have news.
//!
//! Nothing waits for a slow reader but the names of servers with news; their figures are read from the board
//! when the reader is ready. Ten thousand readers are told at once: what each does for a message is kept small, so
//! a timer is set anew once in a while, and nobody waits for the server's stop, at which the edge drops its streams.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::stream::{self, Stream};
use tokio::time::{Instant, Sleep, sleep};

use super::board::{Figures, Seen, Watcher};
use super::service::{Stats, once_each};
use crate::domain::ids::{ServerId, UserId};
use crate::domain::time::Timestamp;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::Result;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatsEvent {
    /// First in the stream.
    Snapshot(Vec<Figures>),
    Changes(Vec<Figures>),
    Removed(ServerId),
    Heartbeat(Timestamp),
}

impl Stats {
    /// Goes on until it is dropped.
    pub async fn watch(
        &self,
        caller: &Caller,
        ids: Vec<ServerId>,
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
        let mut watch = Watch {
            ports: self.ports.clone(),
            watcher,
            sees_only,
            begun: false,
            told: VecDeque::new(),
            last: Instant::now(),
            period: self.heartbeat,
            heartbeat: Box::pin(sleep(self.heartbeat)),
        };
        Ok(stream::poll_fn(move |cx| {
            watch.poll_next(cx).map(|event| Some(Ok(event)))
        }))
    }
}

struct Watch {
    ports: Ports,
    watcher: Watcher,
    sees_only: Option<UserId>,
    begun: bool,
    /// Seen and not yet told: one look's at most.
    told: VecDeque<StatsEvent>,
    /// When the reader was told something last.
    last: Instant,
    period: Duration,
    heartbeat: Pin<Box<Sleep>>,
}

impl Watch {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<StatsEvent> {
        loop {
            if let Some(event) = self.told.pop_front() {
                self.last = Instant::now();
                return Poll::Ready(event);
            }
            let now = self.ports.clock.now();
            if !self.begun {
                self.begun = true;
                let seen = self.watcher.look_at_all(self.sees_only, now);
                self.tell(seen, StatsEvent::Snapshot);
            } else if let Poll::Ready(news) = self.watcher.poll_news(cx) {
                let seen = self.watcher.look(&news, self.sees_only, now);
                if !seen.is_empty() {
                    self.tell(seen, StatsEvent::Changes);
                }
            } else {
                std::task::ready!(self.heartbeat.as_mut().poll(cx));
                let due = self.last + self.period;
                if due <= Instant::now() {
                    self.told.push_back(StatsEvent::Heartbeat(now));
                    self.heartbeat.as_mut().reset(Instant::now() + self.period);
                } else {
                    self.heartbeat.as_mut().reset(due);
                }
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
