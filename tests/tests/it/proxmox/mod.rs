//! The Proxmox VE adapter against a fake cluster, and against a stub of what the fake lacks.

mod against_fake;
mod against_stub;
mod faults;
mod foreign_bytes;
mod manners;
mod root_password;
mod set_up;
mod support;
