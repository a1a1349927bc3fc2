//! What a step is. How it can end is in `step_end.rs`.
//!
//! A step may be called again after any crash, so it looks before it acts: the same call twice
//! leads to the same world. Its undo treats "already gone" as done.

use std::sync::Arc;

use async_trait::async_trait;

use super::context::StepContext;
use super::step_end::{StepOutcome, StepResult};

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
