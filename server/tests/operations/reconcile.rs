//! Sweeps: what drifted is repaired, what is gone is lost, what is left over is reported.

use std::sync::Arc;
use std::time::Duration;

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::server::ServerState;
use hostlerd::domain::sweep::SweepReport;
use hostlerd::engine::background::{Sweep, Task};
use hostlerd::engine::stats::{Board, StatsSettings};
use hostlerd::ports::store::Store;
use tokio_util::sync::CancellationToken;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::Lab;

async fn lab(fixture: &Fixture) -> (Lab, Sweep) {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    let reconciler = lab.sweep(Board::new(StatsSettings::default().stale_after()));
    (lab, reconciler)
}

async fn sweep(lab: &Lab, reconciler: &Sweep) -> SweepReport {
    lab.clock.advance(Duration::from_secs(60));
    reconciler.run_once(&CancellationToken::new()).await.unwrap();
    let reports = lab.ports.store.sweep_list().await.unwrap();
    let mine = |report: &SweepReport| lab.ports.hypervisors.get(&report.hypervisor).is_some();
    reports.into_iter().find(mine).unwrap()
}

on_every_engine!(a_server_that_stopped_by_itself_is_seen, |fixture| {
    let (lab, reconciler) = lab(fixture).await;
    let server = lab.running_server("web").await;
    lab.control.power_off(Lab::vmid(&server)).unwrap();
    // A row that has just changed may be ahead of the listing.
    reconciler.run_once(&CancellationToken::new()).await.unwrap();
    assert_eq!(lab.server(server.id).await.state, ServerState::Running);

    let report = sweep(&lab, &reconciler).await;
    assert_eq!(report.repaired, [server.id]);
    assert_eq!(lab.server(server.id).await.state, ServerState::Stopped);
    let events = lab
        .servers
        .events(&lab.customer, server.id, PageRequest::first(1))
        .await;
    assert_eq!(events.unwrap().items[0].kind, "server.drifted");
    assert_eq!(sweep(&lab, &reconciler).await.repaired, []);
});

on_every_engine!(a_server_that_moved_is_found, |fixture| {
    let (lab, reconciler) = lab(fixture).await;
    let server = lab.running_server("web").await;
    let placement = server.placement.clone().unwrap();
    let elsewhere = if placement.node == "sim-1" {
        "sim-2"
    } else {
        "sim-1"
    };
    lab.control.move_guest(placement.vmid, elsewhere).unwrap();
    sweep(&lab, &reconciler).await;
    let moved = lab.server(server.id).await;
    assert_eq!(moved.placement.unwrap().node, elsewhere);
    assert_eq!(moved.state, ServerState::Running);
});

on_every_engine!(a_guest_that_is_gone_for_several_sweeps_is_lost, |fixture| {
    let (lab, reconciler) = lab(fixture).await;
    let server = lab.running_server("web").await;
    lab.control.remove_guest(Lab::vmid(&server)).unwrap();
    for sweeps in 1..3 {
        assert_eq!(sweep(&lab, &reconciler).await.missing, [(server.id, sweeps)]);
        assert_eq!(lab.server(server.id).await.state, ServerState::Running);
    }
    sweep(&lab, &reconciler).await;
    assert_eq!(lab.server(server.id).await.state, ServerState::Lost);
    assert_eq!(sweep(&lab, &reconciler).await.missing, []);
});

on_every_engine!(a_hypervisor_that_does_not_answer_loses_nothing, |fixture| {
    let (lab, reconciler) = lab(fixture).await;
    let server = lab.running_server("web").await;
    sweep(&lab, &reconciler).await;
    lab.control.set_cluster_online(false);
    for _ in 0..5 {
        let report = sweep(&lab, &reconciler).await;
        assert!(!report.problem.is_empty());
        assert_eq!(report.missing, []);
    }
    assert_eq!(lab.server(server.id).await.state, ServerState::Running);
});

on_every_engine!(a_guest_of_nobody_is_reported_and_left_alone, |fixture| {
    let (lab, reconciler) = lab(fixture).await;
    let server = lab.running_server("web").await;
    let unknown = ServerId::generate();
    let made = lab.make_guest_of(unknown, 20_000).await;
    assert_eq!(made.vmid, 20_000);
    let report = sweep(&lab, &reconciler).await;
    assert_eq!(report.orphans.count, 1);
    assert_eq!(
        (report.orphans.named[0].vmid, report.orphans.named[0].server_id),
        (20_000, Some(unknown))
    );
    assert_eq!(report.guest_count, 2);
    assert_eq!(lab.control.world().len(), 2);
    assert_eq!(lab.server(server.id).await.state, ServerState::Running);
});
