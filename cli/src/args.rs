//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands::account::Account;
use crate::commands::alerts::Alerts;
use crate::commands::audit::Audit;
use crate::commands::channels::Channels;
use crate::commands::completions::Completions;
use crate::commands::containers::{Containers, Logs};
use crate::commands::deliveries::Deliveries;
use crate::commands::hypervisors::Hypervisors;
use crate::commands::node_commands::NodeCommands;
use crate::commands::nodes::Nodes;
use crate::commands::notifications::Notifications;
use crate::commands::operations::Operations;
use crate::commands::pools::Pools;
use crate::commands::rules::Rules;
use crate::commands::servers::Servers;
use crate::commands::sessions::Sessions;
use crate::commands::sign_in::Login;
use crate::commands::snapshots::Snapshots;
use crate::commands::stats::Stats;
use crate::commands::systems::Systems;
use crate::commands::tariffs::Tariffs;
use crate::commands::templates::Templates;
use crate::commands::tokens::Tokens;
use crate::commands::users::Users;
use crate::exit;
use crate::output::Format;
use crate::profile::Wanted;

/// Rent and run servers with Hostler
///
/// Start with `hostler login URL`. Servers, tariffs, systems and the like are named by their names or ids; the beginning of an id will do.
#[derive(Debug, Parser)]
#[command(name = "hostler", version, max_term_width = 100, after_help = exit::HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// How to write the result: table, json or yaml
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        hide_possible_values = true
    )]
    output: Format,
    /// The profile to use: a server and who is signed in to it
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "HOSTLER_CLI_PROFILE",
        hide_env_values = true
    )]
    profile: Option<String>,
    /// The server's URL, instead of the profile's
    #[arg(
        id = "server_url",
        long = "server",
        global = true,
        value_name = "URL",
        env = "HOSTLER_CLI_SERVER",
        hide_env_values = true
    )]
    server: Option<String>,
    /// Certificate authorities to trust, in PEM, instead of the system's
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "HOSTLER_CLI_CA_FILE",
        hide_env_values = true
    )]
    ca_file: Option<PathBuf>,
    /// Allow http:// to other machines: passwords and tokens travel readable
    #[arg(long, global = true)]
    plain_text: bool,
    /// Say each step of an operation where no progress bar can be shown
    #[arg(short, long, global = true)]
    verbose: bool,
}

impl Global {
    pub(crate) const fn format(&self) -> Format {
        self.output
    }

    pub(crate) const fn verbose(&self) -> bool {
        self.verbose
    }

    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            profile: self.profile.clone(),
            server: self.server.clone(),
            ca_file: self.ca_file.clone(),
            plain_text: self.plain_text,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in to a server and keep it in the profile
    Login(Login),
    /// End the session of the profile
    Logout,
    /// Show who you are, where, and by what
    Whoami,
    #[command(subcommand)]
    Servers(Servers),
    #[command(subcommand)]
    Snapshots(Snapshots),
    /// Show what servers use of processor, memory, disk and network
    Stats(Stats),
    #[command(subcommand)]
    Alerts(Alerts),
    #[command(subcommand)]
    Rules(Rules),
    #[command(subcommand)]
    Notifications(Notifications),
    #[command(subcommand)]
    Channels(Channels),
    #[command(subcommand)]
    Deliveries(Deliveries),
    #[command(subcommand)]
    Operations(Operations),
    #[command(subcommand)]
    Tariffs(Tariffs),
    #[command(subcommand)]
    Systems(Systems),
    #[command(subcommand)]
    Templates(Templates),
    #[command(subcommand)]
    Pools(Pools),
    #[command(subcommand)]
    Hypervisors(Hypervisors),
    #[command(subcommand)]
    Nodes(Nodes),
    #[command(subcommand)]
    Containers(Containers),
    Logs(Logs),
    #[command(subcommand)]
    NodeCommands(NodeCommands),
    #[command(subcommand)]
    Users(Users),
    #[command(subcommand)]
    Audit(Audit),
    #[command(subcommand)]
    Tokens(Tokens),
    #[command(subcommand)]
    Sessions(Sessions),
    #[command(subcommand)]
    Account(Account),
    /// Write the completion script of a shell
    Completions(Completions),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    /// The help of a command, and of all below it. The global options are in the help of the program.
    fn help(command: &mut clap::Command, path: &str) -> String {
        let text = command.render_help().to_string();
        let own = text.split("\nGlobal options:").next().unwrap_or_default();
        let mut text = format!("$ {path} --help\n{own}\n");
        if let Some(examples) = command.get_after_help() {
            text.extend([examples.to_string(), "\n\n".to_owned()]);
        }
        for inner in command
            .get_subcommands_mut()
            .filter(|inner| inner.get_name() != "help")
        {
            let path = format!("{path} {}", inner.get_name());
            text.push_str(&help(inner, &path));
        }
        text
    }

