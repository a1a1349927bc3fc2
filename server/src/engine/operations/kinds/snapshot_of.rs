//! The snapshot that an operation is about, and the mark by which it is known on the hypervisor.

use crate::domain::change::{Change, SnapshotGuard};
use crate::domain::guest::GuestSnapshot;
use crate::domain::ids::SnapshotId;
use crate::domain::snapshot::{Snapshot, SnapshotState};
use crate::engine::operations::context::{Placed, StepContext};
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

/// The operation's snapshot as it is on the guest. One of the same name that somebody else took is not it,
/// and is left alone.
pub(crate) async fn on_guest(
    context: &StepContext,
    placed: &Placed,
) -> Result<Option<GuestSnapshot>, StepError> {
    if placed.hypervisor.guest(placed.guest.vmid).await?.is_none() {
        return Ok(None);
    }
    let wanted = TakenSnapshot::of(context).await?;
    let mark = mark(&wanted.0);
    let found = placed.hypervisor.snapshots(&placed.guest).await?;
    Ok(found.into_iter().find(|snapshot| {
        snapshot.name == wanted.name()
            && snapshot.description.lines().next().map(str::trim_end) == Some(&*mark)
    }))
}

fn mark(snapshot: &Snapshot) -> String {
    format!("hostler snapshot {}", snapshot.id)
}

/// What the hypervisor keeps with the snapshot: its mark, then the owner's words on a line of their own.
pub(crate) fn description(snapshot: &Snapshot) -> String {
    format!("{}\n{}", mark(snapshot), snapshot.description)
        .trim_end()
        .to_owned()
}
