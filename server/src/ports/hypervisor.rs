//! What runs the guests.
//!
//! Calls that take time return a task to follow. `None` in its place means that there was nothing
//! to do: the guest already is as asked. Every call may be repeated after a crash.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::guest::{
    Finding, Guest, GuestPlan, GuestRef, GuestSnapshot, HypervisorStatus, NewGuest, TaskKind, TaskRef,
    TaskStatus, Template,
};
use crate::domain::resources::Resources;
use crate::domain::time::Timestamp;

/// What a caller can do about it. Texts are the hypervisor's own: for operators, not for customers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HypervisorError {
    /// No such guest, snapshot or task, anywhere.
    #[error("not found: {0}")]
    NotFound(String),
    /// The vmid or the snapshot name is taken by something else.
    #[error("already there: {0}")]
    AlreadyThere(String),
    /// Locked or in use: try again later.
    #[error("busy: {0}")]
    Busy(String),
    /// Not reached, or no answer: a write may or may not have happened. Look, then try again.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Refused for good: trying again cannot help.
    #[error("rejected: {text}")]
    Rejected { reason: Rejection, text: String },
    /// The remote task ended with an error.
    #[error("task failed: {0}")]
    TaskFailed(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The token is bad, expired or disabled.
    Unauthenticated,
    /// The token lacks a privilege.
    Forbidden,
    /// A parameter is wrong.
    InvalidParameter,
    /// The storage is missing, full or cannot do it.
    Storage,
    /// The template is missing.
    Template,
    /// The guest is not ours.
    NotOurs,
    /// A lock that only somebody on the node can lift.
    StuckLock,
    /// This hypervisor or this guest cannot do it.
    Unsupported,
    /// For a reason that only its words tell. Nothing was begun.
    Unexplained,
}

pub type HypervisorResult<T> = Result<T, HypervisorError>;

#[async_trait]
pub trait Hypervisor: Send + Sync {
    async fn status(&self) -> HypervisorStatus;

    /// Looks at token, privileges, storages, templates and bridges, and says what is wrong.
    async fn check(&self) -> Vec<Finding>;

    async fn templates(&self) -> HypervisorResult<Vec<Template>>;

    /// First and last vmid that this control plane may give to its guests.
    fn vmid_range(&self) -> (u32, u32);

    /// The node where a guest of this size is best put.
    async fn choose_node(&self, resources: &Resources) -> HypervisorResult<String>;

    /// Every guest the token sees, ours or not, in one call.
    async fn inventory(&self) -> HypervisorResult<Vec<Guest>>;

    /// One guest, wherever it lives now. `None` only when the whole cluster answered and it is not there.
    async fn guest(&self, vmid: u32) -> HypervisorResult<Option<Guest>>;

    /// Whether the guest carries this server's mark. A half-made guest carries none yet, and one that is not there none.
    async fn is_marked(&self, guest: &GuestRef) -> HypervisorResult<bool>;

    /// Begins to make a stopped guest. `AlreadyThere` when the vmid is taken.
    async fn create(&self, guest: &NewGuest) -> HypervisorResult<TaskRef>;

    /// Writes the marks that creation itself cannot write. Safe to repeat.
    async fn mark(&self, guest: &GuestRef, plan: &GuestPlan) -> HypervisorResult<()>;

    async fn start(&self, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>>;

    /// Asks the guest to shut down within `timeout`; then kills it if `force`, else the task fails.
    async fn shutdown(
        &self,
        guest: &GuestRef,
        timeout: Duration,
        force: bool,
    ) -> HypervisorResult<Option<TaskRef>>;

    /// Kills the guest.
    async fn stop(&self, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>>;

    /// Shuts down within `timeout`, else kills, then starts.
    async fn restart(&self, guest: &GuestRef, timeout: Duration) -> HypervisorResult<Option<TaskRef>>;

    /// Deletes the guest with its disks, running or not. `None` when it is gone already.
    async fn delete(&self, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>>;

    /// Sets name, processor, memory and network to the plan. The disk is left alone.
    async fn configure(&self, guest: &GuestRef, plan: &GuestPlan) -> HypervisorResult<()>;

    /// Grows the root disk. `None` when it has the size already.
    async fn grow_disk(&self, guest: &GuestRef, bytes: u64) -> HypervisorResult<Option<TaskRef>>;

    /// What the guest is configured with now.
    async fn configured_resources(&self, guest: &GuestRef) -> HypervisorResult<Resources>;

    async fn snapshots(&self, guest: &GuestRef) -> HypervisorResult<Vec<GuestSnapshot>>;

    /// `None` when a complete snapshot of that name with that description exists.
    async fn snapshot_create(
        &self,
        guest: &GuestRef,
        name: &str,
        description: &str,
    ) -> HypervisorResult<Option<TaskRef>>;

    /// Sets disk and configuration back. The guest ends up stopped.
    async fn snapshot_rollback(&self, guest: &GuestRef, name: &str) -> HypervisorResult<TaskRef>;

    /// `None` when it is gone already.
    async fn snapshot_delete(&self, guest: &GuestRef, name: &str) -> HypervisorResult<Option<TaskRef>>;

    /// Sets root's password in a running guest from its `$6$` hash.
    async fn set_root_password(&self, guest: &GuestRef, hash: &str) -> HypervisorResult<()>;

    async fn task(&self, task: &TaskRef) -> HypervisorResult<TaskStatus>;

    /// The newest task of this kind on the guest that began at or after `since`: for a call whose answer was lost.
    async fn find_task(
        &self,
        guest: &GuestRef,
        kind: TaskKind,
        since: Timestamp,
    ) -> HypervisorResult<Option<TaskRef>>;

    /// Ends a running task. One that has ended is fine.
    async fn abort_task(&self, task: &TaskRef) -> HypervisorResult<()>;
}

/// The hypervisors of the configuration, by name.
#[derive(Clone, Default)]
pub struct Hypervisors(BTreeMap<String, Arc<dyn Hypervisor>>);

impl Hypervisors {
    pub fn new(by_name: impl IntoIterator<Item = (String, Arc<dyn Hypervisor>)>) -> Self {
        Self(by_name.into_iter().collect())
    }

    pub fn get(&self, name: &str) -> Option<&Arc<dyn Hypervisor>> {
        self.0.get(name)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<dyn Hypervisor>)> {
        self.0
            .iter()
            .map(|(name, hypervisor)| (name.as_str(), hypervisor))
    }
}

impl fmt::Debug for Hypervisors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
