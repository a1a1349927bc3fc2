//! What nodes are told to do: as people ask for it, as agents hear it, and what agents say of it.

use std::time::Duration;

use hostler_proto::v1;
use v1::node_action::Action;

use super::number::wire_i32;
use super::reader::Reader;
use super::time::{wire_duration, wire_time};
use super::words::words;
use crate::domain::container::ContainerId;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{NodeCommandId, NodeId};
use crate::domain::node_command::{ContainerVerb, NodeAction, NodeCommand, NodeCommandEnd, NodeCommandState};
use crate::domain::secret::Secret;
use crate::engine::node_commands::{NodeCommandEvent, OutputKind, Piece};

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_hours(24);
const LONGEST_GRACE: Duration = Duration::from_mins(10);
const MAX_TAIL: u32 = 10_000;
const USUAL_TAIL: u32 = 100;
const MAX_IMAGE: usize = 255;
const MAX_PROBLEM: usize = 1000;
const MAX_DATA: usize = 32 * 1024;

/// What a node is to do.
#[derive(Debug)]
pub(in crate::services) struct NewCommand {
    pub(in crate::services) node_id: NodeId,
    pub(in crate::services) action: NodeAction,
    pub(in crate::services) timeout: Option<Duration>,
}

impl TryFrom<v1::RunNodeCommandRequest> for NewCommand {
    type Error = FieldErrors;

    fn try_from(request: v1::RunNodeCommandRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let node_id = read.id("node_id", &request.node_id);
        let action = if let Some(wanted) = request.action.and_then(|action| action.action) {
            action(&mut read, wanted)
        } else {
            read.bad("action", "must say what to do");
            None
        };
        let timeout = read.duration("timeout", request.timeout, LONGEST);
        if timeout.flatten().is_some_and(|timeout| timeout < SHORTEST) {
            read.bad("timeout", "must be at least 1 second");
        }
        read.finish(|| {
            Some(Self {
                node_id: node_id?,
                action: action?,
                timeout: timeout?,
            })
        })
    }
}

fn action(read: &mut Reader, action: Action) -> Option<NodeAction> {
    match action {
        Action::Container(wanted) => {
            let container = container(read, "action.container.container_id", &wanted.container_id);
            let verb = verb(wanted.verb());
            if verb.is_none() {
                read.bad("action.container.verb", "must be a verb that this server knows");
            }
            let grace = read.duration("action.container.grace", wanted.grace, LONGEST_GRACE);
            let removes = verb == Some(ContainerVerb::Remove);
            if wanted.force && !removes {
                read.bad("action.container.force", "is for removing only");
            }
            Some(NodeAction::Container {
                container: container?,
                verb: verb?,
                grace: grace?,
                force: wanted.force,
            })
        }
        Action::Logs(wanted) => {
            let container = container(read, "action.logs.container_id", &wanted.container_id);
            let tail = u32::try_from(wanted.tail).ok().filter(|tail| *tail <= MAX_TAIL);
            if tail.is_none() {
                read.bad("action.logs.tail", format!("must be at most {MAX_TAIL}"));
            }
            Some(NodeAction::Logs {
                container: container?,
                tail: tail.map(|tail| if tail == 0 { USUAL_TAIL } else { tail })?,
                follow: wanted.follow,
                timestamps: wanted.timestamps,
            })
        }
        Action::Inspection(wanted) => {
            let container = container(read, "action.inspection.container_id", &wanted.container_id);
            Some(NodeAction::Inspect {
                container: container?,
            })
        }
        Action::Pull(wanted) => Some(NodeAction::Pull {
            image: image(read, &wanted.image)?,
        }),
        Action::GuestPassword(_) => {
            read.bad(
                "action.guest_password",
                "is made by the server itself: call Servers.ResetRootPassword",
            );
            None
        }
    }
}

fn container(read: &mut Reader, field: &str, text: &str) -> Option<ContainerId> {
    let id = ContainerId::parse(text);
    if id.is_none() {
        read.bad(
            field,
            "must be the whole id of a container: 64 hexadecimal digits",
        );
    }
    id
}

/// Engines say themselves what makes a name; here goes what could be one.
fn image(read: &mut Reader, text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
    let begins = text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    let tagged = text
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains([':', '@']) && !last.ends_with([':', '@']));
    if !begins || !tagged || text.len() > MAX_IMAGE || !text.chars().all(fits) {
        read.bad(
            "action.pull.image",
            format!("must be the name of an image with its tag or digest, such as nginx:1.27, of at most {MAX_IMAGE} characters"),
        );
        return None;
    }
    Some(text.to_owned())
}

