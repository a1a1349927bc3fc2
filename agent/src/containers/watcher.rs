//! Follows the engine: all containers at first, each to which something happens, and all again now and then.

use std::collections::{BTreeSet, HashSet};
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};
use futures_util::{FutureExt as _, future};
use hostler_proto::v1;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::engine::{Engine, EngineError};
use super::news::News;
use super::shelf::Shelf;
use super::translate::{differs, id, is_running};
use super::usage::{Counted, Usage};
use crate::clock::Clock;

/// For one question; an engine that pulls an image meanwhile answers late.
const PATIENCE: Duration = Duration::from_secs(20);
/// What comes within it is looked at once: a start is several events.
const GATHER: Duration = Duration::from_millis(200);
/// All are compared that often, for events that were lost.
const COMPARE: Duration = Duration::from_secs(60);
/// From one try to reach the engine to the next: short after one that answered, longer where there is none.
const PAUSE: Duration = Duration::from_secs(2);
const LONG_PAUSE: Duration = Duration::from_secs(30);
/// More are not watched: the server does not show them either.
const MOST_CONTAINERS: usize = 2_000;
/// Questions to the engine at a time.
const AT_ONCE: usize = 4;
/// For all figures of one look.
const COUNTING: Duration = Duration::from_secs(30);

/// The task, which ends with this.
#[derive(Debug)]
pub(crate) struct ContainerWatch {
    shelf: Shelf,
    look_wanted: Arc<Notify>,
    task: JoinHandle<()>,
}

impl ContainerWatch {
    pub(crate) fn start(sockets: Vec<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        let (shelf, look_wanted) = (Shelf::new(), Arc::new(Notify::new()));
        let watcher = Watcher {
            sockets,
            clock,
            shelf: shelf.clone(),
            look_wanted: Arc::clone(&look_wanted),
            usage: Usage::default(),
        };
        Self {
            shelf,
            look_wanted,
            task: tokio::spawn(watcher.run()),
        }
    }

    /// What a session that begins has to tell; nothing where nobody watches.
    pub(crate) fn news(watch: Option<&Self>) -> News {
        News::of(watch.map(|watch| &watch.shelf))
    }

    /// Asks for figures of this moment. While those before are still being counted, there are none in between.
    pub(crate) fn measure(&self) {
        self.look_wanted.notify_one();
    }
}

impl Drop for ContainerWatch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Watcher {
    sockets: Vec<PathBuf>,
    clock: Arc<dyn Clock>,
    shelf: Shelf,
    look_wanted: Arc<Notify>,
    usage: Usage,
}

type Counting = BoxFuture<'static, Vec<(String, std::time::Instant, Counted)>>;

impl Watcher {
    async fn run(mut self) {
        let mut last = String::new();
        loop {
            let Err(error) = self.follow().await;
            let (is_there, problem) = match &error {
                EngineError::None => (false, String::new()),
                EngineError::Forbidden(_)
                | EngineError::Silent { .. }
                | EngineError::Gone
                | EngineError::Answer(_) => (true, error.to_string()),
            };
            if problem != last && !problem.is_empty() {
                tracing::warn!(problem, "containers are not watched; trying again");
            }
            let pause = match &error {
                EngineError::Gone | EngineError::Answer(_) => PAUSE,
                EngineError::None | EngineError::Forbidden(_) | EngineError::Silent { .. }
                    if problem == last =>
                {
                    LONG_PAUSE
                }
                EngineError::None | EngineError::Forbidden(_) | EngineError::Silent { .. } => PAUSE,
            };
            self.shelf.fail(is_there, &problem);
            last = problem;
            sleep(pause).await;
        }
    }

