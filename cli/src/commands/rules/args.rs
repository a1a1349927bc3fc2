//! What can be said to `hostler rules`.

use std::time::Duration;

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::commands::alerts::severity;
use crate::flags::Confirm;
use crate::units::{figure, time};

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

/// When it fires: a figure against a threshold, or a state.
#[derive(Debug, Args)]
pub(crate) struct When {
    /// Figure: cpu, memory, disk, network-in, network-out, disk-read or disk-write
    #[arg(long, value_name = "METRIC", value_parser = figure::metric)]
    pub(super) metric: Option<v1::AlertMetric>,
    /// Bad when it is more than this, such as 90% or 10MiB
    #[arg(long, value_name = "FIGURE", conflicts_with = "below")]
    pub(super) above: Option<String>,
    /// Bad when it is less than this
    #[arg(long, value_name = "FIGURE")]
    pub(super) below: Option<String>,
    /// Once it fires, over when the figure is back at this; the threshold unless given
    #[arg(long, value_name = "FIGURE")]
    pub(super) clear: Option<String>,
    /// A server could not be created, or its guest is gone
    #[arg(long, conflicts_with_all = ["metric", "above", "below", "clear", "down", "stuck"])]
    pub(super) failed: bool,
    /// A server was found stopped that nobody had stopped here
    #[arg(long, conflicts_with_all = ["metric", "above", "below", "clear", "stuck"])]
    pub(super) down: bool,
    /// An operation on a server is stuck
    #[arg(long, conflicts_with_all = ["metric", "above", "below", "clear"])]
    pub(super) stuck: bool,
    /// How long it must be so, such as 5m; at once unless given
    #[arg(long = "for", value_name = "TIME", value_parser = time::parse)]
    pub(super) duration: Option<Duration>,
}

/// What a rule says besides.
#[derive(Debug, Args)]
pub(crate) struct Besides {
    /// Only about this server, by name or id
    #[arg(long, value_name = "SERVER")]
    pub(super) on: Option<String>,
    /// How bad it is: info, warning or critical
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(super) severity: Option<v1::AlertSeverity>,
    /// Tell again that often while it fires, 5m to 7d
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    pub(super) repeat: Option<Duration>,
    /// How long it must be over before a firing alert ends, such as 2m
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    pub(super) clear_for: Option<Duration>,
    /// Tell this channel, by name or id; may be given more than once
    #[arg(long, value_name = "CHANNEL")]
    pub(super) channel: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Name that people read
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    #[command(flatten)]
    pub(super) when: When,
    #[command(flatten)]
    pub(super) besides: Besides,
    /// Make it the installation's, about everybody's servers; for operators
    #[arg(long)]
    pub(super) installation: bool,
}

#[derive(Debug, Args)]
#[command(override_usage = "hostler rules update <RULE> <OPTIONS>")]
#[group(
    id = "changes",
    required = true,
    multiple = true,
    args = [
        "name", "metric", "above", "below", "clear", "failed", "down", "stuck", "duration", "on",
        "severity", "repeat", "clear_for", "channel", "all_servers", "no_repeat", "all_channels",
        "disable", "enable",
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
    #[arg(long, conflicts_with = "on")]
    pub(super) all_servers: bool,
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
pub(crate) struct DryRun {
    /// Rule that exists, by name or id, with what is said besides; otherwise say its condition
    #[arg(value_name = "RULE", required_unless_present = "metric")]
    pub(super) rule: Option<String>,
    #[command(flatten)]
    pub(super) when: When,
    /// Over that long, up to 30d
    #[arg(long, value_name = "TIME", value_parser = time::parse, default_value = "7d")]
    pub(super) since: Duration,
    /// On this server, by name or id, up to 20; your newest unless given
    #[arg(long, value_name = "SERVER")]
    pub(super) on: Vec<String>,
    /// How long it must be over before a firing alert ends
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    pub(super) clear_for: Option<Duration>,
}
