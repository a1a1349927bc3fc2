//! What a step is and how it can end.
//!
//! A step may be called again after any crash, so it looks before it acts: the same call twice
//! leads to the same world. Its undo treats "already gone" as done.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use super::context::StepContext;
use crate::domain::change::Change;
use crate::domain::guest::TaskRef;
use crate::domain::operation::OperationError;

#[async_trait]
pub(super) trait Step: Send + Sync {
    /// Stable, such as `submit_create`: in the log and in the names of fault points.
    fn name(&self) -> &'static str;

    /// What it does, for people, such as "Create the server".
    fn title(&self) -> &'static str;

    /// Whether a cancel is heeded before this step, or while it waits. From the first step that says
    /// no the operation goes on to its end. `started`: the step has been begun before.
    fn cancellable(&self, _started: bool) -> bool {
        true
    }

    async fn run(&self, context: &StepContext) -> StepResult;

    /// Takes back what `run` did, or may have done before a crash.
    async fn undo(&self, _context: &StepContext) -> StepResult {
        Ok(StepOutcome::done())
    }
}

pub(super) type Steps = Vec<Arc<dyn Step>>;
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
    /// The task that the step before began came to nothing: that step is worth another try.
    Resubmit(OperationError),
    /// No try will help.
    Permanent(OperationError),
}
