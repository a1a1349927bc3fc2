//! `snapshot.create/1`: takes a snapshot. Undoing deletes what was half made; the row stays as
//! `Failed` for its owner to see, or goes away when the owner cancelled.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::snapshot_of::{TakenSnapshot, description, on_guest, snapshot_change, snapshot_id};
use crate::domain::change::Change;
use crate::domain::guest::TaskKind;
use crate::domain::snapshot::SnapshotState;
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::failure::CANCELLED;
use crate::engine::operations::step::Steps;
use crate::engine::operations::step_end::{Effects, StepError, StepOutcome, StepResult};
use crate::engine::operations::steps::{Finish, Hold, RemoteTask, Submitted, Words, pair, removal};

pub(crate) fn steps() -> Steps {
    let hold = Hold::new(|context, _| {
        let error = context.operation.error.as_ref();
        let change = if error.is_some_and(|error| error.reason != CANCELLED) {
            snapshot_change(context, SnapshotState::Creating, SnapshotState::Failed)?
        } else {
            Change::SnapshotRemove {
                id: snapshot_id(context)?,
            }
        };
        Ok(vec![change])
    });
    let mut steps: Steps = vec![Arc::new(hold)];
    steps.extend(pair(TakeSnapshot));
    steps.push(Arc::new(Finish::new(|context, _| {
        Ok(vec![snapshot_change(
            context,
            SnapshotState::Creating,
            SnapshotState::Ready,
        )?])
    })));
    steps
}

struct TakeSnapshot;

#[async_trait]
impl RemoteTask for TakeSnapshot {
    fn words(&self) -> Words {
        Words {
            submit: "submit_snapshot",
            wait: "wait_snapshot",
            title: "Take the snapshot",
            waiting: "Waiting for the snapshot",
        }
    }

    fn kind(&self, _context: &StepContext) -> Result<TaskKind, StepError> {
        Ok(TaskKind::SnapshotCreate)
    }

    fn deadline(&self, context: &StepContext) -> Result<Duration, StepError> {
        Ok(context.settings.deadlines.snapshot)
    }

    async fn submit(&self, context: &StepContext, placed: &Placed) -> Result<Submitted, StepError> {
        let snapshot = TakenSnapshot::of(context).await?;
        let task = placed
            .hypervisor
            .snapshot_create(&placed.guest, snapshot.name(), &description(&snapshot.0))
            .await?;
        Ok(task.into())
    }

    async fn verify(&self, context: &StepContext, placed: &Placed, _: bool) -> Result<bool, StepError> {
        let found = on_guest(context, placed).await?;
        Ok(found.is_some_and(|snapshot| !snapshot.incomplete))
    }

    async fn revert(&self, context: &StepContext, placed: &Placed) -> StepResult {
        if let Some(waiting) = removal(self, context, placed).await? {
            return Ok(waiting);
        }
        let Some(found) = on_guest(context, placed).await? else {
            return Ok(StepOutcome::done());
        };
        match placed
            .hypervisor
            .snapshot_delete(&placed.guest, &found.name)
            .await?
        {
            None => Ok(StepOutcome::done()),
            Some(task) => Ok(StepOutcome::Again(Effects {
                task: Some(task),
                ..Effects::default()
            })),
        }
    }
}
