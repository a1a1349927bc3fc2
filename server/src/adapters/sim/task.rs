//! A task of the simulated cluster: what it does, how long it takes, how it ended.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::faults::Doom;
use crate::domain::guest::{TaskKind, TaskRef, TaskStatus};
use crate::domain::time::Timestamp;

/// What is done when the task's time is over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Work {
    Create,
    Start,
    Stop,
    Shutdown { heeded: bool, force: bool },
    Restart,
    Delete,
    Resize { bytes: u64 },
    SnapshotCreate { name: String },
    SnapshotDelete { name: String },
    SnapshotRollback { name: String },
}

impl Work {
    pub(super) fn kind(&self) -> TaskKind {
        match self {
            Self::Create => TaskKind::Create,
            Self::Start => TaskKind::Start,
            Self::Stop => TaskKind::Stop,
            Self::Shutdown { .. } => TaskKind::Shutdown,
            Self::Restart => TaskKind::Restart,
            Self::Delete => TaskKind::Delete,
            Self::Resize { .. } => TaskKind::Resize,
            Self::SnapshotCreate { .. } => TaskKind::SnapshotCreate,
            Self::SnapshotDelete { .. } => TaskKind::SnapshotDelete,
            Self::SnapshotRollback { .. } => TaskKind::SnapshotRollback,
        }
    }

    /// How often the time of a start it takes.
    pub(super) fn weight(&self) -> u32 {
        match self {
            Self::Create => 4,
            Self::Restart | Self::Delete | Self::SnapshotRollback { .. } => 2,
            Self::Start
            | Self::Stop
            | Self::Shutdown { .. }
            | Self::Resize { .. }
            | Self::SnapshotCreate { .. }
            | Self::SnapshotDelete { .. } => 1,
        }
    }

    /// The lock that others see meanwhile.
    pub(super) fn lock(&self) -> Option<&'static str> {
        match self {
            Self::Create => Some("create"),
            Self::Delete => Some("destroyed"),
            Self::Resize { .. } => Some("disk"),
            Self::SnapshotCreate { .. } => Some("snapshot"),
            Self::SnapshotDelete { .. } => Some("snapshot-delete"),
            Self::SnapshotRollback { .. } => Some("rollback"),
            Self::Start | Self::Stop | Self::Shutdown { .. } | Self::Restart => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Outcome {
    Succeeded { warnings: Option<String> },
    Failed { text: String, transient: bool },
    Unknown,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) number: u64,
    pub(super) node: String,
    pub(super) vmid: u32,
    pub(super) work: Work,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    /// How a test wants it to end.
    pub(super) doom: Option<Doom>,
    /// `None` while it runs.
    pub(super) outcome: Option<Outcome>,
}

impl Task {
    /// Reads like a UPID: who runs it, its number, when it began, what it does to which guest.
    pub(super) fn reference(&self) -> TaskRef {
        TaskRef(format!(
            "SIM:{}:{:08X}:{:08X}:{}:{}:",
            self.node,
            self.number,
            self.start.as_seconds(),
            self.work.kind(),
            self.vmid
        ))
    }

    pub(super) fn status(&self, now: Timestamp) -> TaskStatus {
        match &self.outcome {
            None => TaskStatus::Running {
                percent: Some(percent(now.since(self.start), self.end.since(self.start))),
            },
            Some(Outcome::Succeeded { warnings }) => TaskStatus::Succeeded {
                warnings: warnings.clone(),
            },
            Some(Outcome::Failed { text, transient }) => TaskStatus::Failed {
                text: text.clone(),
                transient: *transient,
            },
            Some(Outcome::Unknown) => TaskStatus::Unknown,
        }
    }
}

/// The node and the number that a reference names; `None` when it is none of ours.
pub(super) fn parse(task: &TaskRef) -> Option<(&str, u64)> {
    let mut parts = task.0.strip_prefix("SIM:")?.split(':');
    let node = parts.next()?;
    let number = u64::from_str_radix(parts.next()?, 16).ok()?;
    Some((node, number))
}

/// Never 100: that is for the end itself to say.
fn percent(elapsed: Duration, whole: Duration) -> u8 {
    let percent = (elapsed.as_millis() * 100)
        .checked_div(whole.as_millis())
        .unwrap_or(99);
    u8::try_from(percent.min(99)).unwrap_or(99)
}
