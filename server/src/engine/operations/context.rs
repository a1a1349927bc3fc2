//! What a step is given: the ports, its operation, and what the log says of earlier tries.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::failure::{internal, transient};
use super::log::StepLog;
use super::settings::StepSettings;
use super::step_end::{StepError, StepOutcome};
use crate::domain::change::Change;
use crate::domain::guest::{GuestAddressing, GuestNetwork, GuestPlan, GuestRef, TaskRef};
use crate::domain::ip_pool::IpPoolKind;
use crate::domain::operation::{Operation, StepDirection};
use crate::domain::server::{Placement, Server, ServerPatch};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::ports::hypervisor::Hypervisor;

/// Polls grow by half each time.
const POLL_GROWTH: f64 = 1.5;

pub(super) struct StepContext {
    pub(super) ports: Ports,
    pub(super) settings: StepSettings,
    pub(super) operation: Operation,
    pub(super) log: StepLog,
    pub(super) index: u32,
    pub(super) direction: StepDirection,
    /// Looks taken in this run, to space them.
    pub(super) polls: u32,
}

/// A server that has a place, and the hypervisor it is on.
pub(super) struct Placed {
    pub(super) server: Server,
    pub(super) hypervisor: Arc<dyn Hypervisor>,
    pub(super) guest: GuestRef,
}

impl StepContext {
    pub(super) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    pub(super) fn params<T: DeserializeOwned>(&self) -> Result<T, StepError> {
        serde_json::from_value(self.operation.params.clone())
            .map_err(|error| internal(format!("read params: {error}")))
    }

    pub(super) async fn server(&self) -> Result<Server, StepError> {
        Ok(self.ports.store.server_get(self.operation.server_id).await?)
    }

    /// The server with its place; `None` while it has none.
    pub(super) async fn placed(&self) -> Result<Option<Placed>, StepError> {
        let server = self.server().await?;
        let Some(placement) = server.placement.clone() else {
            return Ok(None);
        };
        let hypervisor = self.hypervisor(&placement.hypervisor)?;
        let guest = GuestRef {
            node: placement.node,
            vmid: placement.vmid,
            server_id: server.id,
        };
        Ok(Some(Placed {
            server,
            hypervisor,
            guest,
        }))
    }

    /// For steps that come after the place was chosen.
    pub(super) async fn require_placed(&self) -> Result<Placed, StepError> {
        self.placed()
            .await?
            .ok_or_else(|| internal("the server has no place on a hypervisor"))
    }

    /// A name that the configuration has lost is worth waiting for: somebody is editing it.
    pub(super) fn hypervisor(&self, name: &str) -> Result<Arc<dyn Hypervisor>, StepError> {
        self.ports.hypervisors.get(name).cloned().ok_or_else(|| {
            transient(
                "HYPERVISOR_UNKNOWN",
                "the server's hypervisor is missing in the configuration",
                format!("no hypervisor is called {name}"),
            )
        })
    }

    /// What the guest is to be, by its server's row.
    pub(super) async fn plan(&self, server: &Server) -> Result<GuestPlan, StepError> {
        let (pool, _) = self.ports.store.ip_pool_get(server.ip_pool_id).await?;
        let tariff = self.ports.store.tariff_get(server.tariff_id).await?;
        let addressing = match pool.kind {
            IpPoolKind::Dhcp => GuestAddressing::Dhcp,
            IpPoolKind::Static => {
                let address = server
                    .addresses
                    .first()
                    .ok_or_else(|| internal("the server has no address"))?;
                GuestAddressing::Static {
                    address: address.address,
                    prefix_length: address.prefix_length,
                    gateway: address.gateway,
                }
            }
        };
        Ok(GuestPlan {
            name: server.name.clone(),
            resources: server.resources,
            network: GuestNetwork {
                bridge: pool.bridge,
                vlan_tag: pool.vlan_tag,
                addressing,
                nameservers: pool.nameservers,
                bytes_per_second: tariff.network_bytes_per_second,
            },
        })
    }

    /// Writes down where the server's guest is.
    pub(super) fn place(&self, placement: Placement) -> Change {
        Change::ServerUpdate {
            id: self.operation.server_id,
            operation_id: self.operation.id,
            patch: Box::new(ServerPatch {
                placement: Some(placement),
                ..ServerPatch::default()
            }),
            now: self.now(),
        }
    }

    /// When an earlier try of this step began whose outcome is not known.
    pub(super) fn earlier_try(&self) -> Option<Timestamp> {
        self.log.earlier_try(self.index, self.direction)
    }

    /// How long this step has been at it, over all its tries since it was last done or retried.
    pub(super) fn elapsed(&self) -> Duration {
        let open = self.log.open_since(self.index, self.direction);
        let tried = self.log.tried_since(self.index, self.direction);
        open.max(tried)
            .map_or(Duration::ZERO, |since| self.now().since(since))
    }

    /// The task that the step before this one began.
    pub(super) fn submitted_task(&self) -> Option<TaskRef> {
        let submit = self.index.checked_sub(1)?;
        self.log.last_submitted(submit)
    }

    /// Comes back after a pause that grows.
    pub(super) fn poll(&self, percent: Option<u8>, text: impl Into<String>) -> StepOutcome {
        let growth = POLL_GROWTH.powi(i32::try_from(self.polls).unwrap_or(i32::MAX).min(32));
        let after = self.settings.first_poll.mul_f64(growth);
        StepOutcome::Poll {
            after: after.min(self.settings.longest_poll),
            percent,
            text: text.into(),
        }
    }
}
