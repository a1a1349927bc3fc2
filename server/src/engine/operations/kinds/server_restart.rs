//! `server.restart/1`: shuts a server down, cuts it off when the time is up, and starts it again.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::guest::{GuestStatus, TaskKind};
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::params::RestartParams;
use crate::engine::operations::step::Steps;
use crate::engine::operations::step_end::StepError;
use crate::engine::operations::steps::{Finish, Hold, RemoteTask, Submitted, Words, pair};

pub(crate) fn steps() -> Steps {
    let mut steps: Steps = vec![Arc::new(Hold::plain())];
    steps.extend(pair(Restart));
    steps.push(Arc::new(Finish::plain()));
    steps
}

struct Restart;

#[async_trait]
impl RemoteTask for Restart {
    fn words(&self) -> Words {
        Words {
            submit: "submit_restart",
            wait: "wait_restart",
            title: "Restart the server",
            waiting: "Waiting for the server to restart",
        }
    }

    fn kind(&self, _context: &StepContext) -> Result<TaskKind, StepError> {
        Ok(TaskKind::Restart)
    }

    fn deadline(&self, context: &StepContext) -> Result<Duration, StepError> {
        let timeout = context.params::<RestartParams>()?.timeout;
        Ok(timeout + context.settings.deadlines.start)
    }

    /// Broken off half way, the server would stay down.
    fn breakable(&self) -> bool {
        false
    }

    async fn submit(&self, context: &StepContext, placed: &Placed) -> Result<Submitted, StepError> {
        let timeout = context.params::<RestartParams>()?.timeout;
        Ok(placed.hypervisor.restart(&placed.guest, timeout).await?.into())
    }

    /// A server that runs may be one that was never restarted: only the task can tell.
    async fn verify(&self, _: &StepContext, placed: &Placed, ended_well: bool) -> Result<bool, StepError> {
        let guest = placed.hypervisor.guest(placed.guest.vmid).await?;
        Ok(ended_well && guest.is_some_and(|guest| guest.status == GuestStatus::Running))
    }
}
