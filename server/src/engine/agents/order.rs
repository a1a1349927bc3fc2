//! What agents are told.

use std::time::Duration;

use crate::domain::ids::NodeCommandId;
use crate::domain::node_command::NodeAction;
use crate::domain::secret::Secret;

/// What the server says to an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// The samples of the message that ended with this one are stored.
    SamplesStored { sequence: u64 },
    /// Something to do, within this time. An agent that has begun it already does not begin again.
    Command {
        id: NodeCommandId,
        action: NodeAction,
        /// What only the agent is told: the hash of a password.
        secret: Option<Secret>,
        timeout: Duration,
    },
    /// Something to break off.
    Cancel { id: NodeCommandId },
    /// The end of a command is known: it need not be said again.
    Settled { id: NodeCommandId },
}
