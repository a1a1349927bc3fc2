//! An operation and its log lines as they lie in their tables.

use diesel::prelude::*;
use uuid::Uuid;

use super::columns::AnyId;
use super::rows::Row;
use super::schema::{operation_steps, operations};
use crate::domain::codes::Code;
use crate::domain::ids::{EventId, OperationId, ServerId, SnapshotId, UserId};
use crate::domain::operation::{
    Lease, Operation, OperationError, OperationKind, OperationState, Progress, StepDirection, StepRecord,
    StepStatus,
};
use crate::domain::time::Timestamp;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = operations, treat_none_as_default_value = false)]
pub(super) struct OperationRow {
    id: OperationId,
    kind: String,
    state: String,
    server_id: ServerId,
    snapshot_id: Option<SnapshotId>,
    owner_id: UserId,
    user_id: UserId,
    request_id: Option<AnyId>,
    params: String,
    next_step: i64,
    step_count: i64,
    attempt: i64,
    run_after: Timestamp,
    lease_owner: Option<String>,
    lease_until: Timestamp,
    epoch: i64,
    cancel_requested: bool,
    progress_percent: Option<i64>,
    progress_text: String,
    error_reason: Option<String>,
    error_message: Option<String>,
    error_detail: Option<String>,
    create_time: Timestamp,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
}

impl From<&Operation> for OperationRow {
    fn from(operation: &Operation) -> Self {
        let error = operation.error.as_ref();
        Self {
            id: operation.id,
            kind: operation.kind.code().to_owned(),
            state: operation.state.code().to_owned(),
            server_id: operation.server_id,
            snapshot_id: operation.snapshot_id,
            owner_id: operation.owner_id,
            user_id: operation.user_id,
            request_id: operation.request_id.map(AnyId::from_uuid),
            params: operation.params.to_string(),
            next_step: operation.next_step.into(),
            step_count: operation.step_count.into(),
            attempt: operation.attempt.into(),
            run_after: operation.run_after,
            lease_owner: operation.lease_owner.clone(),
            lease_until: operation.lease_until,
            epoch: operation.epoch,
            cancel_requested: operation.cancel_requested,
            progress_percent: operation.progress.percent.map(i64::from),
            progress_text: operation.progress.text.clone(),
            error_reason: error.map(|error| error.reason.clone()),
            error_message: error.map(|error| error.message.clone()),
            error_detail: error.map(|error| error.detail.clone()),
            create_time: operation.create_time,
            start_time: operation.start_time,
            end_time: operation.end_time,
        }
    }
}

impl OperationRow {
    /// The claim under which the row was read.
    pub(super) fn lease(&self) -> Lease {
        Lease {
            operation_id: self.id,
            epoch: self.epoch,
        }
    }
}

impl Row for OperationRow {
    type Domain = Operation;
    const TABLE: &'static str = "operations";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Operation> {
        let percent = match self.progress_percent {
            Some(percent) => Some(percent.try_into().ok()?),
            None => None,
        };
        let error = self.error_reason.map(|reason| OperationError {
            reason,
            message: self.error_message.unwrap_or_default(),
            detail: self.error_detail.unwrap_or_default(),
        });
        Some(Operation {
            id: self.id,
            kind: OperationKind::from_code(&self.kind)?,
            state: OperationState::from_code(&self.state)?,
            server_id: self.server_id,
            snapshot_id: self.snapshot_id,
            owner_id: self.owner_id,
            user_id: self.user_id,
            request_id: self.request_id.map(AnyId::as_uuid),
            params: serde_json::from_str(&self.params).ok()?,
            next_step: self.next_step.try_into().ok()?,
            step_count: self.step_count.try_into().ok()?,
            attempt: self.attempt.try_into().ok()?,
            run_after: self.run_after,
            lease_owner: self.lease_owner,
            lease_until: self.lease_until,
            epoch: self.epoch,
            cancel_requested: self.cancel_requested,
            progress: Progress {
                percent,
                text: self.progress_text,
            },
            error,
            create_time: self.create_time,
            start_time: self.start_time,
            end_time: self.end_time,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = operation_steps, treat_none_as_default_value = false)]
pub(super) struct StepRow {
    id: EventId,
    operation_id: OperationId,
    epoch: i64,
    step_index: i64,
    name: String,
    direction: String,
    status: String,
    attempt: i64,
    output: String,
    external_ref: Option<String>,
    detail: String,
    create_time: Timestamp,
}

impl From<&StepRecord> for StepRow {
    fn from(record: &StepRecord) -> Self {
        Self {
            id: record.id,
            operation_id: record.operation_id,
            epoch: record.epoch,
            step_index: record.index.into(),
            name: record.name.clone(),
            direction: record.direction.code().to_owned(),
            status: record.status.code().to_owned(),
            attempt: record.attempt.into(),
            output: record.output.to_string(),
            external_ref: record.external_ref.clone(),
            detail: record.detail.clone(),
            create_time: record.create_time,
        }
    }
}

impl Row for StepRow {
    type Domain = StepRecord;
    const TABLE: &'static str = "operation_steps";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<StepRecord> {
        Some(StepRecord {
            id: self.id,
            operation_id: self.operation_id,
            epoch: self.epoch,
            index: self.step_index.try_into().ok()?,
            name: self.name,
            direction: StepDirection::from_code(&self.direction)?,
            status: StepStatus::from_code(&self.status)?,
            attempt: self.attempt.try_into().ok()?,
            output: serde_json::from_str(&self.output).ok()?,
            external_ref: self.external_ref,
            detail: self.detail,
            create_time: self.create_time,
        })
    }
}
