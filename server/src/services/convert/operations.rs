//! Requests and answers of `Operations`.

use hostler_proto::v1;

use super::number::wire_i32;
use super::reader::Reader;
use super::time::wire_time;
use super::viewer::Viewer;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::OperationId;
use crate::domain::operation::{
    Operation, OperationError, OperationFilter, OperationState, StepDirection, StepRecord, StepStatus,
};

/// There are seven; more than so many are repetitions.
const MAX_STATES: usize = 16;

macro_rules! operation_ids {
    ($($message:ident),+ $(,)?) => {$(
        impl TryFrom<v1::$message> for OperationId {
            type Error = FieldErrors;

            fn try_from(request: v1::$message) -> Result<Self, FieldErrors> {
                let mut read = Reader::default();
                let id = read.id("operation_id", &request.operation_id);
                read.finish(|| id)
            }
        }
    )+};
}

operation_ids! { GetOperationRequest, WatchOperationRequest, CancelOperationRequest, RetryOperationRequest }

impl TryFrom<v1::ListOperationsRequest> for OperationFilter {
    type Error = FieldErrors;

    fn try_from(request: v1::ListOperationsRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let server_id = read.optional_id("server_id", &request.server_id);
        let owner_id = read.optional_id("owner_id", &request.owner_id);
        let states = read.enums("states", &request.states, MAX_STATES, state);
        read.finish(|| {
            Some(Self {
                owner_id: owner_id?,
                server_id: server_id?,
                states: states?,
            })
        })
    }
}

fn state(value: i32) -> Option<OperationState> {
    match v1::OperationState::try_from(value).ok()? {
        v1::OperationState::Unspecified => None,
        v1::OperationState::Pending => Some(OperationState::Pending),
        v1::OperationState::Running => Some(OperationState::Running),
        v1::OperationState::Unwinding => Some(OperationState::Unwinding),
        v1::OperationState::Succeeded => Some(OperationState::Succeeded),
        v1::OperationState::Failed => Some(OperationState::Failed),
        v1::OperationState::Cancelled => Some(OperationState::Cancelled),
        v1::OperationState::Stuck => Some(OperationState::Stuck),
    }
}

/// Without its steps.
pub(in crate::services) fn wire_operation(operation: Operation, viewer: Viewer) -> v1::Operation {
    let progress = wire_progress(&operation);
    let state = match operation.state {
        OperationState::Pending => v1::OperationState::Pending,
        OperationState::Running => v1::OperationState::Running,
        OperationState::Unwinding => v1::OperationState::Unwinding,
        OperationState::Succeeded => v1::OperationState::Succeeded,
        OperationState::Failed => v1::OperationState::Failed,
        OperationState::Cancelled => v1::OperationState::Cancelled,
        OperationState::Stuck => v1::OperationState::Stuck,
    };
    v1::Operation {
        id: operation.id.to_string(),
        kind: operation.kind.public_name().to_owned(),
        server_id: operation.server_id.to_string(),
        snapshot_id: operation.snapshot_id.map(|id| id.to_string()).unwrap_or_default(),
        owner_id: operation.owner_id.to_string(),
        state: state.into(),
        progress: Some(progress),
        error: operation.error.map(|error| wire_error(error, viewer)),
        cancel_requested: operation.cancel_requested,
        steps: Vec::new(),
        create_time: wire_time(operation.create_time),
        start_time: operation.start_time.and_then(wire_time),
        end_time: operation.end_time.and_then(wire_time),
    }
}

fn wire_progress(operation: &Operation) -> v1::Progress {
    let step = match operation.state {
        OperationState::Pending => 0,
        // `next_step` counts from 0 on the way forward, and is one past the step being undone on the way back.
        OperationState::Running => (operation.next_step + 1).min(operation.step_count),
        OperationState::Unwinding | OperationState::Stuck => operation.next_step,
        OperationState::Succeeded => operation.step_count,
        OperationState::Failed | OperationState::Cancelled => 0,
    };
    v1::Progress {
        step: wire_i32(step),
        step_count: wire_i32(operation.step_count),
        percent: operation.progress.percent.map(i32::from),
        text: operation.progress.text.clone(),
    }
}

fn wire_error(error: OperationError, viewer: Viewer) -> v1::OperationError {
    v1::OperationError {
        reason: error.reason,
        message: error.message,
        detail: if viewer.staff { error.detail } else { String::new() },
    }
}

