//! A cancel at every step: either everything is as it was, or it is too late and everything is done.

use std::sync::Arc;

use hostlerd::adapters::sim::{Fault, Method};
use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::operation::OperationState;
use hostlerd::domain::snapshot::SnapshotState;
use hostlerd::engine::error::Error;
use hostlerd::ports::store::Store;

use crate::course::refusal;
use crate::fixture::{Fixture, on_every_engine};
use crate::lab::Lab;
use crate::scenario::{Scenario, Stage, ask_snapshot};
use crate::view::{World, hashes};

async fn points(store: Arc<dyn Store>, scenario: Scenario) -> Vec<String> {
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    let stage = scenario.prepare(&lab).await;
    lab.plan.clear();
    let id = scenario.ask(&lab, &stage).await;
    lab.succeed(id).await;
    let seen = lab.plan.seen();
    seen.into_iter()
        .filter(|point| point.ends_with("before_act") || point.ends_with("before_record"))
        .collect()
}

async fn cancels_anywhere(fixture: &Fixture, scenario: Scenario) {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    for point in points(Arc::clone(&store), scenario).await {
        let mut lab = Lab::new(Arc::clone(&store)).await;
        lab.start_worker();
        let stage = scenario.prepare(&lab).await;
        let (before, old) = (World::of(&lab, &hashes(&lab)).await, hashes(&lab));
        lab.plan.stop_at(&point);
        let id = scenario.ask(&lab, &stage).await;
        lab.plan.arrived().await;
        let cancelled = lab.operations.cancel(&lab.customer, id).await.unwrap();
        assert!(cancelled.cancel_requested);
        lab.plan.release();
        let (operation, steps) = lab.end_of(id).await;
        let after = World::of(&lab, &old).await;
        assert!(after.servers.iter().all(|server| !server.is_held()), "{point}");
        match operation.state {
            OperationState::Succeeded => {}
            OperationState::Cancelled => match scenario {
                Scenario::Create | Scenario::CreateStopped => {
                    assert!(after.guests.is_empty(), "{point}: {after:#?}");
                    assert_eq!(after.used_addresses, 0, "{point}");
                }
                // What was switched stays switched, and the row says so.
                Scenario::Start | Scenario::Stop | Scenario::StopNow | Scenario::Restart => {}
                _ => assert_eq!(after, before, "{point}"),
            },
            other => panic!("{point}: {other}: {operation:#?} {steps:#?}"),
        }
        lab.stop_workers().await;
    }
}

macro_rules! cancels {
    ($($name:ident: $scenario:expr;)+) => {$(
        on_every_engine!($name, |fixture| { cancels_anywhere(fixture, $scenario).await; });
    )+};
}

cancels! {
    creation_can_be_cancelled_anywhere: Scenario::Create;
    start_can_be_cancelled_anywhere: Scenario::Start;
    stop_can_be_cancelled_anywhere: Scenario::Stop;
    restart_can_be_cancelled_anywhere: Scenario::Restart;
    deletion_can_be_cancelled_until_it_is_asked_for: Scenario::Delete;
    resize_can_be_cancelled_until_the_disk_grows: Scenario::Resize;
    rename_can_be_cancelled_anywhere: Scenario::Rename;
    snapshot_creation_can_be_cancelled_anywhere: Scenario::SnapshotCreate;
    restoration_can_be_cancelled_until_it_is_asked_for: Scenario::SnapshotRestore;
    snapshot_deletion_can_be_cancelled_until_it_is_asked_for: Scenario::SnapshotDelete;
}

on_every_engine!(
    an_operation_that_no_worker_has_seen_is_cancelled_without_running,
    |fixture| {
        let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
        let mut lab = Lab::new(store).await;
        let stage = Scenario::Create.prepare(&lab).await;
        let id = Scenario::Create.ask(&lab, &stage).await;
        lab.operations.cancel(&lab.customer, id).await.unwrap();
        lab.start_worker();
        let (operation, _) = lab.end_of(id).await;
        assert_eq!(operation.state, OperationState::Cancelled);
        assert_eq!(lab.control.effects(), []);
        assert!(lab.plan.seen().iter().all(|point| point.contains(" undo ")));
    }
);

on_every_engine!(
    a_failed_snapshot_whose_deletion_is_cancelled_is_failed_still,
    |fixture| {
        let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
        let mut lab = Lab::new(store).await;
        lab.start_worker();
        let server = lab.running_server("web").await.id;
        lab.control
            .inject(Fault::before(Method::SnapshotCreate, refusal()));
        let (creation, snapshot) = ask_snapshot(&lab, server, "before").await;
        lab.end_of(creation).await;
        lab.stop_workers().await;
        let stage = Stage {
            server: Some(server),
            snapshot: Some(snapshot),
        };
        let deletion = Scenario::SnapshotDelete.ask(&lab, &stage).await;
        lab.operations.cancel(&lab.customer, deletion).await.unwrap();
        lab.start_worker();
        let (operation, _) = lab.end_of(deletion).await;
        assert_eq!(operation.state, OperationState::Cancelled);
        let snapshot = lab.ports.store.snapshot_get(snapshot).await.unwrap();
        assert_eq!(snapshot.state, SnapshotState::Failed);
    }
);

on_every_engine!(what_has_ended_cannot_be_cancelled, |fixture| {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    let id = Scenario::Create
        .ask(&lab, &Scenario::Create.prepare(&lab).await)
        .await;
    lab.succeed(id).await;
    let error = lab.operations.cancel(&lab.customer, id).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Precondition {
                reason: "WRONG_STATE",
                ..
            }
        ),
        "{error}"
    );
});
