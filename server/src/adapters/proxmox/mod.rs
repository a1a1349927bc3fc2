//! Proxmox VE clusters as a hypervisor.

mod absence;
mod adapter;
mod call;
mod check;
mod cluster;
mod configuration;
mod connections;
mod console;
mod endpoints;
#[cfg(test)]
mod error_table;
mod errors;
mod failure;
mod guests;
mod life;
mod listing;
mod loose;
mod marks;
mod network;
mod placement;
mod plan;
mod power;
mod privileges;
mod root_password;
mod settings;
mod snapshots;
mod tasks;
mod tls;
mod transport;
mod upid;

pub use adapter::Proxmox;
pub use settings::{ProxmoxSettings, TokenSecret};
