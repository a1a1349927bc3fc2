//! Starts the guest, unless the params say to leave it stopped.

use std::time::Duration;

use async_trait::async_trait;

use super::remote::{RemoteTask, Submitted, Words};
use crate::domain::guest::{GuestStatus, TaskKind};
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::step_end::StepError;

/// Whether the operation is to start the guest at all.
pub(crate) type Wanted = fn(&StepContext) -> Result<bool, StepError>;

pub(crate) struct Start {
    wanted: Wanted,
    /// False once the operation cannot turn back any more.
    cancellable: bool,
}

impl Start {
    pub(crate) const fn always() -> Self {
        Self {
            wanted: |_| Ok(true),
            cancellable: true,
        }
    }

    pub(crate) const fn when(wanted: Wanted) -> Self {
        Self {
            wanted,
            cancellable: true,
        }
    }

    pub(crate) const fn past_cancelling(self) -> Self {
        Self {
            cancellable: false,
            ..self
        }
    }
}

#[async_trait]
impl RemoteTask for Start {
    fn words(&self) -> Words {
        Words {
            submit: "submit_start",
            wait: "wait_start",
            title: "Start the server",
            waiting: "Waiting for the server to start",
        }
    }

    fn kind(&self, _context: &StepContext) -> Result<TaskKind, StepError> {
        Ok(TaskKind::Start)
    }

    fn deadline(&self, context: &StepContext) -> Result<Duration, StepError> {
        Ok(context.settings.deadlines.start)
    }

    fn breakable(&self) -> bool {
        self.cancellable
    }

    fn cancellable_before(&self) -> bool {
        self.cancellable
    }

    async fn submit(&self, context: &StepContext, placed: &Placed) -> Result<Submitted, StepError> {
        if !(self.wanted)(context)? {
            return Ok(Submitted::NothingToDo);
        }
        Ok(placed.hypervisor.start(&placed.guest).await?.into())
    }

    async fn verify(&self, context: &StepContext, placed: &Placed, _: bool) -> Result<bool, StepError> {
        if !(self.wanted)(context)? {
            return Ok(true);
        }
        let guest = placed.hypervisor.guest(placed.guest.vmid).await?;
        Ok(guest.is_some_and(|guest| guest.status == GuestStatus::Running))
    }
}