    /// For as long as the engine answers.
    async fn follow(&mut self) -> Result<Infallible, EngineError> {
        let engine = Engine::open(&self.sockets, PATIENCE).await?;
        // From before the list on, so that nothing falls in between.
        let mut events = engine.events(self.clock.now());
        self.compare(&engine).await?;
        let (mut compare_at, mut dirty) = (Instant::now() + COMPARE, BTreeSet::<String>::new());
        let mut look_at: Option<Instant> = None;
        let mut counting: Option<Counting> = None;
        loop {
            tokio::select! {
                event = events.next() => {
                    dirty.insert(event.ok_or(EngineError::Gone)??);
                    look_at.get_or_insert_with(|| Instant::now() + GATHER);
                }
                () = until(look_at) => {
                    look_at = None;
                    let ids: Vec<String> = std::mem::take(&mut dirty).into_iter().collect();
                    self.look(&engine, ids).await?;
                }
                () = sleep_until(compare_at) => {
                    compare_at = Instant::now() + COMPARE;
                    self.compare(&engine).await?;
                }
                () = self.look_wanted.notified(), if counting.is_none() => {
                    counting = Some(self.count(&engine));
                }
                counted = ready(&mut counting) => {
                    counting = None;
                    self.measure(&counted);
                }
            }
        }
    }

    /// Looks at those that are not as they are known, and forgets those that are gone.
    async fn compare(&self, engine: &Engine) -> Result<(), EngineError> {
        let listed = engine.list().await?;
        let mut ids = HashSet::with_capacity(listed.len());
        let mut others = Vec::new();
        for one in listed.iter().take(MOST_CONTAINERS) {
            let Some(id) = id(one.id.as_deref()) else { continue };
            let is_known = self.shelf.read(|known, _| {
                let placed = known.containers.get(id);
                placed.is_some_and(|placed| !differs(one, &placed.container))
            });
            if is_known != Some(true) {
                others.push(id.to_owned());
            }
            ids.insert(id.to_owned());
        }
        self.look(engine, others).await?;
        self.shelf.all(engine.told.clone(), &ids);
        Ok(())
    }

    async fn look(&self, engine: &Engine, ids: Vec<String>) -> Result<(), EngineError> {
        let look = |id: String| {
            let engine = engine.clone();
            async move {
                let found = engine.look(&id).await;
                (id, found)
            }
        };
        let mut looks = stream::iter(ids.into_iter().map(look)).buffer_unordered(AT_ONCE);
        while let Some((id, found)) = looks.next().await {
            match found? {
                Some(container) => self.shelf.put(container),
                None => self.shelf.remove(&id),
            }
        }
        Ok(())
    }

    /// Asks for what all running containers have used so far.
    fn count(&self, engine: &Engine) -> Counting {
        let running = self.shelf.read(|known, _| {
            let placed = known.containers.values();
            let running = placed.filter(|placed| is_running(&placed.container));
            running
                .map(|placed| placed.container.id.clone())
                .collect::<Vec<_>>()
        });
        let engine = engine.clone();
        let count = move |id: String| {
            let engine = engine.clone();
            async move {
                let counted = engine.count(&id).await?;
                Some((id, std::time::Instant::now(), counted))
            }
        };
        let all = stream::iter(running.unwrap_or_default().into_iter().map(count))
            .buffer_unordered(AT_ONCE)
            .filter_map(future::ready)
            .collect::<Vec<_>>();
        async move { timeout(COUNTING, all).await.unwrap_or_default() }.boxed()
    }

    fn measure(&mut self, counted: &[(String, std::time::Instant, Counted)]) {
        let figures: Vec<v1::ContainerStats> = counted
            .iter()
            .map(|(id, at, counted)| self.usage.note(id, *at, *counted))
            .collect();
        self.usage
            .keep(&counted.iter().map(|(id, _, _)| id.as_str()).collect());
        self.shelf.measure(figures);
    }
}

/// For ever without a time.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => future::pending().await,
    }
}

/// For ever when nothing is being counted.
async fn ready<T>(future: &mut Option<BoxFuture<'static, T>>) -> T {
    match future {
        Some(future) => future.await,
        None => future::pending().await,
    }
}
