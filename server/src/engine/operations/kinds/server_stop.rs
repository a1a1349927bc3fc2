//! `server.stop/1`: asks a server to shut down and cuts it off if told to, or cuts it off at once.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::guest::{GuestStatus, TaskKind};
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::params::{StopHow, StopParams};
use crate::engine::operations::step::Steps;
use crate::engine::operations::step_end::StepError;
use crate::engine::operations::steps::{Finish, Hold, RemoteTask, Submitted, Words, pair};

pub(crate) fn steps() -> Steps {
    // However it ends: a server that is stopped then is not down.
    let mut steps: Steps = vec![Arc::new(Hold::new(|_, patch| {
        patch.stopped_on_purpose();
        Ok(Vec::new())
    }))];
    steps.extend(pair(Stop));
    steps.push(Arc::new(Finish::new(|_, patch| {
        patch.stopped_on_purpose();
        Ok(Vec::new())
    })));
    steps
}

struct Stop;

fn how(context: &StepContext) -> Result<StopHow, StepError> {
    Ok(context.params::<StopParams>()?.how)
}

#[async_trait]
impl RemoteTask for Stop {
    fn words(&self) -> Words {
        Words {
            submit: "submit_stop",
            wait: "wait_stop",
            title: "Stop the server",
            waiting: "Waiting for the server to stop",
        }
    }

    fn kind(&self, context: &StepContext) -> Result<TaskKind, StepError> {
        Ok(match how(context)? {
            StopHow::Graceful { .. } => TaskKind::Shutdown,
            StopHow::Now => TaskKind::Stop,
        })
    }

    fn deadline(&self, context: &StepContext) -> Result<Duration, StepError> {
        let slack = context.settings.deadlines.stop;
        Ok(match how(context)? {
            StopHow::Graceful { timeout, .. } => timeout + slack,
            StopHow::Now => slack,
        })
    }

    async fn submit(&self, context: &StepContext, placed: &Placed) -> Result<Submitted, StepError> {
        let task = match how(context)? {
            StopHow::Graceful { timeout, force } => {
                placed.hypervisor.shutdown(&placed.guest, timeout, force).await?
            }
            StopHow::Now => placed.hypervisor.stop(&placed.guest).await?,
        };
        Ok(task.into())
    }

    async fn verify(&self, _: &StepContext, placed: &Placed, _: bool) -> Result<bool, StepError> {
        let guest = placed.hypervisor.guest(placed.guest.vmid).await?;
        Ok(guest.is_none_or(|guest| guest.status == GuestStatus::Stopped))
    }
}
