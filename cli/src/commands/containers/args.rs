//! What can be said to `hostler containers`.

use clap::{Args, Subcommand};

/// Containers of nodes, as their agents tell of them; for staff
#[derive(Debug, Subcommand)]
pub(crate) enum Containers {
    /// List containers and what they use
    #[command(alias = "ls")]
    List(List),
    /// Show one container
    Get(Get),
    /// Go on showing containers as they change, until interrupted
    Watch(List),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hostler containers list db-1
  hostler containers list --running")]
pub(crate) struct List {
    /// Nodes, by name or id; all unless given
    #[arg(value_name = "NODE")]
    pub(super) nodes: Vec<String>,
    /// Only those that run
    #[arg(long)]
    pub(super) running: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Get {
    /// Node, by name or id
    #[arg(value_name = "NODE")]
    pub(super) node: String,
    /// Container, by name or the beginning of its id
    #[arg(value_name = "CONTAINER")]
    pub(super) container: String,
}
