//! The agent against a server that does what a test tells it to.

mod enrolling;
mod keys;
mod machine;
mod proxy;
mod server;
mod sessions;
mod storing;
mod wait;
