//! Starting and stopping guests.

use std::time::Duration;

use super::cluster::{Cluster, not_locked};
use super::faults::Method;
use super::task::{Task, Work};
use crate::domain::guest::{GuestRef, TaskKind, TaskRef};
use crate::ports::hypervisor::HypervisorResult;

impl Cluster {
    pub(super) fn start(&mut self, wanted: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
        let guest = self.own_at_rest(wanted)?;
        if guest.running_since.is_some() {
            return Ok(None);
        }
        not_locked(guest)?;
        self.begin(Method::Start, wanted.vmid, Work::Start).map(Some)
    }

    pub(super) fn shutdown(
        &mut self,
        wanted: &GuestRef,
        timeout: Duration,
        force: bool,
    ) -> HypervisorResult<Option<TaskRef>> {
        let guest = self.own_at_rest(wanted)?;
        if guest.running_since.is_none() {
            return Ok(None);
        }
        not_locked(guest)?;
        let heeded = !guest.ignores_shutdown;
        let work = Work::Shutdown { heeded, force };
        let duration = self.shutdown_time(heeded, timeout);
        self.begin_for(Method::Shutdown, wanted.vmid, work, duration)
            .map(Some)
    }

    /// Ends a shutdown under way, as somebody who pulls the plug would.
    pub(super) fn stop(&mut self, wanted: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
        let guest = self.own(wanted)?;
        let shutting_down = guest
            .task
            .filter(|number| self.state.task(*number).is_some_and(is_shutdown));
        if let Some(number) = shutting_down {
            self.state.interrupt(number, "interrupted by a stop");
            self.changed = true;
        }
        let guest = self.own_at_rest(wanted)?;
        if guest.running_since.is_none() {
            return Ok(None);
        }
        not_locked(guest)?;
        self.begin(Method::Stop, wanted.vmid, Work::Stop).map(Some)
    }

    /// A guest that is stopped already is only started.
    pub(super) fn restart(
        &mut self,
        wanted: &GuestRef,
        timeout: Duration,
    ) -> HypervisorResult<Option<TaskRef>> {
        let guest = self.own_at_rest(wanted)?;
        not_locked(guest)?;
        let down = match guest.running_since {
            Some(_) => self.shutdown_time(!guest.ignores_shutdown, timeout),
            None => Duration::ZERO,
        };
        let duration = down.saturating_add(self.settings.task_time);
        self.begin_for(Method::Restart, wanted.vmid, Work::Restart, duration)
            .map(Some)
    }

    fn shutdown_time(&self, heeded: bool, timeout: Duration) -> Duration {
        let whole = self.settings.task_time;
        // Without task time nothing takes any.
        if heeded || whole.is_zero() { whole } else { timeout }
    }
}

fn is_shutdown(task: &Task) -> bool {
    task.work.kind() == TaskKind::Shutdown
}