    #[test]
    fn the_help_of_every_command_is_reviewed() {
        let mut program = Cli::command().term_width(100);
        program.build();
        insta::assert_snapshot!("hostler", program.render_long_help());
        for command in program
            .get_subcommands_mut()
            .filter(|command| command.get_name() != "help")
        {
            let name = command.get_name().to_owned();
            insta::assert_snapshot!(
                format!("hostler_{name}"),
                help(command, &format!("hostler {name}"))
            );
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_cannot_be_mixed_with_a_tariff() {
        let parsed = |arguments: &[&str]| {
            let words = ["hostler", "servers", "resize", "web-1"].iter().chain(arguments);
            Cli::try_parse_from(words).is_ok()
        };
        assert!(parsed(&["--cpu", "2", "--memory", "2GiB"]));
        assert!(parsed(&["--tariff", "small"]));
        assert!(!parsed(&["--tariff", "small", "--cpu", "2"]));
        assert!(!parsed(&[]));
        assert!(!parsed(&["--memory", "2GB"]));
    }

    #[test]
    fn how_many_points_is_said_of_history_alone() {
        let parsed = |arguments: &[&str]| {
            let words = ["hostler", "stats", "web-1"].iter().chain(arguments);
            Cli::try_parse_from(words).is_ok()
        };
        assert!(parsed(&["--since", "7d", "--points", "100"]));
        assert!(!parsed(&["--points", "100"]));
        assert!(!parsed(&["--watch", "--points", "100"]));
    }

    #[test]
    fn a_negative_quantity_is_told_what_is_wrong_with_it() {
        let told = |line: &str| {
            let words = std::iter::once("hostler").chain(line.split(' '));
            Cli::try_parse_from(words).unwrap_err().to_string()
        };
        for line in [
            "stats web-1 --since -1h",
            "stats web-1 --since 1h --points -1",
            "rules create hot --metric cpu --above 90% --for -5m",
            "servers resize web-1 --memory -1GiB",
            "channels update chat --rate -1",
            "alerts list --limit -1",
        ] {
            assert!(told(line).contains("invalid value"), "{line}: {}", told(line));
        }
        // Which figures are right depends on the metric, which is told later.
        let words = [
            "hostler", "rules", "create", "hot", "--metric", "cpu", "--above", "-1",
        ];
        assert!(Cli::try_parse_from(words).is_ok());
    }

    #[test]
    fn a_channel_leads_one_way_and_mails_to_several() {
        let parsed = |arguments: &[&str]| {
            let words = ["hostler", "channels", "create", "chat"].iter().chain(arguments);
            Cli::try_parse_from(words).is_ok()
        };
        assert!(parsed(&["--email", "a@example.org", "--email", "b@example.org"]));
        assert!(parsed(&["--slack", "--rate", "5", "--installation"]));
        assert!(!parsed(&["--email", "a@example.org", "--slack"]));
        assert!(!parsed(&["--slack", "--rate", "601"]));
        assert!(!parsed(&["--rate", "5"]));
    }

    #[test]
    fn a_silence_says_of_what() {
        let parsed = |arguments: &[&str]| {
            let words = ["hostler", "alerts", "silence", "--for", "1h"]
                .iter()
                .chain(arguments);
            Cli::try_parse_from(words).is_ok()
        };
        assert!(parsed(&["--on", "web-1", "--severity", "info"]));
        assert!(!parsed(&["--comment", "upkeep"]));
        assert!(!parsed(&[]));
    }

    #[test]
    fn a_change_of_a_rule_says_what_changes() {
        let parsed = |arguments: &[&str]| {
            let words = ["hostler", "rules", "update", "hot"].iter().chain(arguments);
            Cli::try_parse_from(words).is_ok()
        };
        assert!(parsed(&["--above", "95%"]));
        assert!(parsed(&["--all-channels"]));
        assert!(!parsed(&[]));
        assert!(!parsed(&["--above", "95%", "--below", "5%"]));
        assert!(!parsed(&["--above", "95%", "--stuck"]));
    }
}
