//! The crash matrix: every kind, cut short at every point of every step, comes to the same end as if
//! nothing had happened.

use std::sync::Arc;

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::operation::OperationState;
use hostlerd::ports::store::Store;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::{Lab, PATIENCE};
use crate::scenario::Scenario;
use crate::view::{Outcome, hashes};

/// Runs a scenario to its end, killing all workers when `crash_at` is reached.
async fn run(store: Arc<dyn Store>, scenario: Scenario, crash_at: Option<&str>) -> (Outcome, Vec<String>) {
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    let stage = scenario.prepare(&lab).await;
    lab.plan.clear();
    let (effects, old) = (lab.control.effects().len(), hashes(&lab));
    if let Some(point) = crash_at {
        lab.plan.stop_at(point);
    }
    let id = scenario.ask(&lab, &stage).await;
    if let Some(point) = crash_at {
        let arrived = tokio::time::timeout(PATIENCE, lab.plan.arrived()).await;
        assert!(arrived.is_ok(), "{point} is never reached");
        lab.crash().await;
        lab.start_worker();
    }
    let (operation, steps) = lab.end_of(id).await;
    assert_eq!(
        operation.state,
        OperationState::Succeeded,
        "{crash_at:?}: {operation:#?} {steps:#?}"
    );
    let effects = lab.effects_since(effects);
    let outcome = Outcome::of(&lab, &operation, &effects, &old).await;
    let seen = lab.plan.seen();
    lab.stop_workers().await;
    (outcome, seen)
}

async fn survives_a_crash_anywhere(fixture: &Fixture, scenario: Scenario) {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    let (expected, points) = run(Arc::clone(&store), scenario, None).await;
    assert!(points.len() >= 12, "{points:?}");
    for point in points.iter().filter(|point| is_crashed_at(fixture, point)) {
        let (outcome, _) = run(Arc::clone(&store), scenario, Some(point)).await;
        assert_eq!(outcome, expected, "{point}");
    }
}

/// Every point on SQLite. A network away from the database, where each run takes longer, the two that
/// differ in what the store knows: begun and not done, done and not written down.
fn is_crashed_at(fixture: &Fixture, point: &str) -> bool {
    let embedded = fixture.settings.url.starts_with("sqlite");
    embedded || point.ends_with("before_act") || point.ends_with("before_record")
}

macro_rules! matrix {
    ($($name:ident: $scenario:expr;)+) => {$(
        on_every_engine!($name, |fixture| { survives_a_crash_anywhere(fixture, $scenario).await; });
    )+};
}

matrix! {
    creation_survives_a_crash_anywhere: Scenario::Create;
    creation_of_a_stopped_server_survives_a_crash_anywhere: Scenario::CreateStopped;
    start_survives_a_crash_anywhere: Scenario::Start;
    stop_survives_a_crash_anywhere: Scenario::Stop;
    forced_stop_survives_a_crash_anywhere: Scenario::StopNow;
    restart_survives_a_crash_anywhere: Scenario::Restart;
    deletion_survives_a_crash_anywhere: Scenario::Delete;
    resize_survives_a_crash_anywhere: Scenario::Resize;
    rename_survives_a_crash_anywhere: Scenario::Rename;
    password_reset_survives_a_crash_anywhere: Scenario::ResetPassword;
    snapshot_creation_survives_a_crash_anywhere: Scenario::SnapshotCreate;
    snapshot_restoration_survives_a_crash_anywhere: Scenario::SnapshotRestore;
    snapshot_deletion_survives_a_crash_anywhere: Scenario::SnapshotDelete;
}
