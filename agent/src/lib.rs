//! The agent of Hostler: a daemon that watches the machine it runs on and tells a server.

mod backlog;
pub mod clock;
pub mod config;
mod host;
mod key;
mod spool;
mod state;
pub mod telemetry;
mod timing;

pub use host::Roots;
pub use state::StateError;
pub use timing::Timing;
