//! The last step: the server is let go of in the state it really is in, with what the kind changed.

use async_trait::async_trait;

use super::observe::observe;
use crate::domain::change::Change;
use crate::domain::server::ServerPatch;
use crate::engine::operations::context::StepContext;
use crate::engine::operations::step::Step;
use crate::engine::operations::step_end::{StepError, StepOutcome, StepResult};

/// What a kind writes at its end, given the patch that lets go of the server.
pub(crate) type Conclude = fn(&StepContext, &mut ServerPatch) -> Result<Vec<Change>, StepError>;

pub(crate) struct Finish {
    conclude: Conclude,
}

impl Finish {
    pub(crate) const fn new(conclude: Conclude) -> Self {
        Self { conclude }
    }

    /// Nothing but the state to write.
    pub(crate) const fn plain() -> Self {
        Self::new(|_, _| Ok(Vec::new()))
    }
}

#[async_trait]
impl Step for Finish {
    fn name(&self) -> &'static str {
        "finish"
    }

    fn title(&self) -> &'static str {
        "Finish"
    }

    /// Everything has been done: undoing it now would help nobody.
    fn cancellable(&self, _started: bool) -> bool {
        false
    }

    async fn run(&self, context: &StepContext) -> StepResult {
        let mut patch = observe(context).await?.patch();
        let mut changes = (self.conclude)(context, &mut patch)?;
        changes.push(Change::ServerRelease {
            id: context.operation.server_id,
            operation_id: context.operation.id,
            patch: Box::new(patch),
            now: context.now(),
        });
        Ok(StepOutcome::done_with(changes))
    }
}
