//! The containers of this machine, where its owner lets the server know of them.
//!
//! ```text
//! engine (Docker, Podman) ──events, lists, looks──► Watcher ──► Shelf ──► News, of one session
//! ```
//!
//! A task of its own follows the engine, with or without a session; what it knows stands on the shelf, and each session
//! tells the server what it has not told yet.

mod act;
mod engine;
mod news;
mod shelf;
mod sockets;
mod translate;
mod usage;
mod watcher;

pub(crate) use act::{Output, act};
pub(crate) use sockets::sockets;
pub(crate) use watcher::ContainerWatch;
