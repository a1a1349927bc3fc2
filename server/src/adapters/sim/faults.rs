//! What is to go wrong: asked for by tests, and never by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::guest::TaskKind;
use crate::ports::hypervisor::{HypervisorError, HypervisorResult};

/// The calls of the port that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    Templates,
    ChooseNode,
    Inventory,
    Guest,
    IsMarked,
    Create,
    Mark,
    Start,
    Shutdown,
    Stop,
    Restart,
    Delete,
    Configure,
    GrowDisk,
    ConfiguredResources,
    Snapshots,
    SnapshotCreate,
    SnapshotRollback,
    SnapshotDelete,
    SetRootPassword,
    Task,
    FindTask,
    AbortTask,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Nothing has happened.
    Before,
    /// It has happened, and the answer is lost.
    After,
}

/// One call that fails, once.
#[derive(Clone, Debug)]
pub struct Fault {
    method: Method,
    calls_until: u32,
    when: When,
    error: HypervisorError,
}

impl Fault {
    /// The next call fails and does nothing.
    pub fn before(method: Method, error: HypervisorError) -> Self {
        Self {
            method,
            calls_until: 1,
            when: When::Before,
            error,
        }
    }

    /// The next call does what it should, and its answer is lost.
    pub fn lost_answer(method: Method) -> Self {
        Self {
            method,
            calls_until: 1,
            when: When::After,
            error: HypervisorError::Unavailable("connection reset before the answer".to_owned()),
        }
    }

    /// The nth call from now on instead of the next.
    #[must_use]
    pub fn nth(mut self, nth: u32) -> Self {
        self.calls_until = nth.max(1);
        self
    }
}

/// How a task is to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doom {
    /// It cleans up and fails with this text.
    Fail(String),
    /// Likewise, and only the moment was wrong.
    FailForNow(String),
    /// Its worker is killed: locks and half-made things stay, and nobody knows how it ended.
    Kill,
}

/// Everything that is asked for at the moment.
#[derive(Debug, Default)]
pub(super) struct FaultPlan {
    calls: Vec<Fault>,
    counts: BTreeMap<Method, u32>,
    tasks: Vec<(TaskKind, Doom)>,
    offline_nodes: BTreeSet<String>,
    cluster_offline: bool,
}

impl FaultPlan {
    pub(super) fn add(&mut self, fault: Fault) {
        self.calls.push(fault);
    }

    pub(super) fn add_doom(&mut self, kind: TaskKind, doom: Doom) {
        self.tasks.push((kind, doom));
    }

    pub(super) fn set_cluster_online(&mut self, online: bool) {
        self.cluster_offline = !online;
    }

    pub(super) fn set_node_online(&mut self, node: &str, online: bool) {
        if online {
            self.offline_nodes.remove(node);
        } else {
            self.offline_nodes.insert(node.to_owned());
        }
    }

    pub(super) fn is_cluster_online(&self) -> bool {
        !self.cluster_offline
    }

    pub(super) fn is_online(&self, node: &str) -> bool {
        !self.offline_nodes.contains(node)
    }

    pub(super) fn reach_cluster(&self) -> HypervisorResult<()> {
        if self.cluster_offline {
            return Err(HypervisorError::Unavailable("no route to the cluster".to_owned()));
        }
        Ok(())
    }

    pub(super) fn reach(&self, node: &str) -> HypervisorResult<()> {
        if !self.is_online(node) {
            return Err(HypervisorError::Unavailable(format!("no route to node {node}")));
        }
        Ok(())
    }

    pub(super) fn counts(&self) -> BTreeMap<Method, u32> {
        self.counts.clone()
    }

    /// Counts the call, and says how it is to fail.
    pub(super) fn on_call(&mut self, method: Method) -> Option<(When, HypervisorError)> {
        let count = self.counts.entry(method).or_default();
        *count = count.saturating_add(1);
        for fault in self.calls.iter_mut().filter(|fault| fault.method == method) {
            fault.calls_until = fault.calls_until.saturating_sub(1);
        }
        let due = self
            .calls
            .iter()
            .position(|fault| fault.method == method && fault.calls_until == 0)?;
        let fault = self.calls.remove(due);
        Some((fault.when, fault.error))
    }

    /// How a task of this kind that begins now is to end.
    pub(super) fn on_task(&mut self, kind: TaskKind) -> Option<Doom> {
        let due = self.tasks.iter().position(|(of, _)| *of == kind)?;
        Some(self.tasks.remove(due).1)
    }
}
