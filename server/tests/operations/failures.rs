//! What fails for good is undone; what fails for now is tried again; what cannot be undone is stuck.

use std::sync::Arc;

use hostlerd::adapters::sim::{Doom, Fault, Method};
use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::guest::TaskKind;
use hostlerd::domain::operation::{Operation, OperationState};
use hostlerd::domain::server::ServerState;
use hostlerd::domain::user::Role;
use hostlerd::engine::error::Error;
use hostlerd::ports::hypervisor::HypervisorError;
use hostlerd::ports::store::Store;

use crate::course::refusal;
use crate::fixture::{Fixture, on_every_engine};
use crate::lab::{Lab, caller};
use crate::scenario::Scenario;
use crate::view::{Outcome, World, hashes};

/// What goes wrong on the hypervisor.
#[derive(Clone, Debug)]
enum Trouble {
    Refused(Method),
    Task(TaskKind),
}

impl Trouble {
    fn cause(&self, lab: &Lab) {
        match self {
            Self::Refused(method) => lab.control.inject(Fault::before(*method, refusal())),
            Self::Task(kind) => lab.control.doom_next(*kind, Doom::Fail("exit code 1".to_owned())),
        }
    }
}

async fn lab(fixture: &Fixture) -> Lab {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    lab
}

/// Runs a scenario into trouble and gives the world before and after.
async fn into_trouble(
    store: Arc<dyn Store>,
    scenario: Scenario,
    trouble: &Trouble,
) -> (World, World, Operation) {
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    let stage = scenario.prepare(&lab).await;
    let old = hashes(&lab);
    let before = World::of(&lab, &old).await;
    trouble.cause(&lab);
    let id = scenario.ask(&lab, &stage).await;
    let (operation, steps) = lab.end_of(id).await;
    assert_eq!(
        operation.state,
        OperationState::Failed,
        "{trouble:?}: {operation:#?} {steps:#?}"
    );
    let after = World::of(&lab, &old).await;
    lab.stop_workers().await;
    (before, after, operation)
}

async fn fails_without_a_trace(fixture: &Fixture, scenario: Scenario, troubles: &[Trouble]) {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    for trouble in troubles {
        let (before, after, operation) = into_trouble(Arc::clone(&store), scenario, trouble).await;
        assert_eq!(after, before, "{trouble:?}");
        let error = operation.error.unwrap();
        assert!(!error.message.contains("Parameter"), "{}", error.message);
    }
}

on_every_engine!(a_creation_that_fails_leaves_nothing_but_its_row, |fixture| {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    let troubles = [
        Trouble::Refused(Method::ChooseNode),
        Trouble::Refused(Method::Create),
        Trouble::Task(TaskKind::Create),
        Trouble::Refused(Method::Mark),
        Trouble::Refused(Method::ConfiguredResources),
        Trouble::Refused(Method::Start),
        Trouble::Task(TaskKind::Start),
    ];
    for trouble in troubles {
        let (_, after, _) = into_trouble(Arc::clone(&store), Scenario::Create, &trouble).await;
        assert!(after.guests.is_empty(), "{trouble:?}: {after:#?}");
        assert_eq!(after.used_addresses, 0, "{trouble:?}");
        assert_eq!(after.servers[0].state, ServerState::Failed);
    }
});

on_every_engine!(a_start_that_fails_leaves_the_server_stopped, |fixture| {
    let troubles = [Trouble::Refused(Method::Start), Trouble::Task(TaskKind::Start)];
    fails_without_a_trace(fixture, Scenario::Start, &troubles).await;
});

on_every_engine!(a_stop_that_fails_leaves_the_server_running, |fixture| {
    let troubles = [
        Trouble::Refused(Method::Shutdown),
        Trouble::Task(TaskKind::Shutdown),
    ];
    fails_without_a_trace(fixture, Scenario::Stop, &troubles).await;
});

on_every_engine!(a_deletion_that_is_refused_leaves_everything, |fixture| {
    fails_without_a_trace(fixture, Scenario::Delete, &[Trouble::Refused(Method::Delete)]).await;
});

on_every_engine!(a_resize_that_fails_sets_processor_and_memory_back, |fixture| {
    let troubles = [
        Trouble::Refused(Method::Configure),
        Trouble::Refused(Method::GrowDisk),
        Trouble::Task(TaskKind::Resize),
    ];
    fails_without_a_trace(fixture, Scenario::Resize, &troubles).await;
});

on_every_engine!(a_rename_that_fails_gives_the_old_name_back, |fixture| {
    fails_without_a_trace(fixture, Scenario::Rename, &[Trouble::Refused(Method::Configure)]).await;
});

