//! The live board: the newest figures of each server, and who watches them.
//!
//! Figures are shared and nothing is queued. A watcher has a set of servers with news, no larger than what it
//! watches; whoever reads late reads the latest.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::task::AtomicWaker;

use crate::domain::etag::Generation;
use crate::domain::ids::{ServerId, UserId};
use crate::domain::sample::Sample;
use crate::domain::server::{Placement, Server, ServerState};
use crate::domain::time::Timestamp;

#[derive(Debug)]
pub struct Board {
    state: Mutex<State>,
    stale_after: Duration,
}

#[derive(Debug, Default)]
struct State {
    entries: HashMap<ServerId, Entry>,
    watchers: usize,
    last_watcher: u64,
}

#[derive(Debug, Default)]
struct Entry {
    sample: Option<Arc<Sample>>,
    /// Watchers have been told that the figures are of the past.
    told_stale: bool,
    /// Of watched servers.
    about: Option<About>,
    /// In the order in which they came: those of one connection are told one after the other, and it writes once
    /// for several.
    watchers: BTreeMap<u64, Arc<News>>,
}

/// What a watched server's row says.
#[derive(Clone, Debug)]
struct About {
    generation: Generation,
    owner: UserId,
    deleted: bool,
    placement: Option<Placement>,
}

/// What is known of a server: figures, and whether they are of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    pub server: ServerId,
    pub sample: Option<Arc<Sample>>,
    pub stale: bool,
}

/// What a watcher sees when it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Figures(Figures),
    /// Deleted, or somebody else's.
    Gone(ServerId),
}

#[derive(Debug, Default)]
struct News {
    servers: Mutex<HashSet<ServerId>>,
    /// The one that waits for news: each watcher has one reader.
    reader: AtomicWaker,
}

/// Who is to be told of which servers, once the board is unlocked: those who wake look at it at once.
#[derive(Default)]
struct Calls(Vec<(ServerId, Arc<News>)>);

/// Somebody who follows servers; until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    board: Arc<Board>,
    id: u64,
    servers: Vec<ServerId>,
    news: Arc<News>,
}

