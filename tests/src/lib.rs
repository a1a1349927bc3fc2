//! What the whole-system tests share: the programs they start beside Hostler.

pub mod python;
pub mod smtp_sink;
