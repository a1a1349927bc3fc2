//! What can be said to `hostler rules`.

use std::time::Duration;

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::commands::alerts::severity;
use crate::commands::nodes::label;
use crate::flags::Confirm;
use crate::units::{figure, time};

/// How far back the server tries a rule.
const LONGEST_DRY_RUN: Duration = Duration::from_hours(30 * 24);

/// Say what is worth an alert
#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// List rules, oldest first: yours and the installation's
    #[command(alias = "ls")]
    List(List),
    /// Show one rule
    Get(One),
    /// Create a rule
    Create(Create),
    /// Change a rule; what is not said stays
    Update(Update),
    /// Delete a rule; its open alerts end
    #[command(alias = "rm")]
    Delete(Delete),
    /// Tell how often and when a rule would have fired
    DryRun(DryRun),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only rules of this account, by address or id; for staff
    #[arg(long, value_name = "USER")]
    pub(super) owner: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Rule, by name or id
    #[arg(value_name = "RULE")]
    pub(super) rule: String,
}

/// A figure against a threshold.
#[derive(Debug, Default, Args)]
pub(crate) struct Figures {
    /// Figure: cpu, memory, disk, network-in, network-out, disk-read or disk-write; of nodes also swap, inodes, load-per-core or temperature; of containers cores or memory-bytes
    #[arg(long, value_name = "METRIC", value_parser = figure::metric)]
    pub(super) metric: Option<v1::AlertMetric>,
    /// Bad when it is more than this, such as 90%, 10MiB (a second), or 1.5
    #[arg(
        long,
        value_name = "FIGURE",
        conflicts_with = "below",
        allow_hyphen_values = true
    )]
    pub(super) above: Option<String>,
    /// Bad when it is less than this
    #[arg(long, value_name = "FIGURE", allow_hyphen_values = true)]
    pub(super) below: Option<String>,
    /// Once it fires, over when the figure is back at this; the threshold unless given
    #[arg(long, value_name = "FIGURE", allow_hyphen_values = true)]
    pub(super) clear: Option<String>,
    /// How long it must be so, such as 5m, up to 24h; 0s is at once
    #[arg(long = "for", value_name = "TIME", value_parser = lasting(), allow_hyphen_values = true)]
    pub(super) duration: Option<Duration>,
}

/// When it fires: a figure against a threshold, or a state.
#[derive(Debug, Default, Args)]
pub(crate) struct When {
    #[command(flatten)]
    pub(super) figures: Figures,
    /// A server could not be created, or its guest is gone
    #[arg(long, conflicts_with_all = ["metric", "above", "below", "clear", "down", "stuck"])]
    pub(super) failed: bool,
    /// A server was found stopped that nobody had stopped here
    #[arg(long, conflicts_with_all = ["metric", "above", "below", "clear", "stuck"])]
    pub(super) down: bool,
    /// An operation on a server is stuck
    #[arg(long, conflicts_with_all = ["metric", "above", "below", "clear"])]
    pub(super) stuck: bool,
    #[command(flatten)]
    pub(super) node: OfNodes,
    #[command(flatten)]
    pub(super) container: OfContainers,
}

/// What goes with none of the conditions of nodes and containers.
const OF_SERVERS: [&str; 7] = ["metric", "above", "below", "clear", "failed", "down", "stuck"];

/// What may be wrong with a node.
#[derive(Debug, Default, Args)]
pub(crate) struct OfNodes {
    /// A node is offline
    #[arg(long, conflicts_with_all = OF_SERVERS)]
    pub(super) offline: bool,
    /// A node's fullest file system will be full within that long, 1h to 30d
    #[arg(
        long,
        value_name = "TIME",
        value_parser = time::within(Duration::from_hours(1), Duration::from_hours(30 * 24)),
        allow_hyphen_values = true,
        conflicts_with_all = OF_SERVERS,
        conflicts_with_all = ["offline", "crashed", "exited", "unhealthy", "restarts"]
    )]
    pub(super) full_within: Option<Duration>,
}

