//! `snapshot.restore/1`: sets the disk back, then makes the rest what the plan says again.
//!
//! A rollback brings back the sizes, the name, the network and the marks of then as well, so all of
//! them are written anew. Once it has been asked for, the operation goes on to its end.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::snapshot_of::{on_guest, snapshot_change};
use crate::domain::guest::TaskKind;
use crate::domain::snapshot::SnapshotState;
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::params::RestoreParams;
use crate::engine::operations::step::Steps;
use crate::engine::operations::step_end::StepError;
use crate::engine::operations::steps::{
    Configure, Finish, GrowDisk, Hold, Mark, RemoteTask, Start, Submitted, Words, pair,
};
use crate::ports::hypervisor::HypervisorError;

pub(crate) fn steps() -> Steps {
    let hold = Hold::new(|context, _| {
        Ok(vec![snapshot_change(
            context,
            SnapshotState::Restoring,
            SnapshotState::Ready,
        )?])
    });
    let mut steps: Steps = vec![Arc::new(hold.and_sizes())];
    steps.extend(pair(Rollback));
    steps.push(Arc::new(Configure::to_row()));
    steps.push(Arc::new(Mark::past_cancelling()));
    steps.extend(pair(GrowDisk::to_row().past_cancelling()));
    let start = Start::when(|context| Ok(context.params::<RestoreParams>()?.start));
    steps.extend(pair(start.past_cancelling()));
    steps.push(Arc::new(Finish::new(|context, patch| {
        if !context.params::<RestoreParams>()?.start {
            patch.stopped_on_purpose();
        }
        Ok(vec![snapshot_change(
            context,
            SnapshotState::Restoring,
            SnapshotState::Ready,
        )?])
    })));
    steps
}

struct Rollback;

#[async_trait]
impl RemoteTask for Rollback {
    fn words(&self) -> Words {
        Words {
            submit: "submit_rollback",
            wait: "wait_rollback",
            title: "Set the disk back",
            waiting: "Waiting for the disk to be set back",
        }
    }

    fn kind(&self, _context: &StepContext) -> Result<TaskKind, StepError> {
        Ok(TaskKind::SnapshotRollback)
    }

    fn deadline(&self, context: &StepContext) -> Result<Duration, StepError> {
        Ok(context.settings.deadlines.snapshot)
    }

    fn breakable(&self) -> bool {
        false
    }

    async fn submit(&self, context: &StepContext, placed: &Placed) -> Result<Submitted, StepError> {
        let Some(found) = on_guest(context, placed).await? else {
            return Err(
                HypervisorError::NotFound("the guest has no such snapshot of ours".to_owned()).into(),
            );
        };
        let task = placed
            .hypervisor
            .snapshot_rollback(&placed.guest, &found.name)
            .await?;
        Ok(Submitted::Task(task))
    }

    /// Only the task can tell: a guest that was set back looks like one that was not.
    async fn verify(&self, _: &StepContext, _: &Placed, ended_well: bool) -> Result<bool, StepError> {
        Ok(ended_well)
    }
}
