//! `snapshot.delete/1`: deletes a snapshot. Once it has been asked for there is no way back.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::snapshot_of::{on_guest, snapshot_change, snapshot_id};
use crate::domain::change::Change;
use crate::domain::guest::TaskKind;
use crate::domain::snapshot::SnapshotState;
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::params::SnapshotDeleteParams;
use crate::engine::operations::step::Steps;
use crate::engine::operations::step_end::{StepError, StepOutcome, StepResult};
use crate::engine::operations::steps::{Finish, Hold, RemoteTask, Submitted, Words, pair};

/// Where the deletion is in the list.
const SUBMIT: u32 = 1;

pub(crate) fn steps() -> Steps {
    let hold = Hold::new(|context, _| {
        // Once the deletion was begun, its own undo has looked what is left.
        if context.log.was_started(SUBMIT) {
            return Ok(Vec::new());
        }
        Ok(vec![as_before(context)?])
    });
    let mut steps: Steps = vec![Arc::new(hold)];
    steps.extend(pair(DeleteSnapshot));
    steps.push(Arc::new(Finish::new(|context, _| {
        Ok(vec![Change::SnapshotRemove {
            id: snapshot_id(context)?,
        }])
    })));
    steps
}

struct DeleteSnapshot;

#[async_trait]
impl RemoteTask for DeleteSnapshot {
    fn words(&self) -> Words {
        Words {
            submit: "submit_snapshot_delete",
            wait: "wait_snapshot_delete",
            title: "Delete the snapshot",
            waiting: "Waiting for the snapshot to be deleted",
        }
    }

    fn kind(&self, _context: &StepContext) -> Result<TaskKind, StepError> {
        Ok(TaskKind::SnapshotDelete)
    }

    fn deadline(&self, context: &StepContext) -> Result<Duration, StepError> {
        Ok(context.settings.deadlines.snapshot)
    }

    fn breakable(&self) -> bool {
        false
    }

    async fn submit(&self, context: &StepContext, placed: &Placed) -> Result<Submitted, StepError> {
        let Some(found) = on_guest(context, placed).await? else {
            return Ok(Submitted::NothingToDo);
        };
        let task = placed
            .hypervisor
            .snapshot_delete(&placed.guest, &found.name)
            .await?;
        Ok(task.into())
    }

    async fn verify(&self, context: &StepContext, placed: &Placed, _: bool) -> Result<bool, StepError> {
        Ok(on_guest(context, placed).await?.is_none())
    }

    async fn revert(&self, context: &StepContext, placed: &Placed) -> StepResult {
        let change = match on_guest(context, placed).await? {
            Some(left) if left.incomplete => {
                snapshot_change(context, SnapshotState::Deleting, SnapshotState::Failed)?
            }
            Some(_) => as_before(context)?,
            None => Change::SnapshotRemove {
                id: snapshot_id(context)?,
            },
        };
        Ok(StepOutcome::done_with(vec![change]))
    }
}

/// A failed snapshot does not become a good one by not being deleted.
fn as_before(context: &StepContext) -> Result<Change, StepError> {
    let prior = context.params::<SnapshotDeleteParams>()?.prior_state;
    snapshot_change(context, SnapshotState::Deleting, prior)
}
