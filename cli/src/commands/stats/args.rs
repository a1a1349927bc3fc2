//! What can be said to `hostler stats`.

use std::time::Duration;

use clap::{Args, Subcommand};

use crate::units::time;

const DAY: Duration = Duration::from_hours(24);

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
Examples:
  hostler stats web-1 db-1 --watch
  hostler stats web-1 --since 7d
  hostler stats retention --raw 72h --hour 365d"
)]
pub(crate) struct Stats {
    /// Servers, by name or id
    #[arg(value_name = "SERVER", required = true)]
    pub(super) servers: Vec<String>,
    /// Go on showing them as they change, until interrupted
    #[arg(short, long)]
    pub(super) watch: bool,
    /// Show the history of that long, such as 6h or 30d, up to 731d, instead of what is used now
    #[arg(
        long,
        value_name = "TIME",
        value_parser = time::within(Duration::from_secs(1), Duration::from_hours(731 * 24)),
        conflicts_with = "watch",
        allow_hyphen_values = true
    )]
    pub(super) since: Option<Duration>,
    /// At most so many points of history, 1 to 2000; 60 unless given
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(i32).range(1..=2000),
        requires = "since",
        conflicts_with = "watch",
        allow_hyphen_values = true
    )]
    pub(super) points: Option<i32>,
    #[command(subcommand)]
    pub(super) command: Option<StatsCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum StatsCommand {
    /// Show how long figures are kept, or change it, in whole hours; for operators
    Retention(Retention),
}

/// What is not given stays as it is.
#[derive(Debug, Args)]
pub(super) struct Retention {
    /// Keep every sample that long, 1d to 31d
    #[arg(long, value_name = "TIME", value_parser = time::within(DAY, 31 * DAY), allow_hyphen_values = true)]
    pub(super) raw: Option<Duration>,
    /// Keep each minute's average and maximum that long, 1d to 3650d
    #[arg(long, value_name = "TIME", value_parser = time::within(DAY, 3650 * DAY), allow_hyphen_values = true)]
    pub(super) minute: Option<Duration>,
    /// The same of ten minutes, 1d to 3650d
    #[arg(long, value_name = "TIME", value_parser = time::within(DAY, 3650 * DAY), allow_hyphen_values = true)]
    pub(super) ten_minutes: Option<Duration>,
    /// The same of an hour, 1d to 3650d
    #[arg(long, value_name = "TIME", value_parser = time::within(DAY, 3650 * DAY), allow_hyphen_values = true)]
    pub(super) hour: Option<Duration>,
    /// Do not ask before figures are deleted that would be kept for less time
    #[arg(long, short = 'y')]
    pub(super) yes: bool,
}
