//! Sweeps take figures: of every server, by one call, and of nobody else.

use std::sync::Arc;
use std::time::Duration;

use hostlerd::adapters::sim::Method;
use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::Subject;
use hostlerd::engine::background::Task;
use hostlerd::engine::stats::{Board, StatsSettings};
use hostlerd::ports::store::Store;
use tokio_util::sync::CancellationToken;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::Lab;

async fn lab(fixture: &Fixture) -> (Lab, Arc<Board>) {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    (lab, Board::new(StatsSettings::default().stale_after()))
}

on_every_engine!(a_sweep_shows_and_stores_figures_by_one_call, |fixture| {
    let (lab, board) = lab(fixture).await;
    let (web, db) = (lab.running_server("web").await, lab.running_server("db").await);
    lab.make_guest_of(ServerId::generate(), 20_000).await;
    let sweep = lab.sweep(Arc::clone(&board));
    let calls = || {
        let calls = lab.control.calls();
        let made = |method| calls.get(&method).copied().unwrap_or_default();
        made(Method::Inventory) + made(Method::Guest)
    };
    let before = calls();
    for _ in 0..2 {
        lab.clock.advance(Duration::from_secs(30));
        let done = sweep.run_once(&CancellationToken::new()).await.unwrap();
        assert!(done.starts_with("took figures of 2 of 2 servers"), "{done}");
    }
    assert_eq!(calls(), before + 2, "one each");
    let subjects = [web.id, db.id].map(Subject::Server);
    let now = lab.ports.clock.now();
    let stored = lab.ports.store.stats_latest(&subjects, now).await.unwrap();
    assert_eq!(stored.len(), 2);
    for figures in board.read(&[web.id, db.id], lab.ports.clock.now()) {
        let shown = figures.sample.unwrap();
        assert!(stored.contains(&shown), "what is shown is what is stored");
        assert!(shown.values.get(Metric::NetworkInRate).is_some());
        assert_eq!(
            shown.values.get(Metric::MemoryLimitBytes),
            Some(web.resources.memory_bytes)
        );
    }
});

on_every_engine!(
    a_guest_without_our_mark_in_a_servers_place_has_no_figures,
    |fixture| {
        let (lab, board) = lab(fixture).await;
        let web = lab.running_server("web").await;
        lab.control.strip_mark(Lab::vmid(&web)).unwrap();
        lab.clock.advance(Duration::from_secs(30));
        let sweep = lab.sweep(Arc::clone(&board));
        sweep.run_once(&CancellationToken::new()).await.unwrap();
        let figures = board.read(&[web.id], lab.ports.clock.now()).remove(0);
        assert!(figures.sample.is_none() && figures.stale);
    }
);
