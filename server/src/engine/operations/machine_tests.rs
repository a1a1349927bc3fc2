//! Every move of the state machine.

use super::*;
use crate::domain::ids::{OperationId, ServerId, UserId};
use crate::domain::operation::OperationKind;
use crate::engine::operations::failure::failure;

const NOW: Timestamp = Timestamp::from_micros(1_000_000);

fn operation(state: OperationState, next_step: u32) -> Operation {
    Operation {
        id: OperationId::generate(),
        kind: OperationKind::ServerStart,
        state,
        server_id: ServerId::generate(),
        snapshot_id: None,
        owner_id: UserId::generate(),
        user_id: UserId::generate(),
        request_id: None,
        params: serde_json::Value::Null,
        next_step,
        step_count: 4,
        attempt: 0,
        run_after: NOW,
        lease_owner: None,
        lease_until: NOW,
        epoch: 1,
        cancel_requested: false,
        progress: Progress::default(),
        error: None,
        create_time: NOW,
        start_time: None,
        end_time: None,
    }
}

fn conditions() -> Conditions {
    Conditions {
        now: NOW,
        retry: RetrySettings {
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
            attempts: 3,
        },
        jitter: 1.0,
    }
}

fn no_luck() -> OperationError {
    failure("REASON", "message", "detail")
}

#[test]
fn steps_are_done_in_order_until_the_operation_succeeds() {
    let mut operation = operation(OperationState::Running, 0);
    for step in 1..4 {
        let next = advance(&operation, Event::Done, conditions());
        assert_eq!((next.state, next.next_step), (OperationState::Running, step));
        operation.next_step = step;
    }
    let next = advance(&operation, Event::Done, conditions());
    assert_eq!(next.state, OperationState::Succeeded);
    assert_eq!(next.end_time, Some(NOW));
    assert!(next.release);
}

#[test]
fn a_failure_is_tried_again_later_until_the_tries_are_used_up() {
    let mut operation = operation(OperationState::Running, 2);
    let next = advance(&operation, Event::Failed(no_luck()), conditions());
    assert_eq!(
        (next.state, next.next_step, next.attempt),
        (OperationState::Running, 2, 1)
    );
    assert_eq!(next.run_after, NOW + Duration::from_secs(1));
    assert!(next.release);

    operation.attempt = 2;
    let next = advance(&operation, Event::Failed(no_luck()), conditions());
    assert_eq!(
        (next.state, next.next_step, next.attempt),
        (OperationState::Unwinding, 3, 0)
    );
    assert_eq!(next.error, Some(no_luck()));
}

#[test]
fn a_task_that_came_to_nothing_goes_back_to_the_step_that_began_it() {
    let operation = operation(OperationState::Running, 2);
    let event = |failures| Event::Resubmit {
        error: no_luck(),
        failures,
    };
    let next = advance(&operation, event(2), conditions());
    assert_eq!((next.state, next.next_step), (OperationState::Running, 1));
    assert_eq!(next.run_after, NOW + Duration::from_secs(2));
    let next = advance(&operation, event(3), conditions());
    assert_eq!((next.state, next.next_step), (OperationState::Unwinding, 3));
}

#[test]
fn an_undo_whose_task_came_to_nothing_is_tried_again_until_the_tries_are_used_up() {
    let operation = operation(OperationState::Unwinding, 2);
    let event = |failures| Event::Resubmit {
        error: no_luck(),
        failures,
    };
    let next = advance(&operation, event(2), conditions());
    assert_eq!((next.state, next.next_step), (OperationState::Unwinding, 2));
    assert!(next.release && next.attempt > operation.attempt);
    let next = advance(&operation, event(3), conditions());
    assert_eq!(next.state, OperationState::Stuck);
}

#[test]
fn a_failure_for_good_is_unwound_from_the_step_that_failed() {
    let mut operation = operation(OperationState::Running, 1);
    let next = advance(&operation, Event::Broke(no_luck()), conditions());
    assert_eq!((next.state, next.next_step), (OperationState::Unwinding, 2));

    operation.state = OperationState::Unwinding;
    operation.error = next.error;
    operation.next_step = 1;
    let next = advance(&operation, Event::Done, conditions());
    assert_eq!((next.state, next.next_step), (OperationState::Failed, 0));
    assert_eq!(next.end_time, Some(NOW));
}