const fn verb(verb: v1::ContainerVerb) -> Option<ContainerVerb> {
    match verb {
        v1::ContainerVerb::Unspecified => None,
        v1::ContainerVerb::Start => Some(ContainerVerb::Start),
        v1::ContainerVerb::Stop => Some(ContainerVerb::Stop),
        v1::ContainerVerb::Restart => Some(ContainerVerb::Restart),
        v1::ContainerVerb::Pause => Some(ContainerVerb::Pause),
        v1::ContainerVerb::Unpause => Some(ContainerVerb::Unpause),
        v1::ContainerVerb::Kill => Some(ContainerVerb::Kill),
        v1::ContainerVerb::Remove => Some(ContainerVerb::Remove),
    }
}

const fn wire_verb(verb: ContainerVerb) -> v1::ContainerVerb {
    match verb {
        ContainerVerb::Start => v1::ContainerVerb::Start,
        ContainerVerb::Stop => v1::ContainerVerb::Stop,
        ContainerVerb::Restart => v1::ContainerVerb::Restart,
        ContainerVerb::Pause => v1::ContainerVerb::Pause,
        ContainerVerb::Unpause => v1::ContainerVerb::Unpause,
        ContainerVerb::Kill => v1::ContainerVerb::Kill,
        ContainerVerb::Remove => v1::ContainerVerb::Remove,
    }
}

macro_rules! command_ids {
    ($($message:ident),+ $(,)?) => {$(
        impl TryFrom<v1::$message> for NodeCommandId {
            type Error = FieldErrors;

            fn try_from(request: v1::$message) -> Result<Self, FieldErrors> {
                let mut read = Reader::default();
                let id = read.id("node_command_id", &request.node_command_id);
                read.finish(|| id)
            }
        }
    )+};
}

command_ids! { GetNodeCommandRequest, CancelNodeCommandRequest, WatchNodeCommandRequest }

impl TryFrom<v1::ListNodeCommandsRequest> for NodeId {
    type Error = FieldErrors;

    fn try_from(request: v1::ListNodeCommandsRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("node_id", &request.node_id);
        read.finish(|| id)
    }
}

/// `None` for one that could not be the server's.
pub(in crate::services) fn command_begun(told: &v1::NodeCommandBegun) -> Option<NodeCommandId> {
    told.node_command_id.parse().ok()
}

/// A state that is no end is none that a command could end in.
pub(in crate::services) fn command_ended(
    told: &v1::NodeCommandEnded,
) -> Option<(NodeCommandId, NodeCommandEnd)> {
    let state = match told.state() {
        v1::NodeCommandState::Unspecified | v1::NodeCommandState::Queued | v1::NodeCommandState::Running => {
            return None;
        }
        v1::NodeCommandState::Succeeded => NodeCommandState::Succeeded,
        v1::NodeCommandState::Failed => NodeCommandState::Failed,
        v1::NodeCommandState::Refused => NodeCommandState::Refused,
        v1::NodeCommandState::Cancelled => NodeCommandState::Cancelled,
        v1::NodeCommandState::Expired => NodeCommandState::Expired,
        v1::NodeCommandState::Interrupted => NodeCommandState::Interrupted,
    };
    let problem = words(&told.problem, MAX_PROBLEM);
    Some((
        told.node_command_id.parse().ok()?,
        NodeCommandEnd { state, problem },
    ))
}

/// What is too long for one piece is cut: agents send no such piece.
pub(in crate::services) fn command_output(told: v1::NodeCommandOutput) -> Option<(NodeCommandId, Piece)> {
    let kind = match told.kind() {
        v1::OutputKind::Unspecified => return None,
        v1::OutputKind::Stdout => OutputKind::Stdout,
        v1::OutputKind::Stderr => OutputKind::Stderr,
        v1::OutputKind::Progress => OutputKind::Progress,
        v1::OutputKind::Document => OutputKind::Document,
    };
    let mut data = told.data;
    data.truncate(MAX_DATA);
    let piece = Piece {
        kind,
        data,
        dropped: told.dropped_bytes.min(1 << 50),
    };
    Some((told.node_command_id.parse().ok()?, piece))
}

pub(in crate::services) fn wire_node_command(command: NodeCommand) -> v1::NodeCommand {
    v1::NodeCommand {
        id: command.id.to_string(),
        node_id: command.node_id.to_string(),
        user_id: command.user_id.to_string(),
        action: Some(wire_action(&command.action, None)),
        state: wire_state(command.state).into(),
        problem: command.problem,
        create_time: wire_time(command.create_time),
        start_time: command.start_time.and_then(wire_time),
        end_time: command.end_time.and_then(wire_time),
        deadline_time: wire_time(command.deadline_time),
    }
}

