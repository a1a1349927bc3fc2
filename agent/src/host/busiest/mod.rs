//! Which processes use the machine most.

mod accounts;
mod looks;
mod stat;

pub(crate) use looks::Busiest;
