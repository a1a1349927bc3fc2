//! Every answer and task end that is known of Proxmox VE, and what each means.

use std::collections::BTreeMap;

use super::errors::{ApiError, Cause, TEXT_LIMIT};
use crate::ports::hypervisor::{HypervisorError, Rejection};

fn answer(status: u16, message: &str, fields: &[(&str, &str)]) -> ApiError {
    let fields: BTreeMap<String, String> = fields
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
    for (cause, reason) in [
        (Cause::Unauthenticated, Rejection::Unauthenticated),
        (Cause::Forbidden, Rejection::Forbidden),
        (Cause::InvalidParameter, Rejection::InvalidParameter),
        (Cause::StorageFull, Rejection::Storage),
        (Cause::TemplateMissing, Rejection::Template),
        (Cause::NotNewestSnapshot, Rejection::Unsupported),
        (Cause::Unknown, Rejection::Unexplained),
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
