//! What can be said to `hostler node-commands`.

use clap::{Args, Subcommand};

use crate::flags::Limit;

/// What nodes were told to do; for staff
#[derive(Debug, Subcommand)]
pub(crate) enum NodeCommands {
    /// List what a node was told to do, newest first
    #[command(alias = "ls")]
    List(List),
    /// Show one command
    Get(One),
    /// Follow a command until it has ended; for operators
    Watch(One),
    /// Take a command back; for operators
    Cancel(One),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Node, by name or id
    #[arg(value_name = "NODE")]
    pub(super) node: String,
    #[command(flatten)]
    pub(super) limit: Limit,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Id of the command
    #[arg(value_name = "ID")]
    pub(super) id: String,
}
