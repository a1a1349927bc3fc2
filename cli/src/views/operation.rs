//! Operations.

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::time;

/// Work in progress, or done.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OperationView {
    id: String,
    kind: String,
    server_id: String,
    snapshot_id: String,
    owner_id: String,
    state: String,
    progress: ProgressView,
    error: Option<ErrorView>,
    cancel_requested: bool,
    steps: Vec<StepView>,
    create_time: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
    #[serde(skip)]
    tone: Tone,
}

#[derive(Clone, Debug, Serialize)]
struct ProgressView {
    step: i32,
    step_count: i32,
    percent: Option<i32>,
    text: String,
}

#[derive(Clone, Debug, Serialize)]
struct ErrorView {
    reason: String,
    message: String,
    detail: String,
}

#[derive(Clone, Debug, Serialize)]
struct StepView {
    name: String,
    text: String,
    direction: String,
    status: String,
    attempt: i32,
    start_time: Option<String>,
    end_time: Option<String>,
    detail: String,
    #[serde(skip)]
    tone: Tone,
}

impl From<v1::Operation> for OperationView {
    fn from(operation: v1::Operation) -> Self {
        let state = operation.state();
        let progress = operation.progress.unwrap_or_default();
        Self {
            id: operation.id,
            kind: operation.kind,
            server_id: operation.server_id,
            snapshot_id: operation.snapshot_id,
            owner_id: operation.owner_id,
            state: enum_word(state.as_str_name(), "OPERATION_STATE_"),
            progress: ProgressView {
                step: progress.step,
                step_count: progress.step_count,
                percent: progress.percent,
                text: progress.text,
            },
            error: operation.error.map(|error| ErrorView {
                reason: error.reason,
                message: error.message,
                detail: error.detail,
            }),
            cancel_requested: operation.cancel_requested,
            steps: operation.steps.into_iter().map(StepView::from).collect(),
            create_time: time::machine(operation.create_time),
            start_time: time::machine(operation.start_time),
            end_time: time::machine(operation.end_time),
            tone: match state {
                v1::OperationState::Unspecified
                | v1::OperationState::Pending
                | v1::OperationState::Cancelled => Tone::Plain,
                v1::OperationState::Running | v1::OperationState::Unwinding => Tone::Changing,
                v1::OperationState::Succeeded => Tone::Good,
                v1::OperationState::Failed | v1::OperationState::Stuck => Tone::Bad,
            },
        }
    }
}

impl From<v1::OperationStep> for StepView {
    fn from(step: v1::OperationStep) -> Self {
        let (direction, status) = (step.direction(), step.status());
        Self {
            name: step.name,
            text: step.text,
            direction: enum_word(direction.as_str_name(), "STEP_DIRECTION_"),
            status: enum_word(status.as_str_name(), "STEP_STATUS_"),
            attempt: step.attempt,
            start_time: time::machine(step.start_time),
            end_time: time::machine(step.end_time),
            detail: step.detail,
            tone: match status {
                v1::StepStatus::Unspecified => Tone::Plain,
                v1::StepStatus::Started => Tone::Changing,
                v1::StepStatus::Done => Tone::Good,
                v1::StepStatus::Failed => Tone::Bad,
            },
        }
    }
}

impl StepView {
    fn cell(&self) -> Cell {
        let detail = if self.detail.is_empty() {
            String::new()
        } else {
            format!(" ({})", self.detail)
        };
        let text = format!(
            "{} {}, try {}: {}{detail}",
            self.direction, self.name, self.attempt, self.status
        );
        Cell::toned(text, self.tone)
    }
}

impl OperationView {
    fn progress(&self) -> String {
        let progress = &self.progress;
        match progress.percent {
            Some(percent) => format!("{}/{} ({percent}%)", progress.step, progress.step_count),
            None => format!("{}/{}", progress.step, progress.step_count),
        }
    }
}

impl View for OperationView {
    const COLUMNS: &'static [&'static str] = &["ID", "KIND", "STATE", "STEP", "CREATED", "TEXT"];

    fn cells(&self) -> Vec<Cell> {
        let text = self
            .error
            .as_ref()
            .map_or(self.progress.text.as_str(), |error| error.message.as_str());
        vec![
            self.id.as_str().into(),
            self.kind.as_str().into(),
            Cell::toned(self.state.as_str(), self.tone),
            self.progress().into(),
            time::human(self.create_time.as_deref()).into(),
            text.into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let mut details = vec![
            ("Id", self.id.as_str().into()),
            ("Kind", self.kind.as_str().into()),
            ("State", Cell::toned(self.state.as_str(), self.tone)),
            (
                "Step",
                format!("{} {}", self.progress(), self.progress.text).into(),
            ),
            ("Server", self.server_id.as_str().into()),
            ("Owner", self.owner_id.as_str().into()),
            ("Created", time::human(self.create_time.as_deref()).into()),
            ("Started", time::human(self.start_time.as_deref()).into()),
            ("Ended", time::human(self.end_time.as_deref()).into()),
        ];
        if !self.snapshot_id.is_empty() {
            details.push(("Snapshot", self.snapshot_id.as_str().into()));
        }
        if self.cancel_requested {
            details.push(("Cancelled", "asked for".into()));
        }
        if let Some(error) = &self.error {
            details.push(("Error", format!("{} ({})", error.message, error.reason).into()));
            if !error.detail.is_empty() {
                details.push(("Detail", error.detail.as_str().into()));
            }
        }
        details.extend(self.steps.iter().map(|step| ("Log", step.cell())));
        details
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_operation_shows_its_error_and_its_steps() {
        let step = |direction: v1::StepDirection, status: v1::StepStatus| v1::OperationStep {
            name: "create_guest".to_owned(),
            direction: direction.into(),
            status: status.into(),
            attempt: 1,
            detail: "storage is full".to_owned(),
            ..Default::default()
        };
        let view = OperationView::from(v1::Operation {
            id: "0190".to_owned(),
            kind: "server.create".to_owned(),
            state: v1::OperationState::Failed.into(),
            progress: Some(v1::Progress {
                step: 2,
                step_count: 5,
                percent: None,
                text: "creating".to_owned(),
            }),
            error: Some(v1::OperationError {
                reason: "HYPERVISOR_REJECTED".to_owned(),
                message: "refused".to_owned(),
                detail: String::new(),
            }),
            steps: vec![
                step(v1::StepDirection::Do, v1::StepStatus::Failed),
                step(v1::StepDirection::Undo, v1::StepStatus::Done),
            ],
            ..Default::default()
        });
        insta::assert_snapshot!(crate::table::pairs(&view.details(), false));
        insta::assert_json_snapshot!(view);
    }
}
