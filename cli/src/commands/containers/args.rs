//! What can be said to `hostler containers`.

use std::time::Duration;

use clap::{Args, Subcommand};

use crate::flags::Confirm;
use crate::units::time;

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
    /// Start a container; this and what follows is for operators, and for the machine's owner to grant
    Start(Change),
    /// Stop a container
    Stop(Stop),
    /// Stop a container and start it again
    Restart(Stop),
    /// Hold a container still
    Pause(Change),
    /// Let a container go on
    Unpause(Change),
    /// End a container at once
    Kill(Change),
    /// Remove a container; its volumes stay
    #[command(alias = "rm")]
    Remove(Remove),
    /// Show all that the engine knows of a container, as JSON, without values of environment variables
    Inspect(Get),
    /// Fetch an image
    Pull(Pull),
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

#[derive(Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    pub(super) one: Get,
}

#[derive(Debug, Args)]
pub(crate) struct Stop {
    #[command(flatten)]
    pub(super) one: Get,
    /// How long it may take to stop by itself, up to 10m; 10s unless given
    #[arg(
        long,
        value_name = "TIME",
        value_parser = time::within(Duration::from_secs(1), Duration::from_mins(10)),
        allow_hyphen_values = true
    )]
    pub(super) grace: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    #[command(flatten)]
    pub(super) one: Get,
    /// Remove one that runs as well
    #[arg(long)]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) confirm: Confirm,
}

#[derive(Debug, Args)]
pub(crate) struct Pull {
    /// Node, by name or id
    #[arg(value_name = "NODE")]
    pub(super) node: String,
    /// Name of the image with a tag or a digest, such as nginx:1.27
    #[arg(value_name = "IMAGE")]
    pub(super) image: String,
}

/// Show what a container has put out; for operators
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hostler logs db-1 nginx --tail 20
  hostler logs db-1 nginx -f")]
pub(crate) struct Logs {
    #[command(flatten)]
    pub(super) one: Get,
    /// Go on with new lines, for an hour at most or until interrupted
    #[arg(short, long)]
    pub(super) follow: bool,
    /// The last so many lines, 1 to 10000
    #[arg(
        long,
        value_name = "N",
        default_value_t = 100,
        value_parser = clap::value_parser!(i32).range(1..=10_000),
        allow_hyphen_values = true
    )]
    pub(super) tail: i32,
    /// Put the time before each line
    #[arg(short, long)]
    pub(super) timestamps: bool,
}
