//! Every call to the hypervisor that a kind makes, refused for good. While it is done, everything is
//! undone; while it is undone, it is stuck until an operator has it tried again.

use hostlerd::adapters::sim::Method;
use hostlerd::domain::codes::Code;
use hostlerd::domain::operation::{OperationKind, OperationState};
use hostlerd::domain::server::ServerState;

use crate::course::{Course, Mishap, Turn};
use crate::fixture::{Fixture, on_every_engine};
use crate::lanes::spread;
use crate::scenario::Scenario;

/// Each call that an undisturbed course makes, and what that course comes to.
async fn each_call(fixture: &Fixture, course: &Course) -> (crate::course::Told, Vec<(Method, u32)>) {
    let told = spread(fixture, vec![course.clone()], |store, course| async move {
        course.run(store).await
    });
    let told = told.await.remove(0);
    let calls = told.calls.iter();
    let calls = calls.flat_map(|(method, count)| (1..=*count).map(|nth| (*method, nth)));
    let calls: Vec<_> = calls.collect();
    assert!(!calls.is_empty(), "{course:?} never calls");
    (told, calls)
}

async fn doing(fixture: &Fixture, kind: OperationKind) {
    for scenario in Scenario::of(kind) {
        let course = &Course::plain(*scenario);
        let (undisturbed, calls) = each_call(fixture, course).await;
        assert_eq!(undisturbed.outcome.state, OperationState::Succeeded);
        spread(fixture, calls, |store, (method, nth)| async move {
            let told = course.with(Mishap::Refusal { method, nth }).run(store).await;
            let what = format!("{scenario:?}, call {nth} of {method:?}");
            let outcome = &told.outcome;
            assert_eq!(outcome.state, OperationState::Failed, "{what}: {outcome:#?}");
            assert!(!told.was_stuck, "{what}");
            if kind == OperationKind::ServerCreate {
                assert!(outcome.world.guests.is_empty(), "{what}: {outcome:#?}");
                assert_eq!(outcome.world.used_addresses, 0, "{what}");
                assert_eq!(outcome.world.servers[0].state, ServerState::Failed, "{what}");
            }
        })
        .await;
    }
}

async fn undoing(fixture: &Fixture, kind: OperationKind) {
    let course = &Course::plain(Scenario::of(kind)[0]).turned(&Turn::Refused);
    let (undisturbed, calls) = each_call(fixture, course).await;
    let expected = &undisturbed.outcome;
    assert_eq!(expected.state, OperationState::Failed);
    spread(fixture, calls, |store, (method, nth)| async move {
        let told = course.with(Mishap::Refusal { method, nth }).run(store).await;
        let what = format!("{kind}, call {nth} of {method:?} in the undo");
        assert!(told.was_stuck, "{what}: {told:#?}");
        assert_eq!(told.outcome.without_log(), expected.without_log(), "{what}");
    })
    .await;
}

macro_rules! refusals {
    ($($name:ident: $kind:ident;)+) => {
        const COVERED: &[OperationKind] = &[$(OperationKind::$kind),+];
        $(mod $name {
            use super::*;
            on_every_engine!(is_undone_whichever_call_is_refused, |fixture| {
                doing(fixture, OperationKind::$kind).await;
            });
            on_every_engine!(is_stuck_until_retried_whichever_call_of_its_undo_is_refused, |fixture| {
                undoing(fixture, OperationKind::$kind).await;
            });
        })+
    };
}

refusals! {
    creation: ServerCreate;
    start: ServerStart;
    stop: ServerStop;
    restart: ServerRestart;
    deletion: ServerDelete;
    resize: ServerResize;
    rename: ServerRename;
    password_reset: ServerResetPassword;
    snapshot_creation: SnapshotCreate;
    snapshot_restoration: SnapshotRestore;
    snapshot_deletion: SnapshotDelete;
}

#[test]
fn every_kind_is_refused() {
    assert_eq!(COVERED, OperationKind::ALL);
}
