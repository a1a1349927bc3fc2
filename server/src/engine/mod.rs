//! Use cases: what can be asked of the system, and the durable work behind it.

pub mod caller;
pub mod context;
pub mod error;
