//! The simulated hypervisor: what a newcomer and the tests run on.
//!
//! It behaves as a Proxmox VE cluster does, as far as the port shows: tasks take time, guests have
//! locks, marks and snapshots, and things go wrong when a test asks for it. Everything that happens
//! by itself is worked out from the clock at each look; nothing runs in the background.

mod cluster;
mod control;
mod creation;
mod faults;
mod following;
mod guest;
mod hypervisor;
mod inventory;
mod listings;
mod persist;
mod placement;
mod power;
mod settings;
mod settle;
mod simulation;
mod snapshots;
mod state;
mod task;
mod templates;
mod usage;
mod view;

#[cfg(test)]
mod tests;

pub use control::Control;
pub use faults::{Doom, Fault, Method, When};
pub use settings::{SimError, SimSettings};
pub use simulation::Sim;
pub use view::{Effect, SimGuest, SimSnapshot};
