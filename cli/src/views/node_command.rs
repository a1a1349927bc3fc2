//! What nodes were told to do.

use hostler_client::v1;
use serde::Serialize;
use v1::node_action::Action;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::time;

/// As much of a container's id as engines show.
const SHORT_ID: usize = 12;

#[derive(Clone, Debug, Serialize)]
pub(crate) struct NodeCommandView {
    id: String,
    node_id: String,
    user_id: String,
    /// Such as `stop`, `logs` or `pull`.
    action: String,
    /// The container's id, the image, or the number of the guest.
    target: String,
    state: String,
    problem: String,
    create_time: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
    deadline_time: Option<String>,
    #[serde(skip)]
    tone: Tone,
}

impl From<v1::NodeCommand> for NodeCommandView {
    fn from(command: v1::NodeCommand) -> Self {
        let state = command.state();
        let (action, target) = match command.action.and_then(|action| action.action) {
            Some(Action::Container(action)) => (
                enum_word(action.verb().as_str_name(), "CONTAINER_VERB_"),
                action.container_id,
            ),
            Some(Action::Logs(logs)) => ("logs".to_owned(), logs.container_id),
            Some(Action::Inspection(inspection)) => ("inspect".to_owned(), inspection.container_id),
            Some(Action::Pull(pull)) => ("pull".to_owned(), pull.image),
            Some(Action::GuestPassword(guest)) => ("guest_password".to_owned(), guest.vmid.to_string()),
            None => (String::new(), String::new()),
        };
        Self {
            id: command.id,
            node_id: command.node_id,
            user_id: command.user_id,
            action,
            target,
            state: enum_word(state.as_str_name(), "NODE_COMMAND_STATE_"),
            problem: command.problem,
            create_time: time::machine(command.create_time),
            start_time: time::machine(command.start_time),
            end_time: time::machine(command.end_time),
            deadline_time: time::machine(command.deadline_time),
            tone: match state {
                v1::NodeCommandState::Unspecified | v1::NodeCommandState::Cancelled => Tone::Plain,
                v1::NodeCommandState::Queued | v1::NodeCommandState::Running => Tone::Changing,
                v1::NodeCommandState::Succeeded => Tone::Good,
                v1::NodeCommandState::Failed
                | v1::NodeCommandState::Refused
                | v1::NodeCommandState::Expired
                | v1::NodeCommandState::Interrupted => Tone::Bad,
            },
        }
    }
}

impl NodeCommandView {
    fn state(&self) -> Cell {
        Cell::toned(self.state.as_str(), self.tone)
    }
}

impl View for NodeCommandView {
    const COLUMNS: &'static [&'static str] = &["WHEN", "ACTION", "OF", "STATE", "PROBLEM", "ID"];

    fn cells(&self) -> Vec<Cell> {
        let is_id = self.target.len() == 64 && !self.target.contains([':', '/', '@']);
        let target = if is_id { self.target.get(..SHORT_ID) } else { None };
        vec![
            time::human(self.create_time.as_deref()).into(),
            self.action.as_str().into(),
            target.unwrap_or(&self.target).into(),
            self.state(),
            self.problem.as_str().into(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Action", self.action.as_str().into()),
            ("Of", self.target.as_str().into()),
            ("State", self.state()),
            ("Problem", self.problem.as_str().into()),
            ("Made", time::human(self.create_time.as_deref()).into()),
            ("Begun", time::human(self.start_time.as_deref()).into()),
            ("Ended", time::human(self.end_time.as_deref()).into()),
            ("Deadline", time::human(self.deadline_time.as_deref()).into()),
            ("Node", self.node_id.as_str().into()),
            ("By", self.user_id.as_str().into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}
