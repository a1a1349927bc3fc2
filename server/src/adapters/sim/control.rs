//! The test's hand in the simulated cluster: makes things go wrong, plays the other people who
//! work on it, and sees everything. Nothing else in the program uses it.
//!
//! It needs no network, so it works on a cluster that is offline, too.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::faults::{Doom, Fault, Method};
use super::guest::{GuestState, Lock};
use super::simulation::Sim;
use super::view::{Effect, SimGuest};
use crate::domain::guest::TaskKind;
use crate::ports::hypervisor::{HypervisorError, HypervisorResult};

#[derive(Clone, Debug)]
pub struct Control(Arc<Sim>);

impl Sim {
    pub fn control(self: &Arc<Self>) -> Control {
        Control(Arc::clone(self))
    }
}

impl Control {
    /// Makes one call fail.
    pub fn inject(&self, fault: Fault) {
        self.0.look().faults.add(fault);
    }

    /// Decides how the next task of this kind ends.
    pub fn doom_next(&self, kind: TaskKind, doom: Doom) {
        self.0.look().faults.add_doom(kind, doom);
    }

    /// Kills the worker of the task that runs on the guest now.
    pub fn kill_worker(&self, vmid: u32) -> HypervisorResult<()> {
        self.0.tamper(|cluster| {
            let number = cluster.state.guests.get(&vmid).and_then(|guest| guest.task);
            match number {
                Some(number) => {
                    cluster.state.kill(number);
                    Ok(())
                }
                None => Err(HypervisorError::NotFound(format!("no task runs on CT {vmid}"))),
            }
        })?
    }

    pub fn set_cluster_online(&self, online: bool) {
        self.0.look().faults.set_cluster_online(online);
    }

    pub fn set_node_online(&self, node: &str, online: bool) {
        self.0.look().faults.set_node_online(node, online);
    }

    /// Tasks that begin from now on take this long.
    pub fn set_task_time(&self, task_time: Duration) {
        self.0.look().settings.task_time = task_time;
    }

    /// Listings of guests that begin from now on take this long.
    pub fn set_listing_time(&self, time: Duration) {
        self.0.listings.set_time(time);
    }

    /// The most listings of guests that were ever under way at the same time.
    pub fn most_listings_at_once(&self) -> u32 {
        self.0.listings.most_at_once()
    }

    /// Somebody's work, such as a backup, locks the guest.
    pub fn hold_lock(&self, vmid: u32, name: &str) -> HypervisorResult<()> {
        self.change(vmid, |guest| {
            guest.lock = Some(Lock {
                name: name.to_owned(),
                stuck: false,
            });
        })
    }

    /// Lifts any lock, as `pct unlock` on the node does.
    pub fn release_lock(&self, vmid: u32) -> HypervisorResult<()> {
        self.change(vmid, |guest| guest.lock = None)
    }

    /// Takes the mark off, as if creation had not been able to write it.
    pub fn strip_mark(&self, vmid: u32) -> HypervisorResult<()> {
        self.change(vmid, |guest| guest.marked = false)
    }

    /// Whether the guest pays heed to being asked to shut down.
    pub fn set_ignores_shutdown(&self, vmid: u32, ignores: bool) -> HypervisorResult<()> {
        self.change(vmid, |guest| guest.ignores_shutdown = ignores)
    }

    /// Makes the guest use this share of its processors; `None` leaves it to itself again.
    pub fn burn_processor(&self, vmid: u32, ratio: Option<f64>) -> HypervisorResult<()> {
        self.change(vmid, |guest| guest.burns = ratio)
    }

    /// Turns the guest off from within, as its root may at any time.
    pub fn power_off(&self, vmid: u32) -> HypervisorResult<()> {
        self.change(vmid, |guest| guest.running_since = None)
    }

    pub fn move_guest(&self, vmid: u32, node: &str) -> HypervisorResult<()> {
        self.change(vmid, |guest| node.clone_into(&mut guest.node))
    }

    /// Somebody else's guest, running, with no mark of ours.
    pub fn add_stranger(&self, vmid: u32, node: &str, name: &str) -> HypervisorResult<()> {
        self.0.tamper(|cluster| {
            let mut guest = GuestState::empty(vmid, node.to_owned(), cluster.now);
            name.clone_into(&mut guest.content.config.name);
            guest.running_since = Some(cluster.now);
            cluster.state.guests.insert(vmid, guest);
        })
    }

    /// Deletes a guest behind the control plane's back.
    pub fn remove_guest(&self, vmid: u32) -> HypervisorResult<()> {
        self.0.tamper(|cluster| {
            cluster.state.guests.remove(&vmid);
        })
    }

    /// Every guest, by vmid.
    pub fn world(&self) -> Vec<SimGuest> {
        let cluster = self.0.look();
        cluster
            .state
            .guests
            .values()
            .map(|guest| SimGuest::of(guest, guest.task.and_then(|number| cluster.state.task(number))))
            .collect()
    }

    /// How often each call was made: every one of them can fail.
    pub fn calls(&self) -> BTreeMap<Method, u32> {
        self.0.look().faults.counts()
    }

    /// What calls have brought about or set going, oldest first: to see that nothing is done twice.
    pub fn effects(&self) -> Vec<Effect> {
        self.0.look().effects.iter().copied().collect()
    }

    fn change(&self, vmid: u32, act: impl FnOnce(&mut GuestState)) -> HypervisorResult<()> {
        self.0.tamper(|cluster| cluster.guest_mut(vmid).map(act))?
    }
}
