//! The states of an operation: pure, so that every move can be tested without a store.

use std::time::Duration;

use super::failure::{CANCELLED, cancelled};
use super::settings::RetrySettings;
use crate::domain::operation::{Operation, OperationAdvance, OperationError, OperationState, Progress};
use crate::domain::time::Timestamp;

/// What precedes the reason of a failed undo in the detail of an error.
const UNDO_FAILED: &str = "undo failed: ";

/// What happened to the step that an operation is at.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// The step is done, in whichever direction.
    Done,
    /// The step is to be run again at once.
    Again,
    /// It failed, and may succeed later.
    Failed(OperationError),
    /// The task that was begun came to nothing, and is to be begun again: by the step before this one, or by the undo
    /// that waits for it. `failures` so far, this one included.
    Resubmit { error: OperationError, failures: u32 },
    /// It failed for good.
    Broke(OperationError),
    /// No step can go on from here, in either direction: an operator has to look. `started` as below.
    Stranded { started: bool, error: OperationError },
    /// Somebody cancelled; `started` when the step may have done something already.
    Cancelled { started: bool },
    /// This worker has to stop: anybody may go on from here.
    Shutdown,
}

/// What the move needs to know besides the operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions {
    pub(super) now: Timestamp,
    pub(super) retry: RetrySettings,
    /// From 0 to 1: where in its range a wait falls.
    pub(super) jitter: f64,
}

/// Where the operation stands after the event. Titles of progress are the caller's to fill in.
pub(super) fn advance(operation: &Operation, event: Event, conditions: Conditions) -> OperationAdvance {
    let mut next = OperationAdvance {
        state: operation.state,
        next_step: operation.next_step,
        attempt: operation.attempt,
        run_after: conditions.now,
        progress: Progress::default(),
        error: operation.error.clone(),
        params: None,
        end_time: None,
        release: false,
    };
    match event {
        Event::Done => done(&mut next, operation.step_count, conditions.now),
        Event::Again => next.attempt = 0,
        Event::Failed(error) => {
            next.attempt += 1;
            if next.attempt < conditions.retry.attempts {
                next.run_after = conditions.now + backoff(next.attempt, conditions);
                next.release = true;
            } else {
                broke(&mut next, error);
            }
        }
        Event::Resubmit { error, failures } => {
            if failures < conditions.retry.attempts {
                match next.state {
                    OperationState::Unwinding => next.attempt += 1,
                    OperationState::Pending
                    | OperationState::Running
                    | OperationState::Succeeded
                    | OperationState::Failed
                    | OperationState::Cancelled
                    | OperationState::Stuck => {
                        next.attempt = 0;
                        next.next_step = next.next_step.saturating_sub(1);
                    }
                }
                next.run_after = conditions.now + backoff(failures, conditions);
                next.release = true;
            } else {
                broke(&mut next, error);
            }
        }
        Event::Broke(error) => broke(&mut next, error),
        Event::Stranded { started, error } => stranded(&mut next, started, error),
        Event::Cancelled { started } => {
            // The first step's undo lets go of the server: it runs even if nothing else has.
            let undo_from = (next.next_step + u32::from(started)).max(1);
            unwind(&mut next, undo_from, cancelled());
        }
        Event::Shutdown => next.release = true,
    }
    next
}

fn done(next: &mut OperationAdvance, step_count: u32, now: Timestamp) {
    next.attempt = 0;
    match next.state {
        OperationState::Unwinding => {
            next.next_step = next.next_step.saturating_sub(1);
            if next.next_step == 0 {
                next.state = match &next.error {
                    Some(error) if error.reason != CANCELLED => OperationState::Failed,
                    Some(_) | None => OperationState::Cancelled,
                };
            }
        }
        OperationState::Pending | OperationState::Running => {
            next.next_step += 1;
            if next.next_step >= step_count {
                next.state = OperationState::Succeeded;
            }
        }
        OperationState::Succeeded
        | OperationState::Failed
        | OperationState::Cancelled
        | OperationState::Stuck => {}
    }
    if next.state.is_terminal() {
        next.end_time = Some(now);
        next.release = true;
    }
}

fn broke(next: &mut OperationAdvance, error: OperationError) {
    match next.state {
        OperationState::Pending | OperationState::Running => {
            let undo_from = next.next_step + 1;
            unwind(next, undo_from, error);
        }
        OperationState::Unwinding => stuck(next, &error),
        OperationState::Succeeded
        | OperationState::Failed
        | OperationState::Cancelled
        | OperationState::Stuck => {}
    }
}

fn stranded(next: &mut OperationAdvance, started: bool, error: OperationError) {
    match next.state {
        OperationState::Pending | OperationState::Running => {
            // Where a retry begins to undo.
            let undo_from = (next.next_step + u32::from(started)).max(1);
            unwind(next, undo_from, error);
            next.state = OperationState::Stuck;
            next.release = true;
        }
        OperationState::Unwinding => stuck(next, &error),
        OperationState::Succeeded
        | OperationState::Failed
        | OperationState::Cancelled
        | OperationState::Stuck => {}
    }
}

/// Why it unwound stays; staff also read why it cannot, as of the last try: an operator may retry
/// any number of times.
fn stuck(next: &mut OperationAdvance, error: &OperationError) {
    next.state = OperationState::Stuck;
    next.attempt = 0;
    next.release = true;
    let why = next.error.get_or_insert_with(cancelled);
    let first_cause = why.detail.find(UNDO_FAILED).unwrap_or(why.detail.len());
    why.detail.truncate(first_cause);
    let detail = why.detail.trim_end_matches("; ");
    let separator = if detail.is_empty() { "" } else { "; " };
    why.detail = format!(
        "{detail}{separator}{UNDO_FAILED}{}: {}",
        error.message, error.detail
    );
}

fn unwind(next: &mut OperationAdvance, undo_from: u32, error: OperationError) {
    next.state = OperationState::Unwinding;
    next.next_step = undo_from;
    next.attempt = 0;
    next.error = Some(error);
}

/// Doubles with each try up to the longest wait; the upper half of it is left to chance.
fn backoff(attempt: u32, conditions: Conditions) -> Duration {
    let doublings = attempt.saturating_sub(1).min(20);
    let wait = conditions
        .retry
        .first_wait
        .saturating_mul(1 << doublings)
        .min(conditions.retry.longest_wait);
    wait.mul_f64(0.5 + conditions.jitter.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