impl Board {
    pub fn new(stale_after: Duration) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            stale_after,
        })
    }

    /// Shows newer figures. What was seen before that which is shown comes late, and is left out; what is shown
    /// already is no news.
    pub fn post(&self, samples: impl IntoIterator<Item = Sample>) {
        let mut calls = Calls::default();
        let mut state = self.state();
        for sample in samples {
            let Some(server) = sample.subject.server() else {
                continue;
            };
            let entry = state.entries.entry(server).or_default();
            let late = entry.sample.as_ref().is_some_and(|shown| {
                // A clock that was set back by more is right.
                shown.time > sample.time && shown.time.since(sample.time) < self.stale_after
            });
            let same = entry.sample.as_deref() == Some(&sample);
            if !late && !same {
                entry.sample = Some(Arc::new(sample));
                entry.told_stale = false;
                calls.add(server, entry);
            }
        }
        drop(state);
        calls.make();
    }

    /// Shows what is remembered from before, where nothing is shown.
    pub fn recall(&self, samples: impl IntoIterator<Item = Sample>) {
        let mut state = self.state();
        for sample in samples {
            let Some(server) = sample.subject.server() else {
                continue;
            };
            let entry = state.entries.entry(server).or_default();
            if entry.sample.is_none() {
                entry.sample = Some(Arc::new(sample));
                entry.told_stale = false;
            }
        }
    }

    /// Figures of these servers, in this order.
    pub fn read(&self, servers: &[ServerId], now: Timestamp) -> Vec<Figures> {
        let state = self.state();
        let read = |server: &ServerId| {
            let sample = state.entries.get(server).and_then(|entry| entry.sample.clone());
            self.figures(*server, sample, now)
        };
        servers.iter().map(read).collect()
    }

    /// Follows these servers from now on.
    pub fn watch(self: &Arc<Self>, servers: Vec<ServerId>) -> Watcher {
        let news = Arc::<News>::default();
        let mut state = self.state();
        state.last_watcher += 1;
        state.watchers += 1;
        let id = state.last_watcher;
        for server in &servers {
            let entry = state.entries.entry(*server).or_default();
            // Whoever begins is told of nothing by the snapshot.
            entry.told_stale |= entry.sample.is_none();
            entry.watchers.insert(id, Arc::clone(&news));
        }
        drop(state);
        Watcher {
            board: Arc::clone(self),
            id,
            servers,
            news,
        }
    }

    /// What rows say of watched servers, which may end somebody's watching.
    pub fn learn(&self, servers: &[Server]) {
        let mut calls = Calls::default();
        let mut state = self.state();
        for server in servers {
            let Some(entry) = state.watched_entry(server.id) else {
                continue;
            };
            if entry
                .about
                .as_ref()
                .is_some_and(|about| about.generation > server.generation)
            {
                continue;
            }
            let about = About {
                generation: server.generation,
                owner: server.owner_id,
                deleted: server.state == ServerState::Deleted,
                placement: server.placement.clone(),
            };
            let before = entry.about.replace(about.clone());
            if before.is_some_and(|before| before.owner != about.owner || before.deleted != about.deleted) {
                calls.add(server.id, entry);
            }
        }
        drop(state);
        calls.make();
    }

    /// These servers have no row any more.
    pub fn forget(&self, servers: impl IntoIterator<Item = ServerId>) {
        let mut calls = Calls::default();
        let mut state = self.state();
        for server in servers {
            if let Some(entry) = state.watched_entry(server)
                && let Some(about) = &mut entry.about
            {
                about.deleted = true;
                calls.add(server, entry);
            }
        }
        drop(state);
        calls.make();
    }

    /// Tells watchers of figures that have become of the past, and lets go of those that nobody watches.
    pub fn age(&self, now: Timestamp) {
        let mut calls = Calls::default();
        let mut state = self.state();
        state.entries.retain(|server, entry| {
            let stale = entry
                .sample
                .as_ref()
                .is_none_or(|sample| now.apart(sample.time) > self.stale_after);
            if entry.watchers.is_empty() {
                return !stale;
            }
            if stale && !entry.told_stale {
                entry.told_stale = true;
                calls.add(*server, entry);
            }
            true
        });
        drop(state);
        calls.make();
    }

    pub fn is_watched(&self, server: ServerId) -> bool {
        self.state().watched_entry(server).is_some()
    }

    /// All servers that somebody watches.
    pub fn watched(&self) -> Vec<ServerId> {
        let state = self.state();
        let watched = state
            .entries
            .iter()
            .filter(|(_, entry)| !entry.watchers.is_empty());
        watched.map(|(server, _)| *server).collect()
    }

    /// The servers on a hypervisor that somebody watches, by their vmid.
    pub fn watched_on(&self, hypervisor: &str) -> HashMap<u32, ServerId> {
        let state = self.state();
        let places = state.places();
        places
            .filter(|(_, place)| place.hypervisor == hypervisor)
            .map(|(server, place)| (place.vmid, server))
            .collect()
    }

    /// How many servers are watched on each hypervisor that holds any.
    pub fn watched_by_hypervisor(&self) -> BTreeMap<String, usize> {
        let state = self.state();
        let mut counts = BTreeMap::new();
        for (_, place) in state.places() {
            *counts.entry(place.hypervisor.clone()).or_default() += 1;
        }
        counts
    }

    pub fn watchers(&self) -> usize {
        self.state().watchers
    }

    fn figures(&self, server: ServerId, sample: Option<Arc<Sample>>, now: Timestamp) -> Figures {
        let stale = sample
            .as_ref()
            .is_none_or(|sample| now.apart(sample.time) > self.stale_after);
        Figures {
            server,
            sample,
            stale,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn watched_entry(&mut self, server: ServerId) -> Option<&mut Entry> {
        self.entries
            .get_mut(&server)
            .filter(|entry| !entry.watchers.is_empty())
    }

    /// Where watched servers live.
    fn places(&self) -> impl Iterator<Item = (ServerId, &Placement)> {
        self.entries.iter().filter_map(|(server, entry)| {
            let about = entry.about.as_ref()?;
            let placement = about.placement.as_ref().filter(|_| !about.deleted)?;
            (!entry.watchers.is_empty()).then_some((*server, placement))
        })
    }
}

impl Calls {
    fn add(&mut self, server: ServerId, entry: &Entry) {
        let watchers = entry.watchers.values();
        self.0.extend(watchers.map(|news| (server, Arc::clone(news))));
    }

    fn make(self) {
        for (server, news) in self.0 {
            news.servers().insert(server);
            news.reader.wake();
        }
    }
}

impl News {
    fn servers(&self) -> MutexGuard<'_, HashSet<ServerId>> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher {
    /// News of some servers, or waits for them.
    pub fn poll_news(&self, cx: &Context<'_>) -> Poll<HashSet<ServerId>> {
        // Before it looks, so that it hears of what comes afterwards.
        self.news.reader.register(cx.waker());
        let news = mem::take(&mut *self.news.servers());
        if news.is_empty() {
            Poll::Pending
        } else {
            Poll::Ready(news)
        }
    }

    /// What there is to see of all servers that it follows, in their order.
    pub fn look_at_all(&self, sees_only: Option<UserId>, now: Timestamp) -> Vec<Seen> {
        self.look(&self.servers, sees_only, now)
    }

    pub fn look<'a>(
        &self,
        servers: impl IntoIterator<Item = &'a ServerId>,
        sees_only: Option<UserId>,
        now: Timestamp,
    ) -> Vec<Seen> {
        let state = self.board.state();
        let look = |server: &ServerId| {
            let entry = state
                .entries
                .get(server)
                .filter(|entry| entry.watchers.contains_key(&self.id))?;
            Some(match &entry.about {
                Some(about) if about.deleted || sees_only.is_some_and(|me| me != about.owner) => {
                    Seen::Gone(*server)
                }
                Some(_) | None => Seen::Figures(self.board.figures(*server, entry.sample.clone(), now)),
            })
        };
        servers.into_iter().filter_map(look).collect()
    }

    /// Follows this one no longer.
    pub fn leave(&mut self, server: ServerId) {
        self.servers.retain(|followed| *followed != server);
        self.board.state().leave(server, self.id);
    }
}

impl State {
    fn leave(&mut self, server: ServerId, watcher: u64) {
        if let Some(entry) = self.entries.get_mut(&server) {
            entry.watchers.remove(&watcher);
            if entry.watchers.is_empty() {
                // What is known of it may change unseen from here on.
                entry.about = None;
            }
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut state = self.board.state();
        state.watchers -= 1;
        for server in &self.servers {
            state.leave(*server, self.id);
        }
    }
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
