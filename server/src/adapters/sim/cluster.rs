//! The simulated cluster at one moment: what the calls of the port look at and act on.

use std::collections::VecDeque;
use std::time::Duration;

use super::faults::{FaultPlan, Method};
use super::guest::{GuestState, Lock};
use super::settings::SimSettings;
use super::state::State;
use super::task::{Task, Work};
use super::view::Effect;
use crate::domain::guest::{GuestRef, TaskRef};
use crate::domain::time::Timestamp;
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

/// Effects beyond this number are forgotten, the oldest first.
const MAX_EFFECTS: usize = 10_000;

#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) settings: SimSettings,
    pub(super) state: State,
    pub(super) faults: FaultPlan,
    pub(super) effects: VecDeque<Effect>,
    pub(super) now: Timestamp,
    /// The state differs from what was last kept.
    pub(super) changed: bool,
}

pub(super) fn rejected(reason: Rejection, text: impl Into<String>) -> HypervisorError {
    HypervisorError::Rejected {
        reason,
        text: text.into(),
    }
}

fn not_found(vmid: u32) -> HypervisorError {
    HypervisorError::NotFound(format!("Configuration file for CT {vmid} does not exist"))
}

impl Cluster {
    pub(super) fn new(settings: SimSettings, state: State, now: Timestamp) -> Self {
        Self {
            settings,
            state,
            faults: FaultPlan::default(),
            effects: VecDeque::new(),
            now,
            changed: false,
        }
    }

    /// The guest, wherever it is, if its node can be reached.
    pub(super) fn reachable(&self, vmid: u32) -> HypervisorResult<Option<&GuestState>> {
        if let Some(guest) = self.state.guests.get(&vmid) {
            self.faults.reach(&guest.node)?;
            return Ok(Some(guest));
        }
        // It might be on a node that does not answer.
        for node in &self.settings.nodes {
            self.faults.reach(node)?;
        }
        Ok(None)
    }

    pub(super) fn existing(&self, vmid: u32) -> HypervisorResult<&GuestState> {
        self.reachable(vmid)?.ok_or_else(|| not_found(vmid))
    }

    /// The guest, if there is one, after making sure that it may be touched: ours by its mark.
    pub(super) fn own_if_there(&self, wanted: &GuestRef) -> HypervisorResult<Option<&GuestState>> {
        let Some(guest) = self.reachable(wanted.vmid)? else {
            return Ok(None);
        };
        if guest.mark() == Some(wanted.server_id) {
            return Ok(Some(guest));
        }
        if guest.made_for == Some(wanted.server_id) && !guest.marked {
            // Half made: it has no mark yet, and its lock keeps everybody away.
            self.not_at_work(guest)?;
            not_locked(guest)?;
        }
        Err(rejected(
            Rejection::NotOurs,
            format!("CT {} carries another mark or none", wanted.vmid),
        ))
    }

    pub(super) fn own(&self, wanted: &GuestRef) -> HypervisorResult<&GuestState> {
        self.own_if_there(wanted)?.ok_or_else(|| not_found(wanted.vmid))
    }

    /// The guest, ours and with nobody at work on it.
    pub(super) fn own_at_rest(&self, wanted: &GuestRef) -> HypervisorResult<&GuestState> {
        let guest = self.own(wanted)?;
        self.not_at_work(guest)?;
        Ok(guest)
    }

    /// For changing it, after the checks above.
    pub(super) fn guest_mut(&mut self, vmid: u32) -> HypervisorResult<&mut GuestState> {
        self.changed = true;
        self.state.guests.get_mut(&vmid).ok_or_else(|| not_found(vmid))
    }

    pub(super) fn not_at_work(&self, guest: &GuestState) -> HypervisorResult<()> {
        match guest.task.and_then(|number| self.state.task(number)) {
            None => Ok(()),
            Some(task) => Err(HypervisorError::Busy(match task.work.lock() {
                Some(lock) => format!("CT is locked ({lock})"),
                None => format!("can't lock CT {}: task {} runs", guest.vmid, task.work.kind()),
            })),
        }
    }

    /// Sets a task going on a guest.
    pub(super) fn begin(&mut self, method: Method, vmid: u32, work: Work) -> HypervisorResult<TaskRef> {
        let duration = self.settings.task_time.saturating_mul(work.weight());
        self.begin_for(method, vmid, work, duration)
    }

    pub(super) fn begin_for(
        &mut self,
        method: Method,
        vmid: u32,
        work: Work,
        duration: Duration,
    ) -> HypervisorResult<TaskRef> {
        let number = self.state.next_task_number();
        let doom = self.faults.on_task(work.kind());
        let start = self.now;
        let guest = self.guest_mut(vmid)?;
        guest.task = Some(number);
        let task = Task {
            number,
            node: guest.node.clone(),
            vmid,
            work,
            start,
            end: start + duration,
            doom,
            outcome: None,
        };
        let reference = task.reference();
        self.state.add_task(task);
        self.note(method, vmid);
        Ok(reference)
    }

    pub(super) fn note(&mut self, method: Method, vmid: u32) {
        self.changed = true;
        if self.effects.len() == MAX_EFFECTS {
            self.effects.pop_front();
        }
        self.effects.push_back(Effect { method, vmid });
    }
}

pub(super) fn not_locked(guest: &GuestState) -> HypervisorResult<()> {
    match &guest.lock {
        None => Ok(()),
        Some(Lock { name, stuck: true }) => Err(rejected(
            Rejection::StuckLock,
            format!("CT is locked ({name}), and no task is at work on it"),
        )),
        Some(Lock { name, stuck: false }) => Err(HypervisorError::Busy(format!("CT is locked ({name})"))),
    }
}
