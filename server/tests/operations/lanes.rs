//! Many runs of one test at a time. A worker takes up whatever is due in its store, so each run has
//! a store to itself while it lasts.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use hostlerd::adapters::store::{SqlStore, StoreSettings};
use hostlerd::ports::store::Store;

use crate::fixture::Fixture;

/// Most of a run is waiting: for commits on MariaDB, for other threads on SQLite.
const LANES: usize = 4;
/// Fewer runs than this are not worth another store.
const RUNS_PER_LANE: usize = 6;
/// One worker and one caller need no more.
const CONNECTIONS: u32 = 4;

/// Runs `job` for each item; what they gave, in the order of the items.
pub(crate) async fn spread<T, R, Job>(
    fixture: &Fixture,
    items: Vec<T>,
    job: impl Fn(Arc<dyn Store>, T) -> Job,
) -> Vec<R>
where
    Job: Future<Output = R>,
{
    let lanes = items.len().div_ceil(RUNS_PER_LANE).clamp(1, LANES);
    let extra: Vec<Fixture> = join_all((1..lanes).map(|_| another(fixture))).await;
    let settings = std::iter::once(fixture)
        .chain(&extra)
        .map(|fixture| &fixture.settings);
    let stores = join_all(settings.map(open)).await;
    let idle = Mutex::new(stores);
    let idle = || idle.lock().unwrap_or_else(PoisonError::into_inner);
    let job = &job;
    let runs = items.into_iter().map(|item| async move {
        let store = idle().pop().expect("as many stores as runs at a time");
        let result = job(Arc::clone(&store), item).await;
        idle().push(store);
        result
    });
    let results = stream::iter(runs).buffered(lanes).collect().await;
    for fixture in extra {
        fixture.drop_database().await;
    }
    results
}

/// On the same engine.
async fn another(fixture: &Fixture) -> Fixture {
    if fixture.is_mysql() {
        Fixture::mysql().await.expect("MariaDB was there before")
    } else {
        Fixture::sqlite().await
    }
}

async fn open(settings: &StoreSettings) -> Arc<dyn Store> {
    let settings = StoreSettings {
        max_connections: CONNECTIONS,
        reader_connections: CONNECTIONS,
        ..settings.clone()
    };
    Arc::new(SqlStore::open(&settings).await.unwrap())
}
