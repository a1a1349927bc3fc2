//! Writes the marks by which a guest is known as this server's.

use async_trait::async_trait;

use crate::engine::operations::context::StepContext;
use crate::engine::operations::step::Step;
use crate::engine::operations::step_end::{StepOutcome, StepResult};

pub(crate) struct Mark {
    cancellable: bool,
}

impl Mark {
    pub(crate) const fn new() -> Self {
        Self { cancellable: true }
    }

    pub(crate) const fn past_cancelling() -> Self {
        Self { cancellable: false }
    }
}

#[async_trait]
impl Step for Mark {
    fn name(&self) -> &'static str {
        "mark"
    }

    fn title(&self) -> &'static str {
        "Label the server"
    }

    fn cancellable(&self, _started: bool) -> bool {
        self.cancellable
    }

    async fn run(&self, context: &StepContext) -> StepResult {
        let placed = context.require_placed().await?;
        let plan = context.plan(&placed.server).await?;
        placed.hypervisor.mark(&placed.guest, &plan).await?;
        Ok(StepOutcome::done())
    }
}
