//! One query for many callers.
//!
//! Every call has to look up its credential, most of them a server as well, and thousands arrive at
//! once. At most one look-up is under way at a time; callers that arrive meanwhile share the next one. So no caller gets an
//! answer that was read before it asked: what was committed before a call is seen by it.
//!
//! The look-ups run in a task of their own: a caller that goes away strands nobody.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::error::Error;
use crate::ports::store::{StoreError, StoreResult};

/// Keys that one look-up asks for at most.
const BATCH: usize = 256;
/// Callers that may wait at a time; more are turned away.
const MAX_WAITING: usize = 65_536;
/// A look-up that takes longer has failed.
const TIME_LIMIT: Duration = Duration::from_secs(10);

#[derive(Clone, Debug, thiserror::Error)]
pub enum GateError {
    #[error("look up a batch")]
    Store(#[source] Arc<StoreError>),
    #[error("the look-up took too long")]
    Slow,
    #[error("too many callers wait for a look-up")]
    Full,
    #[error("the look-up ended without an answer")]
    Lost,
}

impl From<GateError> for Error {
    fn from(error: GateError) -> Self {
        let unavailable = match &error {
            GateError::Store(source) => matches!(**source, StoreError::Unavailable(_)),
            GateError::Slow | GateError::Full => true,
            GateError::Lost => false,
        };
        if unavailable {
            Self::StoreDown(Box::new(error))
        } else {
            Self::Internal(Box::new(error))
        }
    }
}

type Found<K, V> = StoreResult<Vec<(K, V)>>;
type Load<K, V> = Box<dyn Fn(Vec<K>) -> BoxFuture<'static, Found<K, V>> + Send + Sync>;
type Answer<V> = Result<Option<V>, GateError>;
type Batch<K, V> = HashMap<K, Vec<oneshot::Sender<Answer<V>>>>;

pub struct Gate<K, V>(Arc<Shared<K, V>>);

struct Shared<K, V> {
    load: Load<K, V>,
    line: Mutex<Line<K, V>>,
}

struct Line<K, V> {
    /// Whether the task that looks up is running.
    running: bool,
    waiting: usize,
    /// Batches not begun, oldest first; only the last has room.
    batches: VecDeque<Batch<K, V>>,
}

impl<K, V> Gate<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// `load` answers for many keys at once and leaves out those it does not find.
    pub fn new(load: impl Fn(Vec<K>) -> BoxFuture<'static, Found<K, V>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared {
            load: Box::new(load),
            line: Mutex::new(Line {
                running: false,
                waiting: 0,
                batches: VecDeque::new(),
            }),
        }))
    }

    /// The value as it was at some moment after this call; `None` when there is none.
    pub async fn get(&self, key: K) -> Result<Option<V>, GateError> {
        let (sender, answer) = oneshot::channel();
        if self.0.join(key, sender)? {
            tokio::spawn(run(Arc::clone(&self.0)));
        }
        answer.await.unwrap_or(Err(GateError::Lost))
    }
}

impl<K: Eq + Hash, V> Shared<K, V> {
    fn line(&self) -> MutexGuard<'_, Line<K, V>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a caller in line, and tells whether the task has to be started.
    fn join(&self, key: K, sender: oneshot::Sender<Answer<V>>) -> Result<bool, GateError> {
        let mut line = self.line();
        if line.waiting >= MAX_WAITING {
            return Err(GateError::Full);
        }
        line.waiting += 1;
        match line.batches.back_mut() {
            Some(batch) if batch.len() < BATCH || batch.contains_key(&key) => {
                batch.entry(key).or_default().push(sender);
            }
            Some(_) | None => line.batches.push_back(HashMap::from([(key, vec![sender])])),
        }
        Ok(!std::mem::replace(&mut line.running, true))
    }

    /// The batch to look up next; `None` ends the task.
    fn next_batch(&self) -> Option<Batch<K, V>> {
        let mut line = self.line();
        let batch = line.batches.pop_front();
        match &batch {
            Some(batch) => line.waiting -= batch.values().map(Vec::len).sum::<usize>(),
            None => line.running = false,
        }
        batch
    }
}

/// Looks up batch after batch until nobody waits.
async fn run<K, V>(shared: Arc<Shared<K, V>>)
where
    K: Clone + Eq + Hash,
    V: Clone,
{
    let mut guard = Guard {
        shared: &shared,
        armed: true,
    };
    while let Some(batch) = shared.next_batch() {
        let keys = batch.keys().cloned().collect();
        let found = match tokio::time::timeout(TIME_LIMIT, (shared.load)(keys)).await {
            Ok(Ok(found)) => Ok(found.into_iter().collect::<HashMap<K, V>>()),
            Ok(Err(error)) => Err(GateError::Store(Arc::new(error))),
            Err(_) => Err(GateError::Slow),
        };
        for (key, waiters) in batch {
            let answer = found
                .as_ref()
                .map(|found| found.get(&key).cloned())
                .map_err(Clone::clone);
            for waiter in waiters {
                // One that has gone away needs no answer.
                drop(waiter.send(answer.clone()));
            }
        }
    }
    guard.armed = false;
}

/// When a look-up panics, those in line are told instead of waiting for ever.
struct Guard<'a, K: Eq + Hash, V> {
    shared: &'a Shared<K, V>,
    armed: bool,
}

impl<K: Eq + Hash, V> Drop for Guard<'_, K, V> {
    fn drop(&mut self) {
        if self.armed {
            let mut line = self.shared.line();
            line.running = false;
            line.waiting = 0;
            line.batches.clear();
        }
    }
}

