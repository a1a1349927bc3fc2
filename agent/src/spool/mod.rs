//! Samples that wait on disk to be sent: a bounded queue in append-only files.
//!
//! Nothing here is needed to go on: what cannot be written or read counts as dropped, and the agent lives.

mod files;
mod record;
mod segment;
mod store;

pub(crate) use store::{Spool, remove_spool};
