//! What is known of this machine's containers: put there by the watcher, taken by sessions.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hostler_proto::v1;
use tokio::sync::watch;

/// Shared by the watcher and the session.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    known: Arc<Mutex<Known>>,
    /// Counts changes.
    version: watch::Sender<u64>,
}

#[derive(Debug, Default)]
pub(super) struct Known {
    /// Nothing was found out yet, good or bad.
    blank: Option<()>,
    pub(super) engine: Option<v1::ContainerEngine>,
    pub(super) problem: String,
    pub(super) containers: BTreeMap<String, Placed>,
    /// Of the newest look, and which one that was.
    pub(super) figures: Vec<v1::ContainerStats>,
    pub(super) look: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) container: v1::Container,
    pub(super) version: u64,
}

impl Shelf {
    pub(super) fn new() -> Self {
        Self {
            known: Arc::default(),
            version: watch::Sender::new(0),
        }
    }

    /// An engine answers, and these are all of its containers.
    pub(super) fn all(&self, engine: v1::ContainerEngine, ids: &HashSet<String>) {
        self.change(|known, _| {
            let before = known.containers.len();
            known.containers.retain(|id, _| ids.contains(id));
            let is_news = known.blank.is_none()
                || known.engine.as_ref() != Some(&engine)
                || !known.problem.is_empty()
                || known.containers.len() != before;
            known.blank = Some(());
            known.engine = Some(engine);
            known.problem.clear();
            is_news
        });
    }

    pub(super) fn put(&self, container: v1::Container) {
        self.change(|known, version| {
            let before = known.containers.get(&container.id);
            if before.is_some_and(|before| before.container == container) {
                return false;
            }
            let id = container.id.clone();
            known.containers.insert(id, Placed { container, version });
            true
        });
    }

    pub(super) fn remove(&self, id: &str) {
        self.change(|known, _| known.containers.remove(id).is_some());
    }

    /// There is no engine, or none that answers. What is known of containers stays: some engines let them run on.
    pub(super) fn fail(&self, engine_is_there: bool, problem: &str) {
        self.change(|known, _| {
            if !engine_is_there {
                known.engine = None;
                known.containers.clear();
            }
            let is_news = known.blank.is_none() || known.problem != problem;
            known.blank = Some(());
            problem.clone_into(&mut known.problem);
            known.figures.clear();
            is_news
        });
    }

    pub(super) fn measure(&self, figures: Vec<v1::ContainerStats>) {
        self.change(|known, _| {
            known.figures = figures;
            known.look += 1;
            true
        });
    }

    /// `None` while nothing was found out.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Known, u64) -> T) -> Option<T> {
        let known = self.known();
        let version = *self.version.borrow();
        known.blank.map(|()| read(&known, version))
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    fn change(&self, change: impl FnOnce(&mut Known, u64) -> bool) {
        let mut known = self.known();
        let version = *self.version.borrow() + 1;
        if change(&mut known, version) {
            self.version.send_replace(version);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
