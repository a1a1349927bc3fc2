//! What the running agent is at, in a file that `hostler-agent health` reads.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::directory::StateDirectory;
use super::error::StateError;
use super::private_file;

const STATUS: &str = "status.json";

/// What the agent is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StatusWord {
    /// It has no session, and tries to get one.
    Connecting,
    /// It has a session.
    Attached,
    /// The server does not let it in.
    Refused,
    /// Another agent has this node's key and took the session.
    Replaced,
    /// It was told to stop.
    Stopped,
}

/// What the agent is at, since when, and what is in its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Status {
    pub(crate) state: StatusWord,
    /// Seconds since 1970.
    pub(crate) since: u64,
    pub(crate) server_url: String,
    pub(crate) node_id: String,
    pub(crate) display_name: String,
    /// In plain words; empty when nothing is wrong.
    pub(crate) problem: String,
    pub(crate) version: String,
}

/// The file, and what it says.
#[derive(Debug)]
pub(crate) struct StatusFile {
    state: StateDirectory,
    last: Option<Status>,
}

impl StatusFile {
    pub(crate) fn of(state: &StateDirectory) -> Self {
        Self {
            state: state.clone(),
            last: None,
        }
    }

    /// What it says; `None` when no agent has run here.
    pub(crate) fn read(state: &StateDirectory) -> Result<Option<Status>, StateError> {
        let path = state.join(STATUS);
        let bytes = private_file::read(&path).map_err(StateError::at("read", &path))?;
        // What an older or a newer agent wrote may be of another form: then nothing is known of it.
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Writes what is new. Time alone is not.
    pub(crate) fn tell(&mut self, status: Status) {
        let is_old = self
            .last
            .as_ref()
            .is_some_and(|last| last.state == status.state && last.problem == status.problem);
        if is_old {
            return;
        }
        let path = self.state.join(STATUS);
        let written = serde_json::to_vec(&status)
            .map_err(std::io::Error::other)
            .and_then(|text| private_file::write(&path, &text));
        match written {
            Ok(()) => self.last = Some(status),
            // The work goes on: a full disk must not stop it.
            Err(error) => tracing::debug!(%error, "cannot write the status file"),
        }
    }
}

impl Status {
    /// How long it has been so.
    pub(crate) fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(Duration::from_secs(self.since))
    }
}
