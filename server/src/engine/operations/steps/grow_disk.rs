//! Grows the guest's root disk to a size. Disks only grow: there is no way back from here.

use std::time::Duration;

use async_trait::async_trait;

use super::remote::{RemoteTask, Submitted, Words};
use crate::domain::guest::TaskKind;
use crate::domain::server::Server;
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::step_end::StepError;

type Size = fn(&StepContext, &Server) -> Result<u64, StepError>;

pub(crate) struct GrowDisk {
    size: Size,
    cancellable_before: bool,
}

impl GrowDisk {
    pub(crate) const fn to(size: Size) -> Self {
        Self {
            size,
            cancellable_before: true,
        }
    }

    /// To what the server's row says.
    pub(crate) const fn to_row() -> Self {
        Self::to(|_, server| Ok(server.resources.disk_bytes))
    }

    pub(crate) const fn past_cancelling(self) -> Self {
        Self {
            cancellable_before: false,
            ..self
        }
    }
}

#[async_trait]
impl RemoteTask for GrowDisk {
    fn words(&self) -> Words {
        Words {
            submit: "submit_grow_disk",
            wait: "wait_grow_disk",
            title: "Grow the disk",
            waiting: "Waiting for the disk to grow",
        }
    }

    fn kind(&self, _context: &StepContext) -> Result<TaskKind, StepError> {
        Ok(TaskKind::Resize)
    }

    fn deadline(&self, context: &StepContext) -> Result<Duration, StepError> {
        Ok(context.settings.deadlines.resize)
    }

    /// Broken off half way, a volume and the file system on it disagree.
    fn breakable(&self) -> bool {
        false
    }

    fn cancellable_before(&self) -> bool {
        self.cancellable_before
    }

    async fn submit(&self, context: &StepContext, placed: &Placed) -> Result<Submitted, StepError> {
        let wanted = (self.size)(context, &placed.server)?;
        let present = placed.hypervisor.configured_resources(&placed.guest).await?;
        if present.disk_bytes >= wanted {
            return Ok(Submitted::NothingToDo);
        }
        Ok(placed.hypervisor.grow_disk(&placed.guest, wanted).await?.into())
    }

    async fn verify(&self, context: &StepContext, placed: &Placed, _: bool) -> Result<bool, StepError> {
        let wanted = (self.size)(context, &placed.server)?;
        let present = placed.hypervisor.configured_resources(&placed.guest).await?;
        Ok(present.disk_bytes >= wanted)
    }
}
