//! Proxmox VE's answers and task ends, sorted by what can be done about them.
//!
//! Proxmox VE says most things with a 500 and a sentence. This file is the only one that reads the
//! sentences; they are matched by what they contain and kept whole for the operator.

use std::collections::BTreeMap;

use crate::ports::hypervisor::{HypervisorError, Rejection};

/// What an answer that is not a success means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    InvalidParameter,
    NoSuchTask,
    VmidTaken,
    Unauthenticated,
    Forbidden,
    /// Not on the node that was asked: moved or deleted.
    GuestElsewhere,
    AlreadyRunning,
    NotRunning,
    /// The guest's configuration carries a lock.
    Locked,
    /// Somebody held a file lock for longer than Proxmox VE waits.
    LockTimeout,
    NoQuorum,
    /// The configuration changed between reading and writing.
    Changed,
    UnknownNode,
    StorageUnusable,
    StorageOffline,
    StorageFull,
    TemplateMissing,
    DeleteRefused,
    StillRunning,
    DiskShrink,
    DiskSameSize,
    SnapshotTaken,
    SnapshotMissing,
    SnapshotUnsupported,
    NotNewestSnapshot,
    /// A figure that does not exist yet.
    NoData,
    NotImplemented,
    /// The node behind the endpoint did not answer: a write may have happened.
    NodeUnreachable,
    /// No endpoint was reached: nothing was sent.
    NotSent,
    /// No usable answer: a write may have happened.
    NoAnswer,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    pub(super) cause: Cause,
    pub(super) text: String,
}

pub(super) type ApiResult<T> = Result<T, ApiError>;

/// Longest text kept of an answer: for people, so more would not help.
pub(super) const TEXT_LIMIT: usize = 1000;

/// Sentences and what they mean; the first that is contained decides.
const SENTENCES: &[(&str, Cause)] = &[
    ("no such task", Cause::NoSuchTask),
    ("unable to parse worker upid", Cause::NoSuchTask),
    ("cluster not ready - no quorum", Cause::NoQuorum),
    ("detected modified configuration", Cause::Changed),
    // Locks, before anything that a lock's text might contain.
    ("CT is locked (", Cause::Locked),
    ("VM is locked (", Cause::Locked),
    ("can't lock file", Cause::LockTimeout),
    ("Failed to obtain guest migration lock", Cause::LockTimeout),
    ("can't acquire lock", Cause::LockTimeout),
    ("protection mode enabled", Cause::DeleteRefused),
    (
        "used in HA resources and purge parameter not set",
        Cause::DeleteRefused,
    ),
    ("container is running", Cause::StillRunning),
    ("disk is already at specified size", Cause::DiskSameSize),
    ("unable to shrink disk size", Cause::DiskShrink),
    ("no options specified", Cause::InvalidParameter),
    ("unable to delete required option", Cause::InvalidParameter),
    ("unable to delete read-only option", Cause::InvalidParameter),
    ("unable to modify read-only option", Cause::InvalidParameter),
    ("SSH public key validation error", Cause::InvalidParameter),
    ("unable to use snapshot name", Cause::InvalidParameter),
    ("malformed JSON", Cause::InvalidParameter),
    ("parsing JSON", Cause::InvalidParameter),
    ("snapshot name '", Cause::SnapshotTaken),
    ("snapshot feature is not available", Cause::SnapshotUnsupported),
    ("is not most recent snapshot", Cause::NotNewestSnapshot),
    ("hostname lookup '", Cause::UnknownNode),
    ("no such cluster node '", Cause::UnknownNode),
    ("RRD error", Cause::NoData),
    ("no quorum", Cause::NoQuorum),
    ("No space left on device", Cause::StorageFull),
    ("not enough space", Cause::StorageFull),
    ("out of space", Cause::StorageFull),
    ("insufficient free space", Cause::StorageFull),
    ("insufficient free extents", Cause::StorageFull),
    ("Disk quota exceeded", Cause::StorageFull),
    ("Connection timed out", Cause::NoAnswer),
    ("got timeout", Cause::LockTimeout),
];

impl ApiError {
    pub(super) fn new(cause: Cause, text: impl Into<String>) -> Self {
        Self {
            cause,
            text: text.into(),
        }
    }

    /// Reads an answer with a status other than success. `message` is the body's, else the reason
    /// phrase; `fields` are the parameters that were found wrong.
    pub(super) fn from_answer(status: u16, message: &str, fields: &BTreeMap<String, String>) -> Self {
        let mut said = vec![one_line(message)];
        said.extend(
            fields
                .iter()
                .map(|(field, problem)| format!("{field}: {}", one_line(problem))),
        );
        said.retain(|part| !part.is_empty());
        let mut text = said.join("; ");
        if text.is_empty() {
            text = format!("status {status}");
        }
        let cause = match status {
            400 => match sentence_cause(&text) {
                Some(known @ (Cause::NoSuchTask | Cause::VmidTaken)) => known,
                Some(_) | None => Cause::InvalidParameter,
            },
            401 => Cause::Unauthenticated,
            403 => Cause::Forbidden,
            501 => Cause::NotImplemented,
            595 => Cause::NodeUnreachable,
            408 | 429 | 502..=504 | 596..=599 => Cause::NoAnswer,
            _ => sentence_cause(&text).unwrap_or(Cause::Unknown),
        };
        Self::new(cause, clip(text))
    }

