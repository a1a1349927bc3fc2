//! The agent of Hostler: a daemon that watches the machine it runs on and tells a server.
//!
//! The program is a thin layer over this library, so that tests of the whole system can run agents in their own process.

pub mod args;
mod backlog;
pub mod clock;
pub mod commands;
pub mod config;
mod containers;
mod enrolment;
mod guests;
mod host;
mod key;
mod link;
mod node;
mod orders;
mod rotation;
mod session;
mod spool;
mod state;
pub mod telemetry;
mod timing;

pub use enrolment::{EnrolError, Enrolled, Enrolment};
pub use host::Roots;
pub use link::{AddressError, CallError, LineError};
pub use node::NodeError;
pub use rotation::{RotateError, Rotation};
pub use session::{Agent, RunError};
pub use state::StateError;
pub use timing::Timing;
