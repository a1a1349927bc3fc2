//! The port, call by call.

use std::time::Duration;

use async_trait::async_trait;

use super::faults::Method;
use super::simulation::Sim;
use super::templates;
use crate::domain::guest::{
    Finding, Guest, GuestPlan, GuestRef, GuestSnapshot, HypervisorStatus, NewGuest, TaskKind, TaskRef,
    TaskStatus, Template,
};
use crate::domain::resources::Resources;
use crate::domain::time::Timestamp;
use crate::ports::hypervisor::{Hypervisor, HypervisorResult};

#[async_trait]
impl Hypervisor for Sim {
    async fn status(&self) -> HypervisorStatus {
        self.look().status()
    }

    async fn check(&self) -> Vec<Finding> {
        self.look().check()
    }

    async fn templates(&self) -> HypervisorResult<Vec<Template>> {
        self.call(Method::Templates, |cluster| {
            let online = cluster
                .settings
                .nodes
                .iter()
                .filter(|node| cluster.faults.is_online(node));
            Ok(online.flat_map(|node| templates::on_node(node)).collect())
        })
    }

    fn vmid_range(&self) -> (u32, u32) {
        self.vmids
    }

    async fn choose_node(&self, resources: &Resources) -> HypervisorResult<String> {
        self.call(Method::ChooseNode, |cluster| cluster.choose_node(resources))
    }

    async fn inventory(&self) -> HypervisorResult<Vec<Guest>> {
        self.listings.pass().await;
        self.call(Method::Inventory, |cluster| Ok(cluster.inventory()))
    }

    async fn guest(&self, vmid: u32) -> HypervisorResult<Option<Guest>> {
        self.call(Method::Guest, |cluster| cluster.find_listed(vmid))
    }

    async fn is_marked(&self, guest: &GuestRef) -> HypervisorResult<bool> {
        self.call(Method::IsMarked, |cluster| {
            let found = cluster.existing(guest.vmid)?;
            Ok(found.mark() == Some(guest.server_id))
        })
    }

    async fn create(&self, guest: &NewGuest) -> HypervisorResult<TaskRef> {
        self.call(Method::Create, |cluster| cluster.create(guest))
    }

    async fn mark(&self, guest: &GuestRef, _plan: &GuestPlan) -> HypervisorResult<()> {
        self.call(Method::Mark, |cluster| cluster.mark(guest))
    }

    async fn start(&self, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
        self.call(Method::Start, |cluster| cluster.start(guest))
    }

    async fn shutdown(
        &self,
        guest: &GuestRef,
        timeout: Duration,
        force: bool,
    ) -> HypervisorResult<Option<TaskRef>> {
        self.call(Method::Shutdown, |cluster| {
            cluster.shutdown(guest, timeout, force)
        })
    }

    async fn stop(&self, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
        self.call(Method::Stop, |cluster| cluster.stop(guest))
    }

    async fn restart(&self, guest: &GuestRef, timeout: Duration) -> HypervisorResult<Option<TaskRef>> {
        self.call(Method::Restart, |cluster| cluster.restart(guest, timeout))
    }

    async fn delete(&self, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
        self.call(Method::Delete, |cluster| cluster.delete(guest))
    }

    async fn configure(&self, guest: &GuestRef, plan: &GuestPlan) -> HypervisorResult<()> {
        self.call(Method::Configure, |cluster| cluster.configure(guest, plan))
    }

    async fn grow_disk(&self, guest: &GuestRef, bytes: u64) -> HypervisorResult<Option<TaskRef>> {
        self.call(Method::GrowDisk, |cluster| cluster.grow_disk(guest, bytes))
    }

    async fn configured_resources(&self, guest: &GuestRef) -> HypervisorResult<Resources> {
        self.call(Method::ConfiguredResources, |cluster| {
            Ok(cluster.existing(guest.vmid)?.content.config.resources)
        })
    }

    async fn snapshots(&self, guest: &GuestRef) -> HypervisorResult<Vec<GuestSnapshot>> {
        self.call(Method::Snapshots, |cluster| cluster.snapshots(guest))
    }

    async fn snapshot_create(
        &self,
        guest: &GuestRef,
        name: &str,
        description: &str,
    ) -> HypervisorResult<Option<TaskRef>> {
        self.call(Method::SnapshotCreate, |cluster| {
            cluster.snapshot_create(guest, name, description)
        })
    }

    async fn snapshot_rollback(&self, guest: &GuestRef, name: &str) -> HypervisorResult<TaskRef> {
        self.call(Method::SnapshotRollback, |cluster| {
            cluster.snapshot_rollback(guest, name)
        })
    }

    async fn snapshot_delete(&self, guest: &GuestRef, name: &str) -> HypervisorResult<Option<TaskRef>> {
        self.call(Method::SnapshotDelete, |cluster| {
            cluster.snapshot_delete(guest, name)
        })
    }

    async fn set_root_password(&self, guest: &GuestRef, hash: &str) -> HypervisorResult<()> {
        self.call(Method::SetRootPassword, |cluster| {
            cluster.set_root_password(guest, hash)
        })
    }

    async fn task(&self, task: &TaskRef) -> HypervisorResult<TaskStatus> {
        self.call(Method::Task, |cluster| cluster.task(task))
    }

    async fn find_task(
        &self,
        guest: &GuestRef,
        kind: TaskKind,
        since: Timestamp,
    ) -> HypervisorResult<Option<TaskRef>> {
        self.call(Method::FindTask, |cluster| cluster.find_task(guest, kind, since))
    }

    async fn abort_task(&self, task: &TaskRef) -> HypervisorResult<()> {
        self.call(Method::AbortTask, |cluster| cluster.abort_task(task))
    }
}