on_every_engine!(a_password_reset_that_fails_leaves_the_old_one, |fixture| {
    let trouble = Trouble::Refused(Method::SetRootPassword);
    fails_without_a_trace(fixture, Scenario::ResetPassword, &[trouble]).await;
});

on_every_engine!(
    a_restoration_that_is_refused_leaves_the_snapshot_ready,
    |fixture| {
        let trouble = Trouble::Refused(Method::SnapshotRollback);
        fails_without_a_trace(fixture, Scenario::SnapshotRestore, &[trouble]).await;
    }
);

on_every_engine!(a_snapshot_deletion_that_is_refused_leaves_it_ready, |fixture| {
    let trouble = Trouble::Refused(Method::SnapshotDelete);
    fails_without_a_trace(fixture, Scenario::SnapshotDelete, &[trouble]).await;
});

on_every_engine!(
    a_snapshot_that_fails_leaves_no_half_of_itself_on_the_guest,
    |fixture| {
        let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
        for trouble in [
            Trouble::Refused(Method::SnapshotCreate),
            Trouble::Task(TaskKind::SnapshotCreate),
        ] {
            let (before, after, _) =
                into_trouble(Arc::clone(&store), Scenario::SnapshotCreate, &trouble).await;
            assert_eq!(after.guests, before.guests, "{trouble:?}");
        }
    }
);

/// Both a lost answer and a passing failure of the task end well, with one effect each.
async fn heals(fixture: &Fixture, scenario: Scenario, method: Method, kind: TaskKind) {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    for passing in [false, true] {
        let mut lab = Lab::new(Arc::clone(&store)).await;
        lab.start_worker();
        let stage = scenario.prepare(&lab).await;
        let (old, effects) = (hashes(&lab), lab.control.effects().len());
        if passing {
            let text = "can't lock file - got timeout".to_owned();
            lab.control.doom_next(kind, Doom::FailForNow(text));
        } else {
            lab.control.inject(Fault::lost_answer(method));
        }
        let id = scenario.ask(&lab, &stage).await;
        let (operation, steps) = lab.end_of(id).await;
        assert_eq!(
            operation.state,
            OperationState::Succeeded,
            "{method:?} {passing}: {operation:#?} {steps:#?}"
        );
        let outcome = Outcome::of(&lab, id, &lab.effects_since(effects), &old).await;
        let times = 1 + usize::from(passing);
        assert_eq!(
            outcome.tasks.get(&format!("{method:?}")),
            Some(&times),
            "{method:?} {passing}"
        );
        lab.stop_workers().await;
    }
}

on_every_engine!(lost_answers_and_passing_failures_heal, |fixture| {
    for (scenario, method, kind) in [
        (Scenario::Create, Method::Create, TaskKind::Create),
        (Scenario::Start, Method::Start, TaskKind::Start),
        (Scenario::Stop, Method::Shutdown, TaskKind::Shutdown),
        (Scenario::Restart, Method::Restart, TaskKind::Restart),
        (Scenario::Delete, Method::Delete, TaskKind::Delete),
        (Scenario::Resize, Method::GrowDisk, TaskKind::Resize),
        (
            Scenario::SnapshotCreate,
            Method::SnapshotCreate,
            TaskKind::SnapshotCreate,
        ),
        (
            Scenario::SnapshotRestore,
            Method::SnapshotRollback,
            TaskKind::SnapshotRollback,
        ),
        (
            Scenario::SnapshotDelete,
            Method::SnapshotDelete,
            TaskKind::SnapshotDelete,
        ),
    ] {
        heals(fixture, scenario, method, kind).await;
    }
});

on_every_engine!(
    a_vmid_that_a_stranger_has_is_left_alone_and_another_is_used,
    |fixture| {
        let lab = lab(fixture).await;
        let node = "sim-1";
        lab.control.add_stranger(10_000, node, "somebody-else").unwrap();
        let server = lab.running_server("web").await;
        assert_ne!(Lab::vmid(&server), 10_000);
        let stranger = lab
            .control
            .world()
            .into_iter()
            .find(|guest| guest.vmid == 10_000)
            .unwrap();
        assert_eq!(
            (stranger.name.as_str(), stranger.running),
            ("somebody-else", true)
        );
    }
);

