//! Following tasks.

use super::cluster::{Cluster, rejected};
use super::faults::Method;
use super::task::{Task, parse};
use crate::domain::guest::{GuestRef, TaskKind, TaskRef, TaskStatus};
use crate::domain::time::Timestamp;
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

impl Cluster {
    /// A task is known only to the node that runs it.
    fn reach_task(&self, reference: &TaskRef) -> HypervisorResult<()> {
        let (node, _) = parse(reference).ok_or_else(|| {
            rejected(
                Rejection::InvalidParameter,
                format!("{:?} is not a task of a simulated cluster", reference.0),
            )
        })?;
        self.faults.reach(node)
    }

    pub(super) fn task(&self, reference: &TaskRef) -> HypervisorResult<TaskStatus> {
        self.reach_task(reference)?;
        Ok(match self.state.find(reference) {
            Some(task) => task.status(self.now),
            None => TaskStatus::Unknown,
        })
    }

    pub(super) fn find_task(
        &self,
        guest: &GuestRef,
        kind: TaskKind,
        since: Timestamp,
    ) -> HypervisorResult<Option<TaskRef>> {
        for node in &self.settings.nodes {
            self.faults.reach(node)?;
        }
        Ok(self
            .state
            .newest_first()
            .find(|task| task.vmid == guest.vmid && task.work.kind() == kind && task.start >= since)
            .map(Task::reference))
    }

    pub(super) fn abort_task(&mut self, reference: &TaskRef) -> HypervisorResult<()> {
        self.reach_task(reference)?;
        let Some(task) = self.state.find(reference) else {
            return Err(HypervisorError::NotFound(format!("no such task {}", reference.0)));
        };
        if task.outcome.is_none() {
            let (number, vmid) = (task.number, task.vmid);
            self.state.interrupt(number, "interrupted by signal");
            self.note(Method::AbortTask, vmid);
        }
        Ok(())
    }
}
