//! Sets name, processor, memory and network of the guest to the plan; the undo sets them back.

use async_trait::async_trait;

use crate::domain::server::Server;
use crate::engine::operations::context::StepContext;
use crate::engine::operations::step::Step;
use crate::engine::operations::step_end::{StepError, StepOutcome, StepResult};

/// Makes of the server's row what the guest is to be like.
pub(crate) type Reshape = fn(&StepContext, &mut Server) -> Result<(), StepError>;

pub(crate) struct Configure {
    after: Reshape,
    before: Reshape,
    cancellable: bool,
}

impl Configure {
    pub(crate) const fn new(after: Reshape, before: Reshape) -> Self {
        Self {
            after,
            before,
            cancellable: true,
        }
    }

    /// Sets the guest to its row: nothing to set back, and no way back.
    pub(crate) const fn to_row() -> Self {
        Self {
            after: |_, _| Ok(()),
            before: |_, _| Ok(()),
            cancellable: false,
        }
    }

    async fn apply(context: &StepContext, reshape: Reshape) -> StepResult {
        let mut placed = context.require_placed().await?;
        reshape(context, &mut placed.server)?;
        let plan = context.plan(&placed.server).await?;
        placed.hypervisor.configure(&placed.guest, &plan).await?;
        Ok(StepOutcome::done())
    }
}

#[async_trait]
impl Step for Configure {
    fn name(&self) -> &'static str {
        "configure"
    }

    fn title(&self) -> &'static str {
        "Change the configuration"
    }

    fn cancellable(&self, _started: bool) -> bool {
        self.cancellable
    }

    async fn run(&self, context: &StepContext) -> StepResult {
        Self::apply(context, self.after).await
    }

    async fn undo(&self, context: &StepContext) -> StepResult {
        Self::apply(context, self.before).await
    }
}
