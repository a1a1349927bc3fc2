//! The outside world, behind the ports.

pub mod bus_local;
pub mod clock;
pub mod log_mailer;
pub mod proxmox;
pub mod sim;
pub mod smtp;
pub mod store;
