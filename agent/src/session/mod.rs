//! The work of a running agent: looking at the machine, and telling the server.

mod attach;
mod backoff;
mod cadence;
mod complaints;
mod daemon;
mod sequence;
mod stop;
mod tongue;
mod units;

pub use daemon::{Agent, RunError};
