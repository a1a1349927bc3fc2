//! What a node is told to do. A command is kept before anybody is told of it, and never done twice.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::codes::coded;
use super::container::ContainerId;
use super::ids::{NodeCommandId, NodeId, OperationId, UserId};
use super::node::Capability;
use super::time::Timestamp;

coded! {
    /// How a command is.
    NodeCommandState {
        /// It waits for its node.
        Queued = "queued",
        /// The agent has begun.
        Running = "running",
        Succeeded = "succeeded",
        Failed = "failed",
        /// The machine's owner does not let its agent do it.
        Refused = "refused",
        /// It was taken back.
        Cancelled = "cancelled",
        /// Its deadline came first.
        Expired = "expired",
        /// The agent ended while it ran.
        Interrupted = "interrupted",
    }
}

impl NodeCommandState {
    pub const fn is_end(self) -> bool {
        match self {
            Self::Queued | Self::Running => false,
            Self::Succeeded
            | Self::Failed
            | Self::Refused
            | Self::Cancelled
            | Self::Expired
            | Self::Interrupted => true,
        }
    }
}

coded! {
    /// What is done with a container.
    ContainerVerb {
        Start = "start",
        Stop = "stop",
        Restart = "restart",
        Pause = "pause",
        Unpause = "unpause",
        Kill = "kill",
        Remove = "remove",
    }
}

/// What a node can be told to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum NodeAction {
    Container {
        container: ContainerId,
        verb: ContainerVerb,
        /// How long it may take to stop by itself; `None` is as long as is usual.
        grace: Option<Duration>,
        /// One that runs is removed as well.
        force: bool,
    },
    Logs {
        container: ContainerId,
        tail: u32,
        follow: bool,
        timestamps: bool,
    },
    Inspect {
        container: ContainerId,
    },
    Pull {
        image: String,
    },
    /// Sets root's password. The hash stays with the operation that wants it, and is told to the agent alone.
    GuestPassword {
        vmid: u32,
        operation: OperationId,
    },
}

impl NodeAction {
    /// What the machine's owner has to have granted.
    pub const fn needs(&self) -> Capability {
        match self {
            Self::Container {
                verb: ContainerVerb::Remove,
                ..
            } => Capability::ContainersRemove,
            Self::Container { .. } => Capability::ContainersControl,
            Self::Logs { .. } => Capability::ContainersLogs,
            Self::Inspect { .. } => Capability::ContainersRead,
            Self::Pull { .. } => Capability::ImagesPull,
            Self::GuestPassword { .. } => Capability::GuestsPassword,
        }
    }

    /// How long it may take where nobody says.
    pub const fn usual_timeout(&self) -> Duration {
        match self {
            Self::Container { .. }
            | Self::Inspect { .. }
            | Self::Logs { follow: false, .. }
            | Self::GuestPassword { .. } => Duration::from_mins(1),
            Self::Logs { follow: true, .. } | Self::Pull { .. } => Duration::from_hours(1),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeCommand {
    pub id: NodeCommandId,
    pub node_id: NodeId,
    pub user_id: UserId,
    pub action: NodeAction,
    pub state: NodeCommandState,
    /// Why it did not succeed; may be empty.
    pub problem: String,
    pub create_time: Timestamp,
    pub start_time: Option<Timestamp>,
    pub end_time: Option<Timestamp>,
    pub deadline_time: Timestamp,
    /// Somebody has taken it back while it ran; the agent is told until it has ended.
    pub cancel: bool,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeCommandEnd {
    /// One that is an end.
    pub state: NodeCommandState,
    pub problem: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removing_needs_a_grant_of_its_own() {
        let action = |verb| NodeAction::Container {
            container: ContainerId::parse(&"a".repeat(64)).unwrap(),
            verb,
            grace: None,
            force: false,
        };
        assert_eq!(action(ContainerVerb::Kill).needs(), Capability::ContainersControl);
        assert_eq!(
            action(ContainerVerb::Remove).needs(),
            Capability::ContainersRemove
        );
    }

    #[test]
    fn an_action_is_read_as_it_was_written_and_with_no_id_that_is_none() {
        let action = NodeAction::Logs {
            container: ContainerId::parse(&"a".repeat(64)).unwrap(),
            tail: 100,
            follow: true,
            timestamps: false,
        };
        let text = serde_json::to_string(&action).unwrap();
        assert_eq!(serde_json::from_str::<NodeAction>(&text).unwrap(), action);
        let climbing = text.replace(&"a".repeat(64), "../..");
        assert!(serde_json::from_str::<NodeAction>(&climbing).is_err());
    }
}
