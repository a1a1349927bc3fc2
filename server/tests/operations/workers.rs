//! Several workers, lost leases, and an orderly stop.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use hostlerd::adapters::sim::{Fault, Method};
use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::operation::{OperationState, StepStatus};
use hostlerd::domain::server::ServerState;
use hostlerd::engine::operations::StepSettings;
use hostlerd::ports::hypervisor::HypervisorError;
use hostlerd::ports::store::Store;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::{LEASE, Lab};
use crate::scenario::Scenario;

async fn lab(fixture: &Fixture) -> Lab {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    Lab::new(store).await
}

on_every_engine!(workers_that_race_do_everything_once, |fixture| {
    let mut lab = lab(fixture).await;
    for _ in 0..3 {
        lab.start_worker();
    }
    let orders = (0..20).map(|n| lab.servers.create(&lab.customer, lab.order(&format!("web-{n}"))));
    let accepted: Vec<_> = join_all(orders).await;
    for accepted in accepted {
        lab.succeed(accepted.unwrap().operation.id).await;
    }
    let mut effects = BTreeMap::new();
    for effect in lab.control.effects() {
        if matches!(effect.method, Method::Create | Method::Start) {
            *effects
                .entry((effect.vmid, format!("{:?}", effect.method)))
                .or_insert(0) += 1;
        }
    }
    assert_eq!(effects.len(), 40);
    assert!(effects.values().all(|count| *count == 1), "{effects:?}");
});

on_every_engine!(a_worker_that_lost_its_lease_writes_nothing_more, |fixture| {
    let mut lab = lab(fixture).await;
    lab.start_worker();
    lab.plan.stop_at("server.create/1 wait_create do before_record");
    let id = Scenario::Create
        .ask(&lab, &Scenario::Create.prepare(&lab).await)
        .await;
    lab.plan.arrived().await;
    lab.clock.advance(LEASE + Duration::from_secs(1));
    lab.start_worker();
    let (operation, steps) = lab.end_of(id).await;
    assert_eq!(
        operation.state,
        OperationState::Succeeded,
        "{operation:#?} {steps:#?}"
    );
    lab.plan.release();
    lab.stop_workers().await;

    let (after, steps) = lab.end_of(id).await;
    assert_eq!(after, operation);
    let done = steps
        .iter()
        .filter(|step| step.name == "wait_create" && step.status == StepStatus::Done);
    let epochs: Vec<i64> = done.map(|step| step.epoch).collect();
    assert_eq!(epochs, [2], "only the second worker may have written");
});

on_every_engine!(
    a_worker_that_is_asked_to_stop_gives_its_work_back_at_once,
    |fixture| {
        let mut lab = lab(fixture).await;
        lab.control.set_task_time(Duration::from_secs(3600));
        lab.start_worker();
        let id = Scenario::Create
            .ask(&lab, &Scenario::Create.prepare(&lab).await)
            .await;
        let reached = "server.create/1 wait_create do before_act";
        lab.plan.stop_at(reached);
        lab.plan.arrived().await;
        lab.plan.release();
        lab.stop_workers().await;
        let kept = lab.ports.store.operation_get(id).await.unwrap();
        assert_eq!((kept.state, kept.lease_owner), (OperationState::Running, None));

        // No lease has to run out for the next worker.
        lab.clock.advance(Duration::from_secs(4 * 3600));
        lab.control.set_task_time(Duration::ZERO);
        lab.start_worker();
        let (operation, steps) = lab.end_of(id).await;
        assert_eq!(
            operation.state,
            OperationState::Succeeded,
            "{operation:#?} {steps:#?}"
        );
    }
);

on_every_engine!(a_task_that_takes_too_long_is_given_up, |fixture| {
    let mut lab = lab(fixture).await;
    lab.start_worker();
    let server = lab.stopped_server("web").await;
    lab.control.set_task_time(Duration::from_secs(3600));
    let stage = crate::scenario::Stage {
        server: Some(server.id),
        snapshot: None,
    };
    lab.plan.clear();
    lab.plan.stop_at("server.start/1 wait_start do before_act");
    let id = Scenario::Start.ask(&lab, &stage).await;
    lab.plan.arrived().await;
    lab.clock.advance(Duration::from_secs(121));
    lab.plan.release();
    lab.start_worker();
    let (operation, steps) = lab.end_of(id).await;
    assert_eq!(
        operation.state,
        OperationState::Failed,
        "{operation:#?} {steps:#?}"
    );
    assert_eq!(operation.error.unwrap().reason, "DEADLINE");
    assert_eq!(lab.server(server.id).await.state, ServerState::Stopped);
});

on_every_engine!(a_step_that_gets_no_answer_for_too_long_is_given_up, |fixture| {
    let mut lab = lab(fixture).await;
    lab.start_worker();
    let server = lab.stopped_server("web").await;
    let stage = crate::scenario::Stage {
        server: Some(server.id),
        snapshot: None,
    };
    lab.plan.stop_at("server.start/1 submit_start do before_act");
    let id = Scenario::Start.ask(&lab, &stage).await;
    lab.plan.arrived().await;
    let down = HypervisorError::Unavailable("no answer in time".to_owned());
    // The worker that is held here may still ask, although its lease is over by then.
    for _ in 0..2 {
        lab.control.inject(Fault::before(Method::Start, down.clone()));
    }
    lab.clock.advance(StepSettings::default().limit);
    lab.plan.release();
    lab.start_worker();
    let (operation, steps) = lab.end_of(id).await;
    assert_eq!(
        operation.state,
        OperationState::Failed,
        "{operation:#?} {steps:#?}"
    );
    let error = operation.error.unwrap();
    assert_eq!(error.reason, "HYPERVISOR_UNAVAILABLE");
    assert!(
        error.detail.contains("no answer in time; given up after"),
        "{}",
        error.detail
    );
    assert_eq!(lab.server(server.id).await.state, ServerState::Stopped);
});
