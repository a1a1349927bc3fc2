//! The client against a scripted server in the same process.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod mock;

mod calls;
mod operations;
mod session;
mod watch;
