//! What the whole-system tests share: the programs they start beside Hostler.

pub mod fakepve;
pub mod guests;
pub mod pve_stub;
pub mod python;
pub mod smtp_sink;
pub mod wait;
