//! How a step can end.

use std::time::Duration;

use serde_json::Value;

use crate::domain::change::Change;
use crate::domain::guest::TaskRef;
use crate::domain::operation::OperationError;

pub(super) type StepResult = Result<StepOutcome, StepError>;

/// How a step goes on when nothing failed.
#[derive(Debug)]
pub(super) enum StepOutcome {
    /// The next step is due.
    Done(Effects),
    /// Not there yet: look again, without a line in the log.
    Poll {
        after: Duration,
        percent: Option<u8>,
        text: String,
    },
    /// Write this down, then run the same step again.
    Again(Effects),
}

/// What is written down together with the end of a step.
#[derive(Debug, Default)]
pub(super) struct Effects {
    pub(super) output: Value,
    /// The remote task that the step began.
    pub(super) task: Option<TaskRef>,
    pub(super) changes: Vec<Change>,
}

impl StepOutcome {
    pub(super) fn done() -> Self {
        Self::Done(Effects::default())
    }

    pub(super) fn done_with(changes: Vec<Change>) -> Self {
        Self::Done(Effects {
            changes,
            ..Effects::default()
        })
    }
}

/// How a step fails. Each carries what to say when it is for good.
#[derive(Debug)]
pub(super) enum StepError {
    /// Worth another try later.
    Transient(OperationError),
    /// The task that the step before began, or this undo, came to nothing: it is worth another try.
    Resubmit(OperationError),
    /// No try will help.
    Permanent(OperationError),
}
