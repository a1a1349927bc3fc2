//! Servers: what customers rent. What takes longer than a request is handed to the operations.
//!
//! [`Servers::new`]`(ports, ServersSettings::default(), HashTurns::default())`.

mod change;
mod create;
mod forget;
mod input;
mod pool;
mod power;
mod read;
mod service;
mod watch;

pub use input::{
    Accepted, AcceptedWithPassword, CreateServer, DeleteServer, RenameServer, ResetRootPassword,
    ResizeServer, ResizeTo, RestartServer, StartServer, StopServer,
};
pub use service::{Servers, ServersSettings};
pub use watch::ServersEvent;

pub use crate::engine::operations::params::StopHow;
