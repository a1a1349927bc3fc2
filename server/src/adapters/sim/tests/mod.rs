//! The simulation keeps the port's promises, and breaks them when a test asks for it.

mod bench;
mod capacity;
mod faults;
mod lifecycle;
mod ownership;
mod persistence;
mod snapshots;
mod tasks;
mod usage;
