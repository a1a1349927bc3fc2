//! The crash matrix: every kind, cut short at every place of every step, done or undone, comes to the
//! same end as if nothing had happened. So does one whose worker is asked to stop in the middle of a
//! step. The steps are the kind's own: a new one is in the matrix at once.

use hostlerd::domain::codes::Code;
use hostlerd::domain::operation::{OperationKind, OperationState, StepDirection};
use hostlerd::engine::operations::step_names;

use crate::course::{Course, Mishap, PLACES, Turn, point};
use crate::fixture::{Fixture, on_every_engine};
use crate::lanes::spread;
use crate::scenario::Scenario;

/// Every place of these steps in one direction.
fn places(scenario: Scenario, direction: StepDirection, steps: &[&str]) -> Vec<String> {
    let of = |step: &&str| PLACES.map(|place| point(scenario, step, direction, place));
    let mut places: Vec<String> = steps.iter().flat_map(of).collect();
    places.sort();
    places
}

/// Cuts a course short at each of these places and compares each end with the undisturbed one.
async fn cut_at_each(fixture: &Fixture, course: &Course, points: Vec<String>) {
    let undisturbed = spread(fixture, vec![course.clone()], |store, course| async move {
        course.run(store).await
    });
    let undisturbed = undisturbed.await.remove(0);
    let direction = match course.turn {
        Turn::Never => StepDirection::Do,
        Turn::Refused | Turn::Cancelled { .. } => StepDirection::Undo,
    };
    let word = format!(" {direction} ");
    let mut reached: Vec<String> = undisturbed.points;
    reached.retain(|point| point.contains(&word));
    reached.sort();
    assert_eq!(
        reached, points,
        "the steps of the kind and the places reached differ"
    );
    let expected = &undisturbed.outcome;
    assert_eq!(expected.state, course.end(), "{course:?}: {expected:#?}");
    let crashes = points.iter().map(|at| Mishap::Crash { at: at.clone() });
    let between = points.iter().filter(|at| at.ends_with(" before_record"));
    let stops = between.map(|at| Mishap::Stop { at: at.clone() });
    spread(
        fixture,
        crashes.chain(stops).collect(),
        |store, mishap: Mishap| async move {
            let told = course.with(mishap.clone()).run(store).await;
            assert!(!told.was_stuck, "{mishap:?}");
            assert_eq!(&told.outcome, expected, "{mishap:?}");
        },
    )
    .await;
}

impl Course {
    fn end(&self) -> OperationState {
        match self.turn {
            Turn::Never => OperationState::Succeeded,
            Turn::Refused => OperationState::Failed,
            Turn::Cancelled { .. } => OperationState::Cancelled,
        }
    }
}

/// Crashes while it is done, in all its variants.
async fn doing(fixture: &Fixture, kind: OperationKind) {
    for scenario in Scenario::of(kind) {
        let steps = step_names(kind);
        let points = places(*scenario, StepDirection::Do, &steps);
        cut_at_each(fixture, &Course::plain(*scenario), points).await;
    }
}

/// Crashes while everything is undone, because its last step was refused.
async fn undoing_a_failure(fixture: &Fixture, kind: OperationKind) {
    let scenario = Scenario::of(kind)[0];
    let steps = step_names(kind);
    let points = places(scenario, StepDirection::Undo, &steps);
    cut_at_each(fixture, &Course::plain(scenario).turned(&Turn::Refused), points).await;
}

/// Crashes while it is undone because somebody cancelled at the last moment that is heeded.
async fn undoing_a_cancel(fixture: &Fixture, kind: OperationKind) {
    let scenario = Scenario::of(kind)[0];
    let steps = step_names(kind);
    for last in (0..steps.len()).rev() {
        let at = point(scenario, steps[last], StepDirection::Do, "before_record");
        let course = Course::plain(scenario).turned(&Turn::Cancelled { at });
        let told = spread(fixture, vec![course.clone()], |store, course| async move {
            course.run(store).await
        });
        if told.await[0].outcome.state == OperationState::Cancelled {
            let points = places(scenario, StepDirection::Undo, &steps[..=last]);
            return cut_at_each(fixture, &course, points).await;
        }
    }
    panic!("{kind} heeds no cancel");
}

macro_rules! matrix {
    ($($name:ident: $kind:ident;)+) => {
        const COVERED: &[OperationKind] = &[$(OperationKind::$kind),+];
        $(mod $name {
            use super::*;
            on_every_engine!(survives_a_crash_anywhere, |fixture| {
                doing(fixture, OperationKind::$kind).await;
            });
            on_every_engine!(survives_a_crash_while_a_failure_is_undone, |fixture| {
                undoing_a_failure(fixture, OperationKind::$kind).await;
            });
            on_every_engine!(survives_a_crash_while_a_cancel_is_undone, |fixture| {
                undoing_a_cancel(fixture, OperationKind::$kind).await;
            });
        })+
    };
}

matrix! {
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
fn every_kind_is_in_the_matrix() {
    assert_eq!(COVERED, OperationKind::ALL);
}
