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
const TEXT_LIMIT: usize = 1000;

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
            Cause::Unknown => Self::TaskFailed(text),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, message: &str, fields: &[(&str, &str)]) -> ApiError {
        let fields = fields
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        ApiError::from_answer(status, message, &fields)
    }

    #[test]
    fn every_known_answer_has_its_cause() {
        let table: &[(u16, &str, Cause)] = &[
            (400, "Parameter verification failed.\n", Cause::InvalidParameter),
            (401, "No ticket", Cause::Unauthenticated),
            (401, "Authentication failed!", Cause::Unauthenticated),
            (
                401,
                "Permission denied - invalid csrf token",
                Cause::Unauthenticated,
            ),
            (401, "", Cause::Unauthenticated),
            (
                403,
                "Permission check failed (/vms/202, VM.Config.Memory)",
                Cause::Forbidden,
            ),
            (
                403,
                "Permission check failed (pool 'x' does not exist)",
                Cause::Forbidden,
            ),
            (
                500,
                "Configuration file 'nodes/pve/lxc/202.conf' does not exist\n",
                Cause::GuestElsewhere,
            ),
            (500, "CT 212 already exists on node 'pve'", Cause::VmidTaken),
            (500, "VM 212 already exists on node 'pve'", Cause::VmidTaken),
            (
                500,
                "unable to create CT 212 - CT 212 already exists on node 'pve'",
                Cause::VmidTaken,
            ),
            (500, "CT 212 already exists", Cause::VmidTaken),
            (500, "CT 212 already running", Cause::AlreadyRunning),
            (500, "CT 212 not running", Cause::NotRunning),
            (500, "VM 212 not running", Cause::NotRunning),
            (500, "CT is locked (backup)", Cause::Locked),
            (500, "CT is locked (create)", Cause::Locked),
            (500, "CT is locked (snapshot-delete)", Cause::Locked),
            (
                500,
                "can't lock file '/run/lock/lxc/pve-config-212.lock' - got timeout",
                Cause::LockTimeout,
            ),
            (500, "cluster not ready - no quorum?", Cause::NoQuorum),
            (
                500,
                "detected modified configuration - file changed by other user? Try again.",
                Cause::Changed,
            ),
            (500, "no options specified", Cause::InvalidParameter),
            (
                500,
                "unable to delete required option 'memory'",
                Cause::InvalidParameter,
            ),
            (
                500,
                "unable to modify read-only option: 'unprivileged'",
                Cause::InvalidParameter,
            ),
            (
                500,
                "hostname lookup 'x' failed - failed to get address info for: x",
                Cause::UnknownNode,
            ),
            (500, "no such cluster node 'x'", Cause::UnknownNode),
            (500, "storage 'x' does not exist", Cause::StorageUnusable),
            (500, "storage 'x' is not online", Cause::StorageOffline),
            (500, "storage 'x' is disabled", Cause::StorageUnusable),
            (
                500,
                "storage 'x' is not available on node 'pve'",
                Cause::StorageUnusable,
            ),
            (
                500,
                "can't remove CT 212 - protection mode enabled",
                Cause::DeleteRefused,
            ),
            (
                500,
                "unable to destroy CT 212 - container is running",
                Cause::StillRunning,
            ),
            (
                500,
                "unable to remove CT 212 - used in HA resources and purge parameter not set.",
                Cause::DeleteRefused,
            ),
            (500, "unable to shrink disk size", Cause::DiskShrink),
            (500, "disk is already at specified size", Cause::DiskSameSize),
            (
                500,
                "RRD error: opening '/var/lib/rrdcached/db/x': No such file",
                Cause::NoData,
            ),
            (
                500,
                "malformed JSON string, neither tag, array, object at offset 0",
                Cause::InvalidParameter,
            ),
            (500, "SSH public key validation error", Cause::InvalidParameter),
            (501, "Method 'GET /x' not implemented", Cause::NotImplemented),
            (
                501,
                "Unexpected content for method 'DELETE'",
                Cause::NotImplemented,
            ),
            (595, "No route to host", Cause::NodeUnreachable),
            (595, "Connection refused", Cause::NodeUnreachable),
            (596, "Connection timed out", Cause::NoAnswer),
            (597, "", Cause::NoAnswer),
            (599, "Too many redirections", Cause::NoAnswer),
            (500, "something nobody has seen", Cause::Unknown),
        ];
        for (status, message, cause) in table {
            assert_eq!(answer(*status, message, &[]).cause, *cause, "{status} {message}");
        }
    }

    #[test]
    fn wrong_fields_can_say_more_than_the_status() {
        let failed = "Parameter verification failed.";
        let table: &[(&str, &str, Cause)] = &[
            ("upid", "no such task", Cause::NoSuchTask),
            ("upid", "unable to parse worker upid", Cause::NoSuchTask),
            ("vmid", "VM 212 already exists", Cause::VmidTaken),
            (
                "memory",
                "value must have a minimum value of 16",
                Cause::InvalidParameter,
            ),
        ];
        for (field, problem, cause) in table {
            let error = answer(400, failed, &[(field, problem)]);
            assert_eq!(error.cause, *cause, "{field}: {problem}");
            assert!(error.text.contains(problem), "{}", error.text);
        }
    }

    #[test]
    fn every_known_task_end_has_its_cause() {
        let table: &[(&str, Cause, bool)] = &[
            ("CT is locked (backup)", Cause::Locked, true),
            (
                "can't lock file '/var/lock/pve-manager/pve-migrate-212' - got timeout",
                Cause::LockTimeout,
                true,
            ),
            (
                "Failed to obtain guest migration lock - replication running?",
                Cause::LockTimeout,
                true,
            ),
            ("cluster not ready - no quorum?", Cause::NoQuorum, true),
            ("snapshot name 'x' already used", Cause::SnapshotTaken, false),
            ("snapshot 'x' does not exist", Cause::SnapshotMissing, false),
            (
                "snapshot feature is not available",
                Cause::SnapshotUnsupported,
                false,
            ),
            (
                "can't rollback, 'a' is not most recent snapshot on 'zfs:subvol-212-disk-0'",
                Cause::NotNewestSnapshot,
                false,
            ),
            (
                "unable to create CT 212 - volume 'local:vztmpl/x.tar.zst' does not exist",
                Cause::TemplateMissing,
                false,
            ),
            ("write failed: No space left on device", Cause::StorageFull, false),
            ("container did not stop", Cause::Unknown, false),
            (
                "command 'systemctl start pve-container@212' failed: exit code 1",
                Cause::Unknown,
                false,
            ),
        ];
        for (text, cause, transient) in table {
            let error = ApiError::from_task(text);
            assert_eq!(error.cause, *cause, "{text}");
            assert_eq!(error.is_transient(), *transient, "{text}");
        }
    }

    #[test]
    fn each_cause_tells_the_caller_what_to_do() {
        let say = |cause| HypervisorError::from(ApiError::new(cause, "text"));
        assert_eq!(
            say(Cause::GuestElsewhere),
            HypervisorError::NotFound("text".to_owned())
        );
        assert_eq!(
            say(Cause::VmidTaken),
            HypervisorError::AlreadyThere("text".to_owned())
        );
        assert_eq!(say(Cause::LockTimeout), HypervisorError::Busy("text".to_owned()));
        assert_eq!(
            say(Cause::NoQuorum),
            HypervisorError::Unavailable("text".to_owned())
        );
        assert_eq!(
            say(Cause::NoAnswer),
            HypervisorError::Unavailable("text".to_owned())
        );
        assert_eq!(
            say(Cause::Unknown),
            HypervisorError::TaskFailed("text".to_owned())
        );
        for (cause, reason) in [
            (Cause::Unauthenticated, Rejection::Unauthenticated),
            (Cause::Forbidden, Rejection::Forbidden),
            (Cause::InvalidParameter, Rejection::InvalidParameter),
            (Cause::StorageFull, Rejection::Storage),
            (Cause::TemplateMissing, Rejection::Template),
            (Cause::NotNewestSnapshot, Rejection::Unsupported),
        ] {
            let HypervisorError::Rejected { reason: given, .. } = say(cause) else {
                panic!("{cause:?}")
            };
            assert_eq!(given, reason);
        }
    }

    #[test]
    fn texts_are_bounded_and_on_one_line() {
        let error = answer(500, &format!("a\nb {}", "é".repeat(5000)), &[]);
        assert!(error.text.chars().count() <= TEXT_LIMIT + 1);
        assert!(error.text.starts_with("a b "));
    }
}