#[test]
fn a_cancel_before_the_first_step_still_lets_go_of_the_server() {
    let operation = operation(OperationState::Pending, 0);
    let next = advance(&operation, Event::Cancelled { started: false }, conditions());
    assert_eq!((next.state, next.next_step), (OperationState::Unwinding, 1));
}

#[test]
fn a_cancel_undoes_the_present_step_only_if_it_was_begun() {
    let operation = operation(OperationState::Running, 2);
    let undo_from = |started| advance(&operation, Event::Cancelled { started }, conditions()).next_step;
    assert_eq!((undo_from(false), undo_from(true)), (2, 3));
}

#[test]
fn what_was_cancelled_ends_cancelled() {
    let mut operation = operation(OperationState::Unwinding, 1);
    operation.error = Some(cancelled());
    let next = advance(&operation, Event::Done, conditions());
    assert_eq!(next.state, OperationState::Cancelled);
}

#[test]
fn an_undo_that_fails_for_good_is_stuck_and_keeps_the_first_cause() {
    let mut operation = operation(OperationState::Unwinding, 2);
    operation.error = Some(no_luck());
    let next = advance(
        &operation,
        Event::Broke(failure("OTHER", "cannot undo", "locked")),
        conditions(),
    );
    assert_eq!((next.state, next.next_step), (OperationState::Stuck, 2));
    let error = next.error.unwrap();
    assert_eq!(error.reason, "REASON");
    assert!(error.detail.contains("locked"));
    assert!(next.release);
}

#[test]
fn an_undo_that_is_retried_in_vain_tells_of_its_last_failure_only() {
    let mut operation = operation(OperationState::Unwinding, 2);
    operation.error = Some(no_luck());
    for round in 0..5 {
        let failure = failure("OTHER", "cannot undo", format!("locked {round}"));
        operation.error = advance(&operation, Event::Broke(failure), conditions()).error;
    }
    let detail = operation.error.unwrap().detail;
    assert_eq!(detail, "detail; undo failed: cannot undo: locked 4");
}

#[test]
fn what_cannot_go_on_is_stuck_and_a_retry_undoes_what_was_begun() {
    for (next_step, started, undo_from) in [(0, false, 1), (2, false, 2), (2, true, 3)] {
        let operation = operation(OperationState::Running, next_step);
        let error = no_luck();
        let next = advance(&operation, Event::Stranded { started, error }, conditions());
        assert_eq!((next.state, next.next_step), (OperationState::Stuck, undo_from));
        assert_eq!(next.error, Some(no_luck()));
        assert!(next.release);
    }
    let mut unwinding = operation(OperationState::Unwinding, 3);
    unwinding.error = Some(cancelled());
    let event = Event::Stranded {
        started: true,
        error: no_luck(),
    };
    let next = advance(&unwinding, event, conditions());
    assert_eq!((next.state, next.next_step), (OperationState::Stuck, 3));
    assert_eq!(next.error.unwrap().reason, CANCELLED);
}

#[test]
fn a_shutdown_leaves_the_work_where_it_is_for_the_next_worker() {
    let mut operation = operation(OperationState::Running, 2);
    operation.attempt = 1;
    let next = advance(&operation, Event::Shutdown, conditions());
    assert_eq!(
        (next.state, next.next_step, next.attempt),
        (OperationState::Running, 2, 1)
    );
    assert!(next.release);
}

#[test]
#[expect(clippy::float_cmp, reason = "whole seconds are exact")]
fn waits_double_up_to_the_longest() {
    let mut at = conditions();
    let seconds = |attempt, at| backoff(attempt, at).as_secs_f64();
    assert_eq!(
        [1, 2, 3, 7, 50].map(|n| seconds(n, at)),
        [1.0, 2.0, 4.0, 60.0, 60.0]
    );
    at.jitter = 0.0;
    assert!((seconds(2, at) - 1.0).abs() < 1e-9);
}
