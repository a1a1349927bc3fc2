//! What callers give and get. Fields are checked one by one before they come here; rules that need
//! the store are checked here.

use std::time::Duration;

use crate::domain::ids::{IpPoolId, OperatingSystemId, ServerId, TariffId};
use crate::domain::names::ServerName;
use crate::domain::operation::Operation;
use crate::domain::server::Server;
use crate::domain::ssh_key::SshPublicKey;
use crate::engine::operations::params::StopHow;
use crate::engine::root_password::RootPassword;

#[derive(Clone, Debug)]
pub struct CreateServer {
    pub name: ServerName,
    pub tariff_id: TariffId,
    pub operating_system_id: OperatingSystemId,
    pub ssh_public_keys: Vec<SshPublicKey>,
    /// `None` lets Hostler choose.
    pub ip_pool_id: Option<IpPoolId>,
    pub keep_stopped: bool,
}

#[derive(Clone, Debug)]
pub struct StartServer {
    pub id: ServerId,
    pub etag: Option<String>,
}

#[derive(Clone, Debug)]
pub struct StopServer {
    pub id: ServerId,
    pub how: StopHow,
    pub etag: Option<String>,
}

#[derive(Clone, Debug)]
pub struct RestartServer {
    pub id: ServerId,
    /// Until it is cut off.
    pub timeout: Duration,
    pub etag: Option<String>,
}

#[derive(Clone, Debug)]
pub struct DeleteServer {
    pub id: ServerId,
    pub etag: Option<String>,
    /// Gives the server up whose hypervisor is no longer configured. For operators.
    pub forget: bool,
}

#[derive(Clone, Debug)]
pub struct ResizeServer {
    pub id: ServerId,
    pub to: ResizeTo,
    pub etag: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResizeTo {
    /// Takes over the sizes and the price of another tariff.
    Tariff(TariffId),
    /// Single sizes; `None` leaves one as it is. Tariff and price stay.
    Sizes {
        cpu_millicores: Option<u32>,
        memory_bytes: Option<u64>,
        disk_bytes: Option<u64>,
    },
}

#[derive(Clone, Debug)]
pub struct RenameServer {
    pub id: ServerId,
    pub name: ServerName,
    pub etag: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ResetRootPassword {
    pub id: ServerId,
    pub etag: Option<String>,
}

/// Work that was accepted, now or by an earlier call with the same request id.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub operation: Operation,
    pub server: Server,
}

#[derive(Clone, Debug)]
pub struct AcceptedWithPassword {
    pub operation: Operation,
    pub server: Server,
    /// `None` when an earlier call with the same request id has shown it.
    pub root_password: Option<RootPassword>,
}