/// With what was done. The log has a line for each beginning and each end; a run of a step is both.
pub(in crate::services) fn wire_operation_with_steps(
    operation: Operation,
    log: &[StepRecord],
    viewer: Viewer,
) -> v1::Operation {
    v1::Operation {
        steps: wire_steps(log, viewer),
        ..wire_operation(operation, viewer)
    }
}

fn wire_steps(log: &[StepRecord], viewer: Viewer) -> Vec<v1::OperationStep> {
    let mut runs: Vec<(&StepRecord, v1::OperationStep)> = Vec::new();
    for record in log {
        let begun = runs.iter_mut().rev().find(|(begun, step)| {
            step.end_time.is_none()
                && begun.index == record.index
                && begun.direction == record.direction
                && begun.attempt == record.attempt
        });
        match (record.status, begun) {
            (StepStatus::Done | StepStatus::Failed, Some((_, step))) => end(step, record, viewer),
            (StepStatus::Started, _) => runs.push((record, begin(record))),
            (StepStatus::Done | StepStatus::Failed, None) => {
                let mut step = begin(record);
                end(&mut step, record, viewer);
                runs.push((record, step));
            }
        }
    }
    runs.into_iter().map(|(_, step)| step).collect()
}

fn begin(record: &StepRecord) -> v1::OperationStep {
    let direction = match record.direction {
        StepDirection::Do => v1::StepDirection::Do,
        StepDirection::Undo => v1::StepDirection::Undo,
    };
    v1::OperationStep {
        name: record.name.clone(),
        text: people_name(&record.name),
        direction: direction.into(),
        status: v1::StepStatus::Started.into(),
        attempt: wire_i32(record.attempt),
        start_time: wire_time(record.create_time),
        end_time: None,
        detail: String::new(),
    }
}

fn end(step: &mut v1::OperationStep, record: &StepRecord, viewer: Viewer) {
    let status = match record.status {
        StepStatus::Started => v1::StepStatus::Started,
        StepStatus::Done => v1::StepStatus::Done,
        StepStatus::Failed => v1::StepStatus::Failed,
    };
    step.status = status.into();
    step.end_time = wire_time(record.create_time);
    if viewer.staff {
        step.detail.clone_from(&record.detail);
    }
}

/// `submit_create` for people: "Submit create".
fn people_name(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::EventId;
    use crate::domain::time::Timestamp;

    const STAFF: Viewer = Viewer {
        staff: true,
        operator: false,
    };
    const CUSTOMER: Viewer = Viewer {
        staff: false,
        operator: false,
    };

    fn line(index: u32, attempt: u32, status: StepStatus, at: i64) -> StepRecord {
        StepRecord {
            id: EventId::generate(),
            operation_id: OperationId::generate(),
            epoch: 1,
            index,
            name: "submit_create".to_owned(),
            direction: StepDirection::Do,
            status,
            attempt,
            output: serde_json::Value::Null,
            external_ref: None,
            detail: "no space left on pve1".to_owned(),
            create_time: Timestamp::from_micros(at),
        }
    }

    #[test]
    fn the_beginning_and_the_end_of_a_run_are_one_step() {
        let log = [
            line(0, 1, StepStatus::Started, 1),
            line(0, 1, StepStatus::Failed, 2),
            line(0, 2, StepStatus::Started, 3),
            line(0, 2, StepStatus::Done, 4),
            line(1, 1, StepStatus::Started, 5),
        ];
        let steps = wire_steps(&log, STAFF);
        let told: Vec<_> = steps
            .iter()
            .map(|step| (step.attempt, step.status(), step.end_time.is_some()))
            .collect();
        assert_eq!(
            told,
            [
                (1, v1::StepStatus::Failed, true),
                (2, v1::StepStatus::Done, true),
                (1, v1::StepStatus::Started, false),
            ]
        );
        assert_eq!(steps[0].text, "Submit create");
    }

    #[test]
    fn only_staff_read_what_the_hypervisor_said() {
        let log = [line(0, 1, StepStatus::Failed, 1)];
        assert_eq!(wire_steps(&log, STAFF)[0].detail, "no space left on pve1");
        assert_eq!(wire_steps(&log, CUSTOMER)[0].detail, "");
    }

    #[test]
    fn a_filter_of_unknown_or_unspecified_states_is_bad() {
        for states in [vec![0], vec![99], vec![1; MAX_STATES + 1]] {
            let request = v1::ListOperationsRequest {
                states,
                server_id: "x".to_owned(),
                ..Default::default()
            };
            let errors = OperationFilter::try_from(request).unwrap_err();
            let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, ["server_id", "states"]);
        }
    }
}
