//! The hypervisor port on one Proxmox VE cluster. Each method's work is in the file of its noun.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::absence::is_online;
use super::call::Call;
use super::cluster::Cluster;
use super::guests::is_marked;
use super::loose::{Fields, rows};
use super::settings::ProxmoxSettings;
use super::transport::Transport;
use super::{
    check, configuration, guests, life, listing, placement, power, root_password, snapshots, tasks, tls,
};
use crate::domain::guest::{
    Finding, Guest, GuestPlan, GuestRef, GuestSnapshot, HypervisorStatus, NewGuest, TaskKind, TaskRef,
    TaskStatus, Template,
};
use crate::domain::resources::Resources;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::hypervisor::{Hypervisor, HypervisorError, HypervisorResult, Rejection};

pub struct Proxmox {
    cluster: Cluster,
}

impl std::fmt::Debug for Proxmox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxmox")
            .field("settings", &self.cluster.settings)
            .finish_non_exhaustive()
    }
}

impl Proxmox {
    /// Prepares the connections; the cluster is not asked yet. Fails on settings that cannot work.
    pub fn new(settings: ProxmoxSettings, clock: Arc<dyn Clock>) -> Result<Self, HypervisorError> {
        let name = settings.name.clone();
        Self::prepare(settings, clock).map_err(|problem| HypervisorError::Rejected {
            reason: Rejection::InvalidParameter,
            text: format!("hypervisor {name}: {problem}"),
        })
    }

    fn prepare(settings: ProxmoxSettings, clock: Arc<dyn Clock>) -> Result<Self, String> {
        if let Some(problem) = settings.problem() {
            return Err(problem);
        }
        let tls = Arc::new(tls::client_config(&settings)?);
        let transport = Transport::new(&settings, Arc::clone(&tls), clock)?;
        Ok(Self {
            cluster: Cluster::new(settings, transport, tls),
        })
    }
}

#[async_trait]
impl Hypervisor for Proxmox {
    async fn status(&self) -> HypervisorStatus {
        let version = self.cluster.transport.data(Call::get(&["version"])).await;
        let nodes = match &version {
            Ok(_) => self
                .cluster
                .transport
                .data(Call::get(&["nodes"]))
                .await
                .unwrap_or_default(),
            Err(_) => serde_json::Value::Null,
        };
        HypervisorStatus {
            kind: "proxmox",
            simulated: false,
            available: version.is_ok() && rows(&nodes).any(is_online),
            version: version
                .ok()
                .and_then(|answer| Fields(&answer).text("version"))
                .unwrap_or_default(),
            nodes: rows(&nodes).filter_map(|row| row.text("node")).collect(),
        }
    }

    async fn check(&self) -> Vec<Finding> {
        check::check(&self.cluster).await
    }

    async fn templates(&self) -> HypervisorResult<Vec<Template>> {
        placement::templates(&self.cluster).await
    }

    fn vmid_range(&self) -> (u32, u32) {
        (self.cluster.settings.vmid_first, self.cluster.settings.vmid_last)
    }

    async fn choose_node(&self, resources: &Resources) -> HypervisorResult<String> {
        placement::choose_node(&self.cluster, resources).await
    }

    async fn inventory(&self) -> HypervisorResult<Vec<Guest>> {
        Ok(listing::guests(&self.cluster).await?.to_vec())
    }

    async fn guest(&self, vmid: u32) -> HypervisorResult<Option<Guest>> {
        guests::look(&self.cluster, vmid).await
    }

    async fn is_marked(&self, guest: &GuestRef) -> HypervisorResult<bool> {
        match guests::read(&self.cluster, guest, &["config"], &[]).await {
            Ok((_, config)) => Ok(is_marked(&self.cluster, Fields(&config), guest)),
            // What has no container's configuration is a virtual machine, or has just gone.
            Err(HypervisorError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn create(&self, guest: &NewGuest) -> HypervisorResult<TaskRef> {
        life::create(&self.cluster, guest).await
    }

    async fn mark(&self, guest: &GuestRef, _plan: &GuestPlan) -> HypervisorResult<()> {
        life::mark(&self.cluster, guest).await
    }

    async fn start(&self, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
        power::start(&self.cluster, guest).await
    }

    async fn shutdown(
        &self,
        guest: &GuestRef,
        timeout: Duration,
        force: bool,
    ) -> HypervisorResult<Option<TaskRef>> {
        power::shutdown(&self.cluster, guest, timeout, force).await
    }

    async fn stop(&self, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
        power::stop(&self.cluster, guest).await
    }

    async fn restart(&self, guest: &GuestRef, timeout: Duration) -> HypervisorResult<Option<TaskRef>> {
        power::restart(&self.cluster, guest, timeout).await
    }

    async fn delete(&self, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
        life::delete(&self.cluster, guest).await
    }

    async fn configure(&self, guest: &GuestRef, plan: &GuestPlan) -> HypervisorResult<()> {
        configuration::configure(&self.cluster, guest, plan).await
    }

    async fn grow_disk(&self, guest: &GuestRef, bytes: u64) -> HypervisorResult<Option<TaskRef>> {
        configuration::grow_disk(&self.cluster, guest, bytes).await
    }

    async fn configured_resources(&self, guest: &GuestRef) -> HypervisorResult<Resources> {
        configuration::configured_resources(&self.cluster, guest).await
    }

    async fn snapshots(&self, guest: &GuestRef) -> HypervisorResult<Vec<GuestSnapshot>> {
        snapshots::list(&self.cluster, guest).await
    }

    async fn snapshot_create(
        &self,
        guest: &GuestRef,
        name: &str,
        description: &str,
    ) -> HypervisorResult<Option<TaskRef>> {
        snapshots::create(&self.cluster, guest, name, description).await
    }

    async fn snapshot_rollback(&self, guest: &GuestRef, name: &str) -> HypervisorResult<TaskRef> {
        snapshots::rollback(&self.cluster, guest, name).await
    }

    async fn snapshot_delete(&self, guest: &GuestRef, name: &str) -> HypervisorResult<Option<TaskRef>> {
        snapshots::delete(&self.cluster, guest, name).await
    }

    async fn set_root_password(&self, guest: &GuestRef, hash: &str) -> HypervisorResult<()> {
        root_password::set(&self.cluster, guest, hash).await
    }

    async fn task(&self, task: &TaskRef) -> HypervisorResult<TaskStatus> {
        tasks::status(&self.cluster, task).await
    }

    async fn find_task(
        &self,
        guest: &GuestRef,
        kind: TaskKind,
        since: Timestamp,
    ) -> HypervisorResult<Option<TaskRef>> {
        tasks::find(&self.cluster, guest, kind, since).await
    }

    async fn abort_task(&self, task: &TaskRef) -> HypervisorResult<()> {
        tasks::abort(&self.cluster, task).await
    }
}
