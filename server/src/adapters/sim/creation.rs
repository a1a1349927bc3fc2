//! Making, marking, changing and deleting guests.

use super::cluster::{Cluster, not_locked, rejected};
use super::faults::Method;
use super::guest::{Content, GuestState};
use super::task::Work;
use super::templates;
use crate::domain::guest::{GuestPlan, GuestRef, NewGuest, TaskRef};
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

/// The only form of a password that may leave the control plane.
const PASSWORD_HASH_PREFIX: &str = "$6$";

impl Cluster {
    pub(super) fn create(&mut self, new: &NewGuest) -> HypervisorResult<TaskRef> {
        let GuestRef {
            node,
            vmid,
            server_id,
        } = &new.guest;
        self.check_new(new)?;
        let mut guest = GuestState::empty(*vmid, node.clone(), self.now);
        guest.made_for = Some(*server_id);
        guest.coming = Some(Content::of(new));
        self.state.guests.insert(*vmid, guest);
        self.begin(Method::Create, *vmid, Work::Create)
    }

    fn check_new(&self, new: &NewGuest) -> HypervisorResult<()> {
        let GuestRef { node, vmid, .. } = &new.guest;
        if !self.settings.nodes.contains(node) {
            return Err(rejected(
                Rejection::InvalidParameter,
                format!("no such cluster node '{node}'"),
            ));
        }
        self.faults.reach(node)?;
        if !(self.settings.vmid_first..=self.settings.vmid_last).contains(vmid) {
            return Err(rejected(
                Rejection::InvalidParameter,
                format!("vmid {vmid} is out of range"),
            ));
        }
        if let Some(taken) = self.state.guests.get(vmid) {
            return Err(HypervisorError::AlreadyThere(format!(
                "CT {vmid} already exists on node '{}'",
                taken.node
            )));
        }
        check_hash(&new.root_password_hash)?;
        if !templates::exists(&new.template) {
            return Err(rejected(
                Rejection::Template,
                format!("volume '{}' does not exist", new.template),
            ));
        }
        if self.free_disk_bytes(node) < new.plan.resources.disk_bytes {
            return Err(rejected(
                Rejection::Storage,
                format!("storage of node '{node}' is full"),
            ));
        }
        Ok(())
    }

    pub(super) fn mark(&mut self, wanted: &GuestRef) -> HypervisorResult<()> {
        let guest = self.existing(wanted.vmid)?;
        if guest.made_for != Some(wanted.server_id) {
            return Err(rejected(
                Rejection::NotOurs,
                format!("CT {} was made by somebody else", wanted.vmid),
            ));
        }
        self.not_at_work(guest)?;
        not_locked(guest)?;
        if !guest.marked {
            self.guest_mut(wanted.vmid)?.marked = true;
            self.note(Method::Mark, wanted.vmid);
        }
        Ok(())
    }

    pub(super) fn configure(&mut self, wanted: &GuestRef, plan: &GuestPlan) -> HypervisorResult<()> {
        not_locked(self.own_at_rest(wanted)?)?;
        let config = &mut self.guest_mut(wanted.vmid)?.content.config;
        config.name = plan.name.to_string();
        config.resources.cpu_millicores = plan.resources.cpu_millicores;
        config.resources.memory_bytes = plan.resources.memory_bytes;
        config.network = Some(plan.network.clone());
        self.note(Method::Configure, wanted.vmid);
        Ok(())
    }

    pub(super) fn grow_disk(&mut self, wanted: &GuestRef, bytes: u64) -> HypervisorResult<Option<TaskRef>> {
        let guest = self.own_at_rest(wanted)?;
        let present = guest.disk_bytes();
        if bytes == present {
            return Ok(None);
        }
        if bytes < present {
            return Err(rejected(
                Rejection::InvalidParameter,
                "unable to shrink disk size",
            ));
        }
        not_locked(guest)?;
        if self.free_disk_bytes(&guest.node) < bytes - present {
            return Err(rejected(
                Rejection::Storage,
                format!("storage of node '{}' is full", guest.node),
            ));
        }
        self.begin(Method::GrowDisk, wanted.vmid, Work::Resize { bytes })
            .map(Some)
    }

    pub(super) fn delete(&mut self, wanted: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
        let Some(guest) = self.own_if_there(wanted)? else {
            return Ok(None);
        };
        self.not_at_work(guest)?;
        not_locked(guest)?;
        self.guest_mut(wanted.vmid)?.running_since = None;
        self.begin(Method::Delete, wanted.vmid, Work::Delete).map(Some)
    }

    pub(super) fn set_root_password(&mut self, wanted: &GuestRef, hash: &str) -> HypervisorResult<()> {
        check_hash(hash)?;
        let guest = self.own_at_rest(wanted)?;
        not_locked(guest)?;
        if guest.running_since.is_none() {
            return Err(rejected(
                Rejection::Unsupported,
                format!("CT {} not running", wanted.vmid),
            ));
        }
        hash.clone_into(&mut self.guest_mut(wanted.vmid)?.content.root_password_hash);
        self.note(Method::SetRootPassword, wanted.vmid);
        Ok(())
    }
}

fn check_hash(hash: &str) -> HypervisorResult<()> {
    if hash.starts_with(PASSWORD_HASH_PREFIX) {
        return Ok(());
    }
    Err(rejected(
        Rejection::InvalidParameter,
        "the password must be a $6$ hash",
    ))
}
