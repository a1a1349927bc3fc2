//! The first step of every kind but creation. It does nothing: accepting the operation has taken the
//! server already. Its undo, the last of all undos, lets go of it in the state it really is in.

use async_trait::async_trait;

use super::observe::observe;
use crate::domain::change::Change;
use crate::domain::server::{ServerPatch, ServerState};
use crate::engine::operations::context::StepContext;
use crate::engine::operations::step::Step;
use crate::engine::operations::step_end::{StepError, StepOutcome, StepResult};

/// What an undo takes back in the store besides the state, given the patch that lets go of the server.
pub(crate) type TakeBack = fn(&StepContext, &mut ServerPatch) -> Result<Vec<Change>, StepError>;

pub(crate) struct Hold {
    take_back: TakeBack,
    sizes: bool,
}

impl Hold {
    pub(crate) const fn new(take_back: TakeBack) -> Self {
        Self {
            take_back,
            sizes: false,
        }
    }

    /// Nothing but the state to take back.
    pub(crate) const fn plain() -> Self {
        Self::new(|_, _| Ok(Vec::new()))
    }

    /// For kinds that may leave the guest with other sizes than its row: the row follows the guest.
    pub(crate) const fn and_sizes(self) -> Self {
        Self { sizes: true, ..self }
    }

    async fn settle(&self, context: &StepContext) -> Result<ServerPatch, StepError> {
        let mut patch = observe(context).await?.patch();
        let there = matches!(patch.state, Some(ServerState::Running | ServerState::Stopped));
        if self.sizes
            && there
            && let Some(placed) = context.placed().await?
        {
            let present = placed.hypervisor.configured_resources(&placed.guest).await?;
            patch.resources = Some(present);
        }
        Ok(patch)
    }
}

#[async_trait]
impl Step for Hold {
    fn name(&self) -> &'static str {
        "hold"
    }

    fn title(&self) -> &'static str {
        "Prepare"
    }

    async fn run(&self, _context: &StepContext) -> StepResult {
        Ok(StepOutcome::done())
    }

    async fn undo(&self, context: &StepContext) -> StepResult {
        let mut patch = self.settle(context).await?;
        let mut changes = (self.take_back)(context, &mut patch)?;
        changes.push(Change::ServerRelease {
            id: context.operation.server_id,
            operation_id: context.operation.id,
            patch: Box::new(patch),
            now: context.now(),
        });
        Ok(StepOutcome::done_with(changes))
    }
}
