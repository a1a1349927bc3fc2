//! The agent against a server that does what a test tells it to.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod engine;
mod fake_engine;
mod machine;
mod proxy;
mod server;
mod unit;
mod wait;

mod containers;
mod enrolling;
mod guests;
mod keys;
mod orders;
mod program;
mod sessions;
mod storing;
mod tls;
