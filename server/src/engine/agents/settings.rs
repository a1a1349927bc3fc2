//! How sessions of agents go.

use std::time::Duration;

/// A node is offline once so many heartbeats were missed.
const MISSED: u32 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentSettings {
    /// An agent says something at least this often.
    pub heartbeat: Duration,
    /// How often a machine is looked at.
    pub sample: Duration,
}

impl AgentSettings {
    /// Who says nothing for longer is away.
    pub fn patience(&self) -> Duration {
        self.heartbeat * MISSED
    }
}
