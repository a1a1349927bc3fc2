//! Snapshots of guests.

use super::cluster::{Cluster, not_locked, rejected};
use super::faults::Method;
use super::guest::SnapshotState;
use super::task::Work;
use crate::domain::guest::{GuestRef, GuestSnapshot, TaskRef};
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

impl Cluster {
    pub(super) fn snapshots(&self, wanted: &GuestRef) -> HypervisorResult<Vec<GuestSnapshot>> {
        let guest = self.existing(wanted.vmid)?;
        Ok(guest
            .snapshots
            .iter()
            .map(|snapshot| GuestSnapshot {
                name: snapshot.name.clone(),
                description: snapshot.description.clone(),
                create_time: Some(snapshot.create_time),
                incomplete: snapshot.incomplete,
            })
            .collect())
    }

    pub(super) fn snapshot_create(
        &mut self,
        wanted: &GuestRef,
        name: &str,
        description: &str,
    ) -> HypervisorResult<Option<TaskRef>> {
        let guest = self.own_at_rest(wanted)?;
        if let Some(present) = guest.snapshot(name) {
            if !present.incomplete && present.description.trim_end() == description.trim_end() {
                return Ok(None);
            }
            return Err(HypervisorError::AlreadyThere(format!(
                "snapshot name '{name}' already used"
            )));
        }
        not_locked(guest)?;
        let snapshot = SnapshotState {
            name: name.to_owned(),
            description: description.to_owned(),
            create_time: self.now,
            incomplete: true,
            config: guest.content.config.clone(),
        };
        self.guest_mut(wanted.vmid)?.snapshots.push(snapshot);
        let name = name.to_owned();
        self.begin(Method::SnapshotCreate, wanted.vmid, Work::SnapshotCreate { name })
            .map(Some)
    }

    /// Kills a running guest at once, whatever becomes of the rollback.
    pub(super) fn snapshot_rollback(&mut self, wanted: &GuestRef, name: &str) -> HypervisorResult<TaskRef> {
        let guest = self.own_at_rest(wanted)?;
        let snapshot = guest
            .snapshot(name)
            .ok_or_else(|| HypervisorError::NotFound(format!("snapshot '{name}' does not exist")))?;
        if snapshot.incomplete {
            return Err(rejected(
                Rejection::Unsupported,
                format!("snapshot '{name}' is half made or half deleted"),
            ));
        }
        not_locked(guest)?;
        self.guest_mut(wanted.vmid)?.running_since = None;
        let name = name.to_owned();
        self.begin(
            Method::SnapshotRollback,
            wanted.vmid,
            Work::SnapshotRollback { name },
        )
    }

    pub(super) fn snapshot_delete(
        &mut self,
        wanted: &GuestRef,
        name: &str,
    ) -> HypervisorResult<Option<TaskRef>> {
        let Some(guest) = self.own_if_there(wanted)? else {
            return Ok(None);
        };
        self.not_at_work(guest)?;
        if guest.snapshot(name).is_none() {
            return Ok(None);
        }
        not_locked(guest)?;
        if let Some(snapshot) = self.guest_mut(wanted.vmid)?.snapshot_mut(name) {
            snapshot.incomplete = true;
        }
        let name = name.to_owned();
        self.begin(Method::SnapshotDelete, wanted.vmid, Work::SnapshotDelete { name })
            .map(Some)
    }
}
