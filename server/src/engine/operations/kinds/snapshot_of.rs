//! The snapshot that an operation is about, and the mark by which it is known on the hypervisor.

use crate::domain::change::{Change, SnapshotGuard};
use crate::domain::ids::SnapshotId;
use crate::domain::snapshot::{Snapshot, SnapshotState};
use crate::engine::operations::context::StepContext;
use crate::engine::operations::failure::internal;
use crate::engine::operations::step_end::StepError;

pub(crate) struct TakenSnapshot(pub(crate) Snapshot);

impl TakenSnapshot {
    pub(crate) async fn of(context: &StepContext) -> Result<Self, StepError> {
        let id = snapshot_id(context)?;
        Ok(Self(context.ports.store.snapshot_get(id).await?))
    }

    pub(crate) fn name(&self) -> &str {
        self.0.name.as_str()
    }
}

pub(crate) fn snapshot_id(context: &StepContext) -> Result<SnapshotId, StepError> {
    context
        .operation
        .snapshot_id
        .ok_or_else(|| internal("the operation names no snapshot"))
}

/// Ends the work on the snapshot, which has been in the state `from` since it was accepted.
pub(crate) fn snapshot_change(
    context: &StepContext,
    from: SnapshotState,
    state: SnapshotState,
) -> Result<Change, StepError> {
    Ok(Change::SnapshotUpdate {
        id: snapshot_id(context)?,
        guard: SnapshotGuard::State(from),
        state,
        now: context.now(),
    })
}

/// What the hypervisor keeps with the snapshot: its id, then the owner's words on a line of their own.
pub(crate) fn description(snapshot: &Snapshot) -> String {
    format!("hostler snapshot {}\n{}", snapshot.id, snapshot.description)
        .trim_end()
        .to_owned()
}
