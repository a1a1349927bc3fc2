//! Root passwords of the guests of this machine, where its owner lets the server set them.
//!
//! ```text
//! agent, no rights ──request──► socket of systemd ──► hostler-agent guest-password, as root ──► pct or lxc-attach
//! ```
//!
//! Running something in a guest takes root, which the agent has not. A program of its own does it: systemd starts one for
//! each request, it reads the grants of this machine itself, does this one thing, and ends. A request and its answer are a
//! line of JSON each. Passwords come as hashes only, through standard input.

mod ask;
mod hash;
mod helper;
mod tool;

use serde::{Deserialize, Serialize};

pub(crate) use ask::set_password;
pub(crate) use helper::answer;

/// Where systemd listens for requests.
pub(crate) const SOCKET: &str = "/run/hostler-agent/guests.sock";
/// Of a request and of an answer, in bytes.
const MOST_BYTES: u64 = 4096;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    vmid: u32,
    password_hash: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Done,
    /// In plain words.
    Failed(String),
}
