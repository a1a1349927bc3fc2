//! Operations that no worker can go on with: they end where an operator sees them, and are not tried for ever.

use std::sync::Arc;

use diesel_async::SimpleAsyncConnection;
use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::ids::OperationId;
use hostlerd::domain::operation::{Operation, OperationState};
use hostlerd::ports::bus::BusReceiver;
use hostlerd::ports::store::Store;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::{Lab, PATIENCE};
use crate::scenario::{Scenario, Stage};

async fn lab(fixture: &Fixture) -> Lab {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    Lab::new(store).await
}

/// Changes rows as a newer version, or a bad disk, might have.
async fn tamper(fixture: &Fixture, sql: &str) {
    let mut conn = fixture.database(1, 1).connect().await.unwrap();
    conn.batch_execute(sql).await.expect(sql);
}

/// A start that was accepted while no worker was there to begin it.
async fn accepted_start(lab: &mut Lab) -> OperationId {
    lab.start_worker();
    let server = lab.stopped_server("web").await;
    lab.stop_workers().await;
    let stage = Stage {
        server: Some(server.id),
        snapshot: None,
    };
    Scenario::Start.ask(lab, &stage).await
}

/// Waits without reading the log, which does not parse here.
async fn until_stuck(lab: &Lab, mut notices: Box<dyn BusReceiver>, id: OperationId) -> Operation {
    let stuck = async {
        loop {
            let operation = lab.ports.store.operation_get(id).await.unwrap();
            if operation.state == OperationState::Stuck {
                return operation;
            }
            notices.next().await.expect("the bus is open");
        }
    };
    tokio::time::timeout(PATIENCE, stuck).await.unwrap()
}

on_every_engine!(a_step_that_the_kind_lacks_is_for_an_operator, |fixture| {
    let mut lab = lab(fixture).await;
    let id = accepted_start(&mut lab).await;
    tamper(
        fixture,
        "UPDATE operations SET next_step = 90 WHERE state = 'pending'",
    )
    .await;
    let notices = lab.ports.bus.subscribe();
    lab.start_worker();
    let operation = until_stuck(&lab, notices, id).await;
    assert_eq!(operation.error.unwrap().reason, "UNKNOWN_STEP");
    assert_eq!(operation.lease_owner, None);
});

on_every_engine!(a_log_that_does_not_parse_is_for_an_operator, |fixture| {
    let mut lab = lab(fixture).await;
    let id = accepted_start(&mut lab).await;
    lab.plan.clear();
    lab.plan.stop_at("server.start/1 submit_start do before_act");
    lab.start_worker();
    lab.plan.arrived().await;
    lab.crash().await;
    tamper(fixture, "UPDATE operation_steps SET direction = 'sideways'").await;
    let notices = lab.ports.bus.subscribe();
    lab.start_worker();
    let operation = until_stuck(&lab, notices, id).await;
    assert_eq!(operation.error.unwrap().reason, "UNREADABLE_LOG");
});
