//! What can be said to `hostler nodes`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use hostler_client::v1;

use crate::flags::{Confirm, Limit};
use crate::units::time;

/// Machines with an agent; for staff
#[derive(Debug, Subcommand)]
pub(crate) enum Nodes {
    /// List nodes, oldest first
    #[command(alias = "ls")]
    List(List),
    /// Show one node
    Get(One),
    /// Follow nodes as they come and go, until interrupted
    Watch(Watch),
    /// Let a machine join: its secret is shown once; for operators
    Enrol(Enrol),
    /// List what was made for machines to join by; for operators
    Enrolments,
    /// Take back what a machine was to join by; for operators
    Withdraw(Withdraw),
    /// Change the name or the labels of a node, or which machine of a hypervisor it is; for operators
    Update(Update),
    /// Take a node's key away: its agent is cut off until it is enrolled again; for operators
    Revoke(Remove),
    /// Delete a node and what is known of it; for operators
    #[command(alias = "rm")]
    Delete(Remove),
    /// Show what happened to a node, newest first
    Events(Events),
    /// Show what nodes do: processor, memory, disks, network and the busiest processes
    Stats(Stats),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum State {
    New,
    Online,
    Offline,
    Revoked,
}

impl From<State> for v1::NodeState {
    fn from(state: State) -> Self {
        match state {
            State::New => Self::New,
            State::Online => Self::Online,
            State::Offline => Self::Offline,
            State::Revoked => Self::Revoked,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only nodes in this state
    #[arg(long)]
    pub(super) state: Option<State>,
    #[command(flatten)]
    pub(super) limit: Limit,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Node, by name or id
    #[arg(value_name = "NODE")]
    pub(super) node: String,
}

#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// Nodes, by name or id; all unless given
    #[arg(value_name = "NODE")]
    pub(super) nodes: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hostler nodes enrol --name db-1 --label site=berlin
  hostler nodes enrol --node db-1 --ttl 10m")]
pub(crate) struct Enrol {
    /// What to call the node; its host name unless given
    #[arg(long)]
    pub(super) name: Option<String>,
    /// A label for the node, such as site=berlin; may be given more than once
    #[arg(long, value_name = "KEY=VALUE", value_parser = label)]
    pub(super) label: Vec<(String, String)>,
    /// Enrol this node again, by name or id: it gets a new key and keeps its name and labels
    #[arg(long, conflicts_with_all = ["name", "label"])]
    pub(super) node: Option<String>,
    /// How long a machine may join by it, 1m to 7d; 1h unless given
    #[arg(
        long,
        value_name = "TIME",
        value_parser = time::within(Duration::from_mins(1), Duration::from_hours(7 * 24)),
        allow_hyphen_values = true
    )]
    pub(super) ttl: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct Withdraw {
    /// Enrolment token, by its id or the beginning of it
    #[arg(value_name = "ID")]
    pub(super) token: String,
}

#[derive(Debug, Args)]
#[command(override_usage = "hostler nodes update <NODE> <OPTIONS>")]
#[group(id = "changes", required = true, multiple = true, args = ["name", "label", "no_label", "hypervisor_node", "no_hypervisor_node"])]
pub(crate) struct Update {
    #[command(flatten)]
    pub(super) one: One,
    /// New name
    #[arg(long)]
    pub(super) name: Option<String>,
    /// A label to add or to change; may be given more than once
    #[arg(long, value_name = "KEY=VALUE", value_parser = label)]
    pub(super) label: Vec<(String, String)>,
    /// A label to remove; may be given more than once
    #[arg(long, value_name = "KEY")]
    pub(super) no_label: Vec<String>,
    /// Which machine of a hypervisor it is, such as main/pve1: its agent may then set root passwords of guests there
    #[arg(long, value_name = "HYPERVISOR/NODE", value_parser = machine)]
    pub(super) hypervisor_node: Option<v1::HypervisorNode>,
    /// It is no machine of a hypervisor
    #[arg(long, conflicts_with = "hypervisor_node")]
    pub(super) no_hypervisor_node: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    #[command(flatten)]
    pub(super) one: One,
    #[command(flatten)]
    pub(super) confirm: Confirm,
}

#[derive(Debug, Args)]
pub(crate) struct Events {
    #[command(flatten)]
    pub(super) one: One,
    #[command(flatten)]
    pub(super) limit: Limit,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hostler nodes stats --watch
  hostler nodes stats db-1
  hostler nodes stats db-1 --since 7d")]
pub(crate) struct Stats {
    /// Nodes, by name or id; all unless given. One alone is shown in full
    #[arg(value_name = "NODE")]
    pub(super) nodes: Vec<String>,
    /// Go on showing them as they change, until interrupted
    #[arg(short, long)]
    pub(super) watch: bool,
    /// Show the history of that long, such as 6h or 30d, up to 731d, instead of what is used now
    #[arg(
        long,
        value_name = "TIME",
        value_parser = time::within(Duration::from_secs(1), Duration::from_hours(731 * 24)),
        conflicts_with = "watch",
        requires = "nodes",
        allow_hyphen_values = true
    )]
    pub(super) since: Option<Duration>,
    /// At most so many points of history, 1 to 2000; 60 unless given
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(i32).range(1..=2000),
        requires = "since",
        allow_hyphen_values = true
    )]
    pub(super) points: Option<i32>,
}

pub(crate) fn label(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// Names of nodes hold no slash.
fn machine(text: &str) -> Result<v1::HypervisorNode, String> {
    let (hypervisor, node) = text
        .rsplit_once('/')
        .ok_or("write it as HYPERVISOR/NODE, such as main/pve1")?;
    Ok(v1::HypervisorNode {
        hypervisor: hypervisor.to_owned(),
        node: node.to_owned(),
    })
}