/// What may be wrong with a container.
#[derive(Debug, Default, Args)]
pub(crate) struct OfContainers {
    /// A container has exited with a code other than 0, was killed for want of memory, or is dead
    #[arg(long, conflicts_with_all = OF_SERVERS, conflicts_with = "offline")]
    pub(super) crashed: bool,
    /// A container has exited, with whatever code
    #[arg(long, conflicts_with_all = OF_SERVERS, conflicts_with_all = ["offline", "crashed"])]
    pub(super) exited: bool,
    /// A container's own check says that it is unhealthy
    #[arg(long, conflicts_with_all = OF_SERVERS, conflicts_with_all = ["offline", "crashed", "exited"])]
    pub(super) unhealthy: bool,
    /// A container was started again so many times, 1 to 100
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u8).range(1..=100),
        conflicts_with_all = OF_SERVERS,
        conflicts_with_all = ["offline", "crashed", "exited", "unhealthy"]
    )]
    pub(super) restarts: Option<u8>,
    /// Restarts within that long count, 1m to 24h; 10m unless given
    #[arg(
        long,
        value_name = "TIME",
        value_parser = time::within(Duration::from_mins(1), Duration::from_hours(24)),
        allow_hyphen_values = true
    )]
    pub(super) window: Option<Duration>,
}

/// What a rule is about. Rules about nodes and containers are the installation's.
#[derive(Debug, Default, Args)]
pub(crate) struct About {
    /// Only about this server, by name or id
    #[arg(long, value_name = "SERVER", conflicts_with_all = ["all_nodes", "node", "node_label", "containers"])]
    pub(super) on: Option<String>,
    /// About all nodes; for operators
    #[arg(long, conflicts_with_all = ["node", "node_label"])]
    pub(super) all_nodes: bool,
    /// About this node, by name or id; with --containers, about those on it
    #[arg(long, value_name = "NODE", conflicts_with = "node_label")]
    pub(super) node: Option<String>,
    /// About nodes with this label, such as site=berlin; may be given more than once: all of them
    #[arg(long, value_name = "KEY=VALUE", value_parser = label)]
    pub(super) node_label: Vec<(String, String)>,
    /// About containers whose names are like this, such as 'shop-*'; on all nodes unless some are said
    #[arg(long, value_name = "PATTERN")]
    pub(super) containers: Option<String>,
}

impl From<Figures> for When {
    fn from(figures: Figures) -> Self {
        Self {
            figures,
            ..Self::default()
        }
    }
}

/// What a condition may last before it counts; the server takes no more.
fn lasting() -> impl Fn(&str) -> Result<Duration, String> + Clone + Send + Sync + 'static {
    time::within(Duration::ZERO, Duration::from_hours(24))
}

/// What a rule says besides.
#[derive(Debug, Args)]
pub(crate) struct Besides {
    #[command(flatten)]
    pub(super) about: About,
    /// How bad it is: info, warning or critical
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(super) severity: Option<v1::AlertSeverity>,
    /// Tell again that often while it fires, 5m to 7d
    #[arg(
        long,
        value_name = "TIME",
        value_parser = time::within(Duration::from_mins(5), Duration::from_hours(7 * 24)),
        allow_hyphen_values = true
    )]
    pub(super) repeat: Option<Duration>,
    /// How long it must be over before a firing alert ends, such as 2m, up to 24h; 0s is at once
    #[arg(long, value_name = "TIME", value_parser = lasting(), allow_hyphen_values = true)]
    pub(super) clear_for: Option<Duration>,
    /// Tell this channel, by name or id; may be given more than once, up to 10
    #[arg(long, value_name = "CHANNEL")]
    pub(super) channel: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hostler rules create \"CPU hot\" --metric cpu --above 90% --clear 80% --for 5m
  hostler rules create \"Uploads\" --metric network-out --above 10MiB --on web-1 --channel chat
  hostler rules create \"It is down\" --down --for 2m --severity critical
  hostler rules create \"Berlin is away\" --offline --node-label site=berlin --for 2m --severity critical
  hostler rules create \"Disk full soon\" --full-within 24h --all-nodes
  hostler rules create \"Shop crashed\" --crashed --containers 'shop-*' --channel ops

