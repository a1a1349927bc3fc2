//! The outside world, behind the ports.

pub mod bus_local;
pub mod clock;
pub mod log_mailer;
pub mod post;
pub mod proxmox;
pub mod remote_write;
pub mod sim;
pub mod smtp;
pub mod store;
