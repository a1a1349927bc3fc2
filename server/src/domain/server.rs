//! The thing that is sold: one Linux server.

use serde::{Deserialize, Serialize};

use super::codes::coded;
use super::etag::Generation;
use super::ids::{IpPoolId, OperatingSystemId, OperationId, ServerId, TariffId, UserId};
use super::ip_pool::IpAssignment;
use super::money::Money;
use super::names::ServerName;
use super::resources::Resources;
use super::time::Timestamp;

coded! {
    ServerState {
        Creating = "creating",
        Running = "running",
        Stopped = "stopped",
        Starting = "starting",
        Stopping = "stopping",
        Restarting = "restarting",
        Resizing = "resizing",
        /// A new name or root password is being set.
        Updating = "updating",
        Snapshotting = "snapshotting",
        Restoring = "restoring",
        Deleting = "deleting",
        /// Gone. The row stays for bills and the audit log; lists leave it out.
        Deleted = "deleted",
        /// Creation failed and what it had made was cleaned up. It can only be deleted.
        Failed = "failed",
        /// The hypervisor no longer knows the guest. Nobody of ours deleted it.
        Lost = "lost",
    }
}

impl ServerState {
    /// Whether an operation is changing the server.
    pub const fn is_transitional(self) -> bool {
        match self {
            Self::Creating
            | Self::Starting
            | Self::Stopping
            | Self::Restarting
            | Self::Resizing
            | Self::Updating
            | Self::Snapshotting
            | Self::Restoring
            | Self::Deleting => true,
            Self::Running | Self::Stopped | Self::Deleted | Self::Failed | Self::Lost => false,
        }
    }
}

/// Where a guest lives. The guest may move to another node by itself; the vmid stays.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Placement {
    /// The hypervisor (cluster) by its name in the configuration.
    pub hypervisor: String,
    /// The node it was last seen on.
    pub node: String,
    pub vmid: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub id: ServerId,
    pub owner_id: UserId,
    pub name: ServerName,
    pub state: ServerState,
    /// Why the state is what it is, for people; empty when there is nothing to say.
    pub state_reason: String,
    /// Whether it is to run. What is stopped all the same is down: nobody here has stopped it.
    pub wanted_running: bool,
    pub tariff_id: TariffId,
    pub operating_system_id: OperatingSystemId,
    pub resources: Resources,
    pub price: Money,
    /// `None` until creation has chosen a place.
    pub placement: Option<Placement>,
    /// The pool whose network the server is on; a DHCP pool leaves no addresses here.
    pub ip_pool_id: IpPoolId,
    pub addresses: Vec<IpAssignment>,
    /// The operation that has the server to itself.
    pub operation_id: Option<OperationId>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub delete_time: Option<Timestamp>,
    pub generation: Generation,
}

/// What an operation changes about a server; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerPatch {
    pub state: Option<ServerState>,
    pub state_reason: Option<String>,
    pub wanted_running: Option<bool>,
    pub name: Option<ServerName>,
    pub tariff_id: Option<TariffId>,
    pub resources: Option<Resources>,
    pub price: Option<Money>,
    pub placement: Option<Placement>,
    pub delete_time: Option<Timestamp>,
}

impl ServerPatch {
    /// If it is stopped now, then because somebody wanted that.
    pub fn stopped_on_purpose(&mut self) {
        if self.state == Some(ServerState::Stopped) {
            self.wanted_running = Some(false);
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerFilter {
    pub owner_id: Option<UserId>,
    /// Empty is every state but `Deleted`.
    pub states: Vec<ServerState>,
    /// Only those that have a place on it.
    pub hypervisor: Option<String>,
    /// Part of the name.
    pub name_contains: Option<String>,
    /// Empty is any.
    pub ids: Vec<ServerId>,
    pub wanted_running: Option<bool>,
}