impl<K, V> fmt::Debug for Gate<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    /// A slow store with one number in it: each look-up waits for a permit, and counts.
    struct World {
        value: AtomicU32,
        loads: AtomicUsize,
        largest: AtomicUsize,
        in_flight: AtomicUsize,
        begun: Semaphore,
        allowed: Semaphore,
    }

    impl World {
        fn new() -> Arc<Self> {
            Arc::new(Self {
                value: AtomicU32::new(0),
                loads: AtomicUsize::new(0),
                largest: AtomicUsize::new(0),
                in_flight: AtomicUsize::new(0),
                begun: Semaphore::new(0),
                allowed: Semaphore::new(0),
            })
        }

        fn gate(self: &Arc<Self>) -> Arc<Gate<u32, u32>> {
            let world = Arc::clone(self);
            Arc::new(Gate::new(move |keys| {
                let world = Arc::clone(&world);
                Box::pin(async move {
                    assert_eq!(
                        world.in_flight.fetch_add(1, Ordering::SeqCst),
                        0,
                        "two look-ups at once"
                    );
                    world.loads.fetch_add(1, Ordering::SeqCst);
                    world.largest.fetch_max(keys.len(), Ordering::SeqCst);
                    let value = world.value.load(Ordering::SeqCst);
                    world.begun.add_permits(1);
                    world.allowed.acquire().await.unwrap().forget();
                    world.in_flight.fetch_sub(1, Ordering::SeqCst);
                    assert!(!keys.contains(&u32::MAX), "told to panic");
                    Ok(keys
                        .into_iter()
                        .filter(|key| *key != 404)
                        .map(|key| (key, value))
                        .collect())
                })
            }))
        }
    }

    async fn wait_for(gate: &Gate<u32, u32>, waiting: usize) {
        while gate.0.line().waiting != waiting {
            tokio::task::yield_now().await;
        }
    }

    fn ask(gate: &Arc<Gate<u32, u32>>, key: u32) -> tokio::task::JoinHandle<Answer<u32>> {
        let gate = Arc::clone(gate);
        tokio::spawn(async move { gate.get(key).await })
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn callers_that_come_during_a_look_up_share_the_next_one() {
        let world = World::new();
        let gate = world.gate();
        let first = ask(&gate, 1);
        world.begun.acquire().await.unwrap().forget();
        let others: Vec<_> = (0..100).map(|i| ask(&gate, i % 10)).collect();
        wait_for(&gate, 100).await;
        world.allowed.add_permits(2);
        assert_eq!(first.await.unwrap().unwrap(), Some(0));
        for other in others {
            assert_eq!(other.await.unwrap().unwrap(), Some(0));
        }
        assert_eq!(world.loads.load(Ordering::SeqCst), 2);
        assert_eq!(world.largest.load(Ordering::SeqCst), 10);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_change_made_before_a_call_is_seen_by_it() {
        let world = World::new();
        let gate = world.gate();
        let before = ask(&gate, 1);
        world.begun.acquire().await.unwrap().forget();
        world.value.store(7, Ordering::SeqCst);
        let after = ask(&gate, 1);
        wait_for(&gate, 1).await;
        world.allowed.add_permits(2);
        assert_eq!(before.await.unwrap().unwrap(), Some(0));
        assert_eq!(after.await.unwrap().unwrap(), Some(7));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_caller_that_goes_away_strands_nobody() {
        let world = World::new();
        let gate = world.gate();
        let first = ask(&gate, 1);
        world.begun.acquire().await.unwrap().forget();
        let second = ask(&gate, 2);
        wait_for(&gate, 1).await;
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        world.allowed.add_permits(2);
        assert_eq!(second.await.unwrap().unwrap(), Some(0));
        world.allowed.add_permits(1);
        assert_eq!(ask(&gate, 3).await.unwrap().unwrap(), Some(0));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_batch_is_bounded() {
        let world = World::new();
        let gate = world.gate();
        let first = ask(&gate, 0);
        world.begun.acquire().await.unwrap().forget();
        let others: Vec<_> = (1000..1600).map(|key| ask(&gate, key)).collect();
        wait_for(&gate, 600).await;
        world.allowed.add_permits(10);
        assert_eq!(first.await.unwrap().unwrap(), Some(0));
        for other in others {
            assert_eq!(other.await.unwrap().unwrap(), Some(0));
        }
        assert_eq!(world.largest.load(Ordering::SeqCst), BATCH);
        assert_eq!(world.loads.load(Ordering::SeqCst), 1 + 3);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_not_found_is_none() {
        let world = World::new();
        world.allowed.add_permits(1);
        assert_eq!(world.gate().get(404).await.unwrap(), None);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_look_up_that_panics_tells_those_in_line_and_the_next_caller_starts_afresh() {
        let world = World::new();
        let gate = world.gate();
        let doomed = ask(&gate, u32::MAX);
        world.begun.acquire().await.unwrap().forget();
        let behind = ask(&gate, 2);
        wait_for(&gate, 1).await;
        world.allowed.add_permits(1);
        assert!(matches!(doomed.await.unwrap(), Err(GateError::Lost)));
        assert!(matches!(behind.await.unwrap(), Err(GateError::Lost)));
        world.allowed.add_permits(1);
        assert_eq!(ask(&gate, 3).await.unwrap().unwrap(), Some(0));
    }

    #[tokio::test]
    async fn an_unavailable_store_is_told_to_everybody() {
        let gate: Gate<u32, u32> =
            Gate::new(|_| Box::pin(async { Err(StoreError::Unavailable("gone".into())) }));
        let error = Error::from(gate.get(1).await.unwrap_err());
        assert!(matches!(error, Error::StoreDown(_)));
    }
}