    /// Reads how a task ended.
    pub(super) fn from_task(text: &str) -> Self {
        let text = one_line(text);
        Self::new(sentence_cause(&text).unwrap_or(Cause::Unknown), clip(text))
    }

    /// Whether the same call may succeed later without anybody doing anything.
    pub(super) const fn is_transient(&self) -> bool {
        match self.cause {
            Cause::Locked
            | Cause::LockTimeout
            | Cause::NoQuorum
            | Cause::Changed
            | Cause::StorageOffline
            | Cause::NodeUnreachable
            | Cause::NotSent
            | Cause::NoAnswer => true,
            Cause::InvalidParameter
            | Cause::NoSuchTask
            | Cause::VmidTaken
            | Cause::Unauthenticated
            | Cause::Forbidden
            | Cause::GuestElsewhere
            | Cause::AlreadyRunning
            | Cause::NotRunning
            | Cause::UnknownNode
            | Cause::StorageUnusable
            | Cause::StorageFull
            | Cause::TemplateMissing
            | Cause::DeleteRefused
            | Cause::StillRunning
            | Cause::DiskShrink
            | Cause::DiskSameSize
            | Cause::SnapshotTaken
            | Cause::SnapshotMissing
            | Cause::SnapshotUnsupported
            | Cause::NotNewestSnapshot
            | Cause::NoData
            | Cause::NotImplemented
            | Cause::Unknown => false,
        }
    }

    /// Whether the guest may simply live on another node now.
    pub(super) const fn hints_at_a_move(&self) -> bool {
        matches!(
            self.cause,
            Cause::GuestElsewhere | Cause::UnknownNode | Cause::NodeUnreachable
        )
    }
}

impl From<ApiError> for HypervisorError {
    fn from(error: ApiError) -> Self {
        let ApiError { cause, text } = error;
        let rejected = |reason| Self::Rejected {
            reason,
            text: text.clone(),
        };
        match cause {
            Cause::NoSuchTask | Cause::GuestElsewhere | Cause::SnapshotMissing | Cause::NoData => {
                Self::NotFound(text)
            }
            Cause::VmidTaken
            | Cause::SnapshotTaken
            | Cause::AlreadyRunning
            | Cause::NotRunning
            | Cause::DiskSameSize => Self::AlreadyThere(text),
            Cause::Locked | Cause::LockTimeout | Cause::Changed | Cause::StillRunning => Self::Busy(text),
            Cause::NoQuorum
            | Cause::StorageOffline
            | Cause::NodeUnreachable
            | Cause::NotSent
            | Cause::NoAnswer => Self::Unavailable(text),
            Cause::Unauthenticated => rejected(Rejection::Unauthenticated),
            Cause::Forbidden => rejected(Rejection::Forbidden),
            Cause::InvalidParameter | Cause::UnknownNode | Cause::DiskShrink => {
                rejected(Rejection::InvalidParameter)
            }
            Cause::StorageUnusable | Cause::StorageFull => rejected(Rejection::Storage),
            Cause::TemplateMissing => rejected(Rejection::Template),
            Cause::DeleteRefused
            | Cause::SnapshotUnsupported
            | Cause::NotNewestSnapshot
            | Cause::NotImplemented => rejected(Rejection::Unsupported),
            Cause::Unknown => rejected(Rejection::Unexplained),
        }
    }
}

fn sentence_cause(text: &str) -> Option<Cause> {
    shaped_cause(text).or_else(|| {
        SENTENCES
            .iter()
            .find(|(sentence, _)| text.contains(sentence))
            .map(|(_, cause)| *cause)
    })
}

/// Sentences with a number or a name in the middle.
fn shaped_cause(text: &str) -> Option<Cause> {
    if text.contains("Configuration file '") && text.contains("does not exist") {
        return Some(Cause::GuestElsewhere);
    }
    let after_guest = ["CT ", "VM "]
        .iter()
        .flat_map(|kind| text.match_indices(kind))
        .filter_map(|(at, kind)| text.get(at + kind.len()..))
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    for rest in after_guest {
        if rest.starts_with(" already exists") {
            return Some(Cause::VmidTaken);
        }
        if rest.starts_with(" already running") {
            return Some(Cause::AlreadyRunning);
        }
        if rest.starts_with(" not running") {
            return Some(Cause::NotRunning);
        }
    }
    let after_storage = text
        .split_once("storage '")
        .and_then(|(_, rest)| rest.split_once('\''));
    if let Some((_, rest)) = after_storage {
        if rest.starts_with(" is not online") {
            return Some(Cause::StorageOffline);
        }
        let unusable = [
            " does not exist",
            " is disabled",
            " is not available on node",
            " does not allow",
            " does not support",
        ];
        if unusable.iter().any(|problem| rest.starts_with(problem)) {
            return Some(Cause::StorageUnusable);
        }
    }
    if text.contains("snapshot '") && text.contains("' does not exist") {
        return Some(Cause::SnapshotMissing);
    }
    let about_a_template = text.contains("volume '") && text.contains("vztmpl");
    (about_a_template && text.contains("does not exist")).then_some(Cause::TemplateMissing)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn clip(text: String) -> String {
    match text.char_indices().nth(TEXT_LIMIT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