on_every_engine!(
    a_stuck_lock_waits_for_an_operator_and_is_cleaned_up_after_the_retry,
    |fixture| {
        let lab = lab(fixture).await;
        lab.control.doom_next(TaskKind::Create, Doom::Kill);
        let accepted = lab.servers.create(&lab.customer, lab.order("web")).await.unwrap();
        let id = accepted.operation.id;
        let (operation, steps) = lab.end_of(id).await;
        assert_eq!(
            operation.state,
            OperationState::Stuck,
            "{operation:#?} {steps:#?}"
        );
        let error = operation.error.unwrap();
        assert_eq!(error.reason, "STUCK_LOCK");
        assert!(error.detail.contains("pct unlock"), "{}", error.detail);

        let refused = lab.operations.retry(&lab.customer, id).await.unwrap_err();
        assert!(matches!(refused, Error::Forbidden { .. }));
        lab.control.release_lock(lab.control.world()[0].vmid).unwrap();
        lab.operations.retry(&caller(Role::Operator), id).await.unwrap();
        let (operation, steps) = lab.end_of(id).await;
        assert_eq!(
            operation.state,
            OperationState::Failed,
            "{operation:#?} {steps:#?}"
        );
        let world = World::of(&lab, &[]).await;
        assert!(world.guests.is_empty(), "{world:#?}");
        assert_eq!(world.used_addresses, 0);
        assert_eq!(world.servers[0].state, ServerState::Failed);
    }
);

on_every_engine!(
    a_removal_that_keeps_failing_is_stuck_and_is_done_at_the_retry,
    |fixture| {
        let lab = lab(fixture).await;
        lab.control
            .doom_next(TaskKind::Start, Doom::Fail("exit code 1".to_owned()));
        for _ in 0..Lab::worker_settings("").retry.attempts {
            lab.control
                .doom_next(TaskKind::Delete, Doom::Fail("dataset is busy".to_owned()));
        }
        let accepted = lab.servers.create(&lab.customer, lab.order("web")).await.unwrap();
        let id = accepted.operation.id;
        let (operation, steps) = lab.end_of(id).await;
        assert_eq!(
            operation.state,
            OperationState::Stuck,
            "{operation:#?} {steps:#?}"
        );
        let error = operation.error.unwrap();
        assert!(error.detail.contains("dataset is busy"), "{}", error.detail);
        lab.operations.retry(&caller(Role::Operator), id).await.unwrap();
        let (operation, steps) = lab.end_of(id).await;
        assert_eq!(
            operation.state,
            OperationState::Failed,
            "{operation:#?} {steps:#?}"
        );
        let world = World::of(&lab, &[]).await;
        assert!(world.guests.is_empty(), "{world:#?}");
        assert_eq!(world.used_addresses, 0);
    }
);

on_every_engine!(a_hypervisor_that_is_away_is_waited_for, |fixture| {
    let lab = lab(fixture).await;
    let server = lab.stopped_server("web").await;
    let down = HypervisorError::Unavailable("connect: connection refused".to_owned());
    lab.control.inject(Fault::before(Method::Start, down.clone()));
    lab.control.inject(Fault::before(Method::Task, down));
    let stage = crate::scenario::Stage {
        server: Some(server.id),
        snapshot: None,
    };
    let id = Scenario::Start.ask(&lab, &stage).await;
    lab.succeed(id).await;
});

on_every_engine!(tries_come_to_an_end, |fixture| {
    let lab = lab(fixture).await;
    let server = lab.stopped_server("web").await;
    lab.control.hold_lock(Lab::vmid(&server), "backup").unwrap();
    let stage = crate::scenario::Stage {
        server: Some(server.id),
        snapshot: None,
    };
    let id = Scenario::Start.ask(&lab, &stage).await;
    let (operation, _) = lab.end_of(id).await;
    assert_eq!(operation.state, OperationState::Failed);
    assert_eq!(operation.error.unwrap().reason, "HYPERVISOR_BUSY");
    assert_eq!(lab.server(server.id).await.state, ServerState::Stopped);
});

on_every_engine!(a_server_that_does_not_shut_down_runs_on, |fixture| {
    let lab = lab(fixture).await;
    let server = lab.running_server("web").await;
    lab.control
        .set_ignores_shutdown(Lab::vmid(&server), true)
        .unwrap();
    let stage = crate::scenario::Stage {
        server: Some(server.id),
        snapshot: None,
    };
    let id = Scenario::Stop.ask(&lab, &stage).await;
    let (operation, _) = lab.end_of(id).await;
    assert_eq!(operation.state, OperationState::Failed);
    assert_eq!(lab.server(server.id).await.state, ServerState::Running);
});

on_every_engine!(no_password_hash_outlives_its_operation, |fixture| {
    let lab = lab(fixture).await;
    for trouble in [None, Some(Trouble::Refused(Method::Create))] {
        if let Some(trouble) = &trouble {
            trouble.cause(&lab);
        }
        let order = lab.order(if trouble.is_some() { "bad" } else { "good" });
        let accepted = lab.servers.create(&lab.customer, order).await.unwrap();
        lab.end_of(accepted.operation.id).await;
        let kept = lab
            .ports
            .store
            .operation_get(accepted.operation.id)
            .await
            .unwrap();
        assert!(!kept.params.to_string().contains("$6$"), "{}", kept.params);
    }
});
