//! What can be said about servers.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::flags::{Confirm, Limit, Timeout, Wait};
use crate::units::{cpu, size};
use crate::views::parse_enum;

/// Create, run, change and delete servers
#[derive(Debug, Subcommand)]
pub(crate) enum Servers {
    /// List servers, newest first
    #[command(alias = "ls")]
    List(List),
    /// Show one server
    Get(One),
    /// Create a server and start it
    Create(Create),
    /// Start a stopped server
    Start(Start),
    /// Stop a running server, by asking it to shut down
    Stop(Stop),
    /// Shut a server down and start it again
    Restart(Restart),
    /// Change a server's sizes
    Resize(Resize),
    /// Change a server's host name
    Rename(Rename),
    /// Delete a server with its disk, snapshots and addresses, for good
    #[command(alias = "rm")]
    Delete(Delete),
    /// Set a new root password, made up by Hostler and shown once
    ResetPassword(Start),
    /// Show what happened to a server, newest first
    Events(Events),
    /// Show servers, and each change as it happens, until interrupted
    Watch(Watch),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only in this state, such as running; may be given more than once
    #[arg(long, value_name = "STATE", value_parser = server_state)]
    pub(crate) state: Vec<v1::ServerState>,
    /// Only with this in the name
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) query: String,
    /// Only of this account, by address or id; for staff
    #[arg(long, value_name = "USER")]
    pub(crate) owner: Option<String>,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Name, id, or the beginning of the id
    #[arg(value_name = "SERVER")]
    pub(crate) server: String,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Host name: lower-case letters, digits and hyphens
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Tariff, by name or id
    #[arg(long)]
    pub(crate) tariff: String,
    /// Operating system, such as debian-13, or its id
    #[arg(long)]
    pub(crate) system: String,
    /// File with public keys that may sign in as root; may be given more than once
    #[arg(long, value_name = "FILE")]
    pub(crate) ssh_key: Vec<PathBuf>,
    /// Address pool, by name or id; for operators. Hostler chooses unless given
    #[arg(long)]
    pub(crate) pool: Option<String>,
    /// Leave the new server stopped
    #[arg(long)]
    pub(crate) keep_stopped: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, Args)]
pub(crate) struct Start {
    #[command(flatten)]
    pub(crate) one: One,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, Args)]
pub(crate) struct Stop {
    #[command(flatten)]
    pub(crate) one: One,
    #[command(flatten)]
    pub(crate) timeout: Timeout,
    /// Cut it off when the time is up, instead of failing
    #[arg(long)]
    pub(crate) force: bool,
    /// Cut it off at once, without asking it
    #[arg(long, conflicts_with_all = ["timeout", "force"])]
    pub(crate) now: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, Args)]
pub(crate) struct Restart {
    #[command(flatten)]
    pub(crate) one: One,
    #[command(flatten)]
    pub(crate) timeout: Timeout,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, Args)]
#[group(id = "sizes", required = true, multiple = true, args = ["tariff", "cpu", "memory", "disk"])]
pub(crate) struct Resize {
    #[command(flatten)]
    pub(crate) one: One,
    /// Take over the sizes of this tariff, by name or id
    #[arg(long, conflicts_with_all = ["cpu", "memory", "disk"])]
    pub(crate) tariff: Option<String>,
    /// Cores, such as 0.5 or 2
    #[arg(long, value_name = "CORES", value_parser = cpu::parse, allow_hyphen_values = true)]
    pub(crate) cpu: Option<i32>,
    /// Memory, such as 512MiB or 2GiB
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    pub(crate) memory: Option<i64>,
    /// Disk, such as 20GiB; it can only grow
    #[arg(long, value_name = "SIZE", value_parser = size::parse, allow_hyphen_values = true)]
    pub(crate) disk: Option<i64>,
    /// Do not ask before the price rises
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, Args)]
pub(crate) struct Rename {
    #[command(flatten)]
    pub(crate) one: One,
    /// New host name: lower-case letters, digits and hyphens
    #[arg(value_name = "NEW_NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(crate) one: One,
    /// Give up a server whose hypervisor is no longer configured; for operators
    #[arg(long)]
    pub(crate) forget: bool,
    #[command(flatten)]
    pub(crate) confirm: Confirm,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, Args)]
pub(crate) struct Events {
    #[command(flatten)]
    pub(crate) one: One,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// Only these, by name or id; all unless given
    #[arg(value_name = "SERVER")]
    pub(crate) servers: Vec<String>,
}

fn server_state(word: &str) -> Result<v1::ServerState, String> {
    parse_enum(word, "SERVER_STATE_", v1::ServerState::from_str_name)
}