const fn wire_state(state: NodeCommandState) -> v1::NodeCommandState {
    match state {
        NodeCommandState::Queued => v1::NodeCommandState::Queued,
        NodeCommandState::Running => v1::NodeCommandState::Running,
        NodeCommandState::Succeeded => v1::NodeCommandState::Succeeded,
        NodeCommandState::Failed => v1::NodeCommandState::Failed,
        NodeCommandState::Refused => v1::NodeCommandState::Refused,
        NodeCommandState::Cancelled => v1::NodeCommandState::Cancelled,
        NodeCommandState::Expired => v1::NodeCommandState::Expired,
        NodeCommandState::Interrupted => v1::NodeCommandState::Interrupted,
    }
}

/// `secret` is for the agent alone.
pub(super) fn wire_action(action: &NodeAction, secret: Option<&Secret>) -> v1::NodeAction {
    let action = match action {
        NodeAction::Container {
            container,
            verb,
            grace,
            force,
        } => Action::Container(v1::ContainerAction {
            container_id: container.to_string(),
            verb: wire_verb(*verb).into(),
            grace: grace.map(wire_duration),
            force: *force,
        }),
        NodeAction::Logs {
            container,
            tail,
            follow,
            timestamps,
        } => Action::Logs(v1::ContainerLogs {
            container_id: container.to_string(),
            tail: wire_i32(*tail),
            follow: *follow,
            timestamps: *timestamps,
        }),
        NodeAction::Inspect { container } => Action::Inspection(v1::ContainerInspection {
            container_id: container.to_string(),
        }),
        NodeAction::Pull { image } => Action::Pull(v1::ImagePull { image: image.clone() }),
        NodeAction::GuestPassword { vmid, .. } => Action::GuestPassword(v1::GuestPassword {
            vmid: wire_i32(*vmid),
            password_hash: secret.map(|hash| hash.expose().to_owned()).unwrap_or_default(),
        }),
    };
    v1::NodeAction { action: Some(action) }
}

pub(in crate::services) fn wire_command_event(event: NodeCommandEvent) -> v1::WatchNodeCommandResponse {
    use v1::watch_node_command_response::Event;
    let event = match event {
        NodeCommandEvent::Changed(command) => Event::Changed(wire_node_command(*command)),
        NodeCommandEvent::Output(id, piece) => Event::Output(v1::NodeCommandOutput {
            node_command_id: id.to_string(),
            kind: match piece.kind {
                OutputKind::Stdout => v1::OutputKind::Stdout,
                OutputKind::Stderr => v1::OutputKind::Stderr,
                OutputKind::Progress => v1::OutputKind::Progress,
                OutputKind::Document => v1::OutputKind::Document,
            }
            .into(),
            data: piece.data,
            dropped_bytes: piece.dropped,
        }),
        NodeCommandEvent::Heartbeat(time) => Event::Heartbeat(v1::NodeCommandHeartbeat {
            time: wire_time(time),
        }),
    };
    v1::WatchNodeCommandResponse { event: Some(event) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(request: v1::RunNodeCommandRequest) -> Vec<String> {
        let errors = NewCommand::try_from(request).map(drop).unwrap_err();
        errors.0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn an_image_is_named_with_its_tag_and_nothing_that_an_address_could_hide_in() {
        let request = |image: &str| v1::RunNodeCommandRequest {
            node_id: NodeId::generate().to_string(),
            action: Some(v1::NodeAction {
                action: Some(Action::Pull(v1::ImagePull {
                    image: image.to_owned(),
                })),
            }),
            ..Default::default()
        };
        for good in [
            "nginx:1.27",
            "registry.example:5000/team/app@sha256:00ff",
            "a/b:c",
        ] {
            assert!(NewCommand::try_from(request(good)).is_ok(), "{good}");
        }
        for bad in [
            "",
            "nginx",
            "nginx:",
            "host:5000/app",
            "a:b?x=1",
            "-a:b",
            "a b:c",
            "../x:y",
        ] {
            assert_eq!(fields(request(bad)), ["action.pull.image"], "{bad}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let wrong = v1::RunNodeCommandRequest {
            node_id: "x".to_owned(),
            action: Some(v1::NodeAction {
                action: Some(Action::Container(v1::ContainerAction {
                    container_id: "web".to_owned(),
                    verb: 99,
                    grace: None,
                    force: true,
                })),
            }),
            ..Default::default()
        };
        assert_eq!(
            fields(wrong),
            [
                "node_id",
                "action.container.container_id",
                "action.container.verb",
                "action.container.force"
            ]
        );
    }

    #[test]
    fn an_agent_cannot_end_a_command_in_a_state_that_is_no_end() {
        let told = |state: v1::NodeCommandState| v1::NodeCommandEnded {
            node_command_id: NodeCommandId::generate().to_string(),
            state: state.into(),
            problem: "a\u{1b}[31m".to_owned(),
        };
        assert!(command_ended(&told(v1::NodeCommandState::Running)).is_none());
        let (_, end) = command_ended(&told(v1::NodeCommandState::Failed)).unwrap();
        assert_eq!(end.problem, "a[31m");
    }
}
