//! Durable work: a row that says what is to be done, how far it is and who is at it.

use serde_json::Value;
use uuid::Uuid;

use super::codes::{Code, coded};
use super::ids::{EventId, OperationId, ServerId, SnapshotId, UserId};
use super::time::Timestamp;

coded! {
    /// What an operation does. The text carries the version of its list of steps: released lists
    /// only ever grow at the end, anything else is a new version.
    OperationKind {
        ServerCreate = "server.create/1",
        ServerStart = "server.start/1",
        ServerStop = "server.stop/1",
        ServerRestart = "server.restart/1",
        ServerDelete = "server.delete/1",
        ServerResize = "server.resize/1",
        ServerRename = "server.rename/1",
        ServerResetPassword = "server.reset_password/1",
        SnapshotCreate = "snapshot.create/1",
        SnapshotRestore = "snapshot.restore/1",
        SnapshotDelete = "snapshot.delete/1",
    }
}

impl OperationKind {
    /// The name callers see: without the version.
    pub fn public_name(self) -> &'static str {
        let code = self.code();
        code.split_once('/').map_or(code, |(name, _)| name)
    }
}

coded! {
    OperationState {
        /// Accepted; no worker has begun.
        Pending = "pending",
        Running = "running",
        /// A step failed for good, or somebody cancelled: what was done is being undone.
        Unwinding = "unwinding",
        Succeeded = "succeeded",
        Failed = "failed",
        Cancelled = "cancelled",
        /// An undo does not succeed. An operator must look and retry.
        Stuck = "stuck",
    }
}

impl OperationState {
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Succeeded | Self::Failed | Self::Cancelled => true,
            Self::Pending | Self::Running | Self::Unwinding | Self::Stuck => false,
        }
    }
}

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationError {
    /// Stable, such as `HYPERVISOR_REJECTED`.
    pub reason: String,
    /// For everybody.
    pub message: String,
    /// The hypervisor's own words, for staff.
    pub detail: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Of the current step, where the hypervisor tells.
    pub percent: Option<u8>,
    /// What is being done, for people.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    pub id: OperationId,
    pub kind: OperationKind,
    pub state: OperationState,
    pub server_id: ServerId,
    pub snapshot_id: Option<SnapshotId>,
    pub owner_id: UserId,
    /// Who asked.
    pub user_id: UserId,
    /// The caller's idempotency key.
    pub request_id: Option<Uuid>,
    /// What the kind needs to know, in the kind's own shape.
    pub params: Value,
    /// Running: the step to do next. Unwinding: one past the step to undo next, 0 when all is undone.
    pub next_step: u32,
    pub step_count: u32,
    /// Tries of the current step that have failed.
    pub attempt: u32,
    /// Not before this time.
    pub run_after: Timestamp,
    /// Who is at it: `None` when nobody is.
    pub lease_owner: Option<String>,
    pub lease_until: Timestamp,
    /// Grows with every claim; each write of a worker names the epoch it claimed.
    pub epoch: i64,
    pub cancel_requested: bool,
    pub progress: Progress,
    pub error: Option<OperationError>,
    pub create_time: Timestamp,
    pub start_time: Option<Timestamp>,
    pub end_time: Option<Timestamp>,
}

coded! {
    StepDirection {
        Do = "do",
        Undo = "undo",
    }
}

coded! {
    StepStatus {
        Started = "started",
        Done = "done",
        Failed = "failed",
    }
}

/// One line of an operation's log. Lines are only ever added.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRecord {
    pub id: EventId,
    pub operation_id: OperationId,
    /// The claim under which it was written.
    pub epoch: i64,
    pub index: u32,
    /// The step's stable name, such as `submit_create`.
    pub name: String,
    pub direction: StepDirection,
    pub status: StepStatus,
    pub attempt: u32,
    /// What later steps need from this one.
    pub output: Value,
    /// The remote task this step began, such as a Proxmox UPID.
    pub external_ref: Option<String>,
    /// For staff: what went wrong, in the hypervisor's words.
    pub detail: String,
    pub create_time: Timestamp,
}

/// A worker's right to write to an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub operation_id: OperationId,
    pub epoch: i64,
}

/// What a worker writes about an operation after a step. Every field is written.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationAdvance {
    pub state: OperationState,
    pub next_step: u32,
    pub attempt: u32,
    pub run_after: Timestamp,
    pub progress: Progress,
    pub error: Option<OperationError>,
    /// `None` leaves them as they are; the last write scrubs what must not be kept.
    pub params: Option<Value>,
    pub end_time: Option<Timestamp>,
    /// Gives the lease back, so that anybody may claim it after `run_after`.
    pub release: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationFilter {
    pub owner_id: Option<UserId>,
    pub server_id: Option<ServerId>,
    /// Empty is all.
    pub states: Vec<OperationState>,
}
