//! Quantities as people write and read them.

pub(crate) mod cpu;
mod decimal;
pub(crate) mod figure;
pub(crate) mod money;
pub(crate) mod size;
pub(crate) mod spark;
pub(crate) mod time;