hostler rules dry-run takes the same condition, and tells how often it would have fired.")]
pub(crate) struct Create {
    /// Name that people read
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    #[command(flatten)]
    pub(super) when: When,
    #[command(flatten)]
    pub(super) besides: Besides,
    /// Make it the installation's, about everybody's servers; for operators. Those about nodes and containers are
    #[arg(long)]
    pub(super) installation: bool,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "hostler rules update <RULE> <OPTIONS>",
    after_help = "\
Examples:
  hostler rules update \"CPU hot\" --above 95%
  hostler rules update \"CPU hot\" --channel chat --channel ops     these channels and no others
  hostler rules update \"CPU hot\" --for 0s --no-clear --no-repeat"
)]
#[group(
    id = "changes",
    required = true,
    multiple = true,
    args = [
        "name", "metric", "above", "below", "clear", "failed", "down", "stuck", "duration", "on",
        "offline", "crashed", "exited", "unhealthy", "restarts", "window", "full_within", "all_nodes",
        "node", "node_label", "containers", "severity", "repeat", "clear_for", "channel", "all_servers", "no_repeat", "no_clear",
        "all_channels", "disable", "enable",
    ]
)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags of the command line")]
pub(crate) struct Update {
    #[command(flatten)]
    pub(super) one: One,
    /// New name
    #[arg(long)]
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) when: When,
    #[command(flatten)]
    pub(super) besides: Besides,
    /// Make it about all servers
    #[arg(long, conflicts_with_all = ["on", "all_nodes", "node", "node_label", "containers"])]
    pub(super) all_servers: bool,
    /// Over as soon as the figure is back at the threshold itself
    #[arg(
        long,
        conflicts_with_all = [
            "clear", "failed", "down", "stuck", "offline", "crashed", "exited", "unhealthy", "restarts",
            "full_within",
        ]
    )]
    pub(super) no_clear: bool,
    /// Do not tell again
    #[arg(long, conflicts_with = "repeat")]
    pub(super) no_repeat: bool,
    /// Tell all channels of its owner
    #[arg(long, conflicts_with = "channel")]
    pub(super) all_channels: bool,
    /// Let it rest; its open alerts end
    #[arg(long)]
    pub(super) disable: bool,
    /// Let it work again
    #[arg(long, conflicts_with = "disable")]
    pub(super) enable: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(super) one: One,
    #[command(flatten)]
    pub(super) confirm: Confirm,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "hostler rules dry-run <RULE> [OPTIONS]\n       hostler rules dry-run --metric <METRIC> --above <FIGURE> [OPTIONS]",
    after_help = "\
Examples:
  hostler rules dry-run \"CPU hot\"                  a rule that exists, over the last 7 days
  hostler rules dry-run \"CPU hot\" --above 80%      the same, but for this
  hostler rules dry-run --metric cpu --above 80% --for 10m --since 14d --on web-1
  hostler rules dry-run --metric temperature --above 80 --node rack-1"
)]
pub(crate) struct DryRun {
    /// Rule that exists, by name or id; without one say the condition of a new one
    #[arg(value_name = "RULE", required_unless_present = "metric")]
    pub(super) rule: Option<String>,
    #[command(flatten)]
    pub(super) figures: Figures,
    /// How long it must be over before a firing alert ends, such as 2m, up to 24h
    #[arg(long, value_name = "TIME", value_parser = lasting(), allow_hyphen_values = true)]
    pub(super) clear_for: Option<Duration>,
    /// Over the history of that long until now, up to 30d
    #[arg(
        long,
        value_name = "TIME",
        value_parser = time::within(Duration::from_secs(1), LONGEST_DRY_RUN),
        default_value = "7d",
        allow_hyphen_values = true
    )]
    pub(super) since: Duration,
    /// On this server, by name or id; may be given more than once, up to 20; otherwise on the rule's server, or your 20 newest
    #[arg(long, value_name = "SERVER", conflicts_with = "node")]
    pub(super) on: Vec<String>,
    /// On this node, by name or id, as a rule about nodes; may be given more than once, up to 20
    #[arg(long, value_name = "NODE")]
    pub(super) node: Vec<String>,
}
