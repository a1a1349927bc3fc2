//! What the machine is and does, read from `/proc`, `/sys` and the file systems.
//!
//! Whatever is not there, or is not as expected, is not known: nothing here fails, and nothing here panics.

mod busiest;
mod cgroup;
mod counters;
mod cpu;
mod disks;
mod facts;
mod file_systems;
mod load;
mod memory;
mod mounts;
mod network;
mod operating_system;
mod processes;
mod roots;
mod sampler;
mod temperature;
mod text;
mod virtualization;

pub(crate) use busiest::Busiest;
pub(crate) use counters::rate;
pub(crate) use facts::{boot_id, facts, host_name};
pub use roots::Roots;
pub(crate) use sampler::Sampler;
