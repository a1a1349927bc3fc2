//! The web client: its files, built into the program, and how browsers get them.

mod client;
mod embedded;
mod encoding;
mod file;
mod not_built;
mod policy;

pub use client::WebClient;
pub use file::WebFile;
