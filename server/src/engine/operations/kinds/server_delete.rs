//! `server.delete/1`: deletes the guest, running or not, and gives everything back. A server that is
//! forgotten is given back without its guest.
//!
//! A cancel is heeded until the deletion has been asked for; after that there is no way back.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::change::Change;
use crate::domain::guest::TaskKind;
use crate::domain::server::{ServerPatch, ServerState};
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::params::DeleteParams;
use crate::engine::operations::step::{Step, Steps};
use crate::engine::operations::step_end::{Effects, StepError, StepOutcome, StepResult};
use crate::engine::operations::steps::{Hold, RemoteTask, Submitted, Words, pair};

pub(crate) fn steps() -> Steps {
    let [submit, wait] = pair(DeleteGuest);
    vec![
        Arc::new(Hold::new(|context, patch| {
            // What never had a guest goes back to what it was.
            let prior = context.params::<DeleteParams>()?.prior_state;
            if prior == ServerState::Failed {
                patch.state = Some(prior);
                patch.state_reason = None;
            }
            Ok(Vec::new())
        })),
        Arc::new(WhereThereIsAGuest(submit)),
        Arc::new(WhereThereIsAGuest(wait)),
        Arc::new(Finish),
    ]
}

struct DeleteGuest;

#[async_trait]
impl RemoteTask for DeleteGuest {
    fn words(&self) -> Words {
        Words {
            submit: "submit_delete",
            wait: "wait_delete",
            title: "Delete the server",
            waiting: "Waiting for the server to be deleted",
        }
    }

    fn kind(&self, _context: &StepContext) -> Result<TaskKind, StepError> {
        Ok(TaskKind::Delete)
    }

    fn deadline(&self, context: &StepContext) -> Result<Duration, StepError> {
        Ok(context.settings.deadlines.delete)
    }

    fn breakable(&self) -> bool {
        false
    }

    async fn submit(&self, context: &StepContext, placed: &Placed) -> Result<Submitted, StepError> {
        if gone(context, placed).await? {
            return Ok(Submitted::NothingToDo);
        }
        Ok(placed.hypervisor.delete(&placed.guest).await?.into())
    }

    async fn verify(&self, context: &StepContext, placed: &Placed, _: bool) -> Result<bool, StepError> {
        gone(context, placed).await
    }
}

/// A server that was lost or never came to be may have a stranger in its place by now, which is none
/// of our business. A live one without its mark is: the hypervisor port refuses to delete it.
async fn gone(context: &StepContext, placed: &Placed) -> Result<bool, StepError> {
    if placed.hypervisor.guest(placed.guest.vmid).await?.is_none() {
        return Ok(true);
    }
    match context.params::<DeleteParams>()?.prior_state {
        ServerState::Lost | ServerState::Failed => Ok(!placed.hypervisor.is_marked(&placed.guest).await?),
        ServerState::Running
        | ServerState::Stopped
        | ServerState::Creating
        | ServerState::Starting
        | ServerState::Stopping
        | ServerState::Restarting
        | ServerState::Resizing
        | ServerState::Updating
        | ServerState::Snapshotting
        | ServerState::Restoring
        | ServerState::Deleting
        | ServerState::Deleted => Ok(false),
    }
}

/// A creation that failed early leaves a server without a place, and a server that is to be forgotten has
/// lost its hypervisor: nothing to do for them outside.
struct WhereThereIsAGuest(Arc<dyn Step>);

#[async_trait]
impl Step for WhereThereIsAGuest {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn title(&self) -> &'static str {
        self.0.title()
    }

    fn cancellable(&self, started: bool) -> bool {
        self.0.cancellable(started)
    }

    async fn run(&self, context: &StepContext) -> StepResult {
        if context.params::<DeleteParams>()?.forget || context.placed().await?.is_none() {
            return Ok(StepOutcome::Done(Effects::default()));
        }
        self.0.run(context).await
    }

    async fn undo(&self, context: &StepContext) -> StepResult {
        if context.params::<DeleteParams>()?.forget {
            return Ok(StepOutcome::done());
        }
        self.0.undo(context).await
    }
}

struct Finish;

#[async_trait]
impl Step for Finish {
    fn name(&self) -> &'static str {
        "finish"
    }

    fn title(&self) -> &'static str {
        "Finish"
    }

    fn cancellable(&self, _started: bool) -> bool {
        false
    }

    async fn run(&self, context: &StepContext) -> StepResult {
        let (server_id, now) = (context.operation.server_id, context.now());
        let patch = ServerPatch {
            state: Some(ServerState::Deleted),
            state_reason: Some(String::new()),
            delete_time: Some(now),
            ..ServerPatch::default()
        };
        Ok(StepOutcome::done_with(vec![
            Change::SnapshotsRemove { server_id },
            Change::AddressesRelease { server_id, now },
            Change::ServerRelease {
                id: server_id,
                operation_id: context.operation.id,
                patch: Box::new(patch),
                now,
            },
        ]))
    }
}
