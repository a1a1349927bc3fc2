//! The command line of `hostler-agent`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, ConfigError, ConfigFile, Sources, load};

const ENROL: &str = "\
Join a server with an enrolment token, which an operator makes.

The token is read from standard input, from HOSTLER_AGENT__TOKEN, or from the file that HOSTLER_AGENT__TOKEN_FILE names: never from \
the command line, which every user of this machine can read.";

/// Watches this machine for a Hostler server. Configuration: /etc/hostler/agent.toml, `HOSTLER_AGENT__SECTION__KEY`, flags.
#[derive(Debug, Parser)]
#[command(name = "hostler-agent", version, propagate_version = true)]
pub struct Arguments {
    #[command(flatten)]
    pub settings: Settings,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct Settings {
    /// Read this file in place of /etc/hostler/agent.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where the key and what waits to be sent are kept [default: /var/lib/hostler-agent]
    #[arg(long, global = true, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Join a server with an enrolment token, which an operator makes
    #[command(long_about = ENROL)]
    Enrol {
        #[arg(
            long,
            value_name = "URL",
            help = "The server, such as https://hostler.example:8600"
        )]
        server: Option<String>,
        /// Trust the server by these authorities, in PEM, in place of the system's
        #[arg(long, value_name = "PEM")]
        ca_file: Option<PathBuf>,
        /// Read the token from standard input
        #[arg(long)]
        token_stdin: bool,
        /// Join anew although this machine has joined before
        #[arg(long)]
        force: bool,
    },
    /// Run until SIGTERM or Ctrl-C
    Run,
    /// Say whether the agent that runs here has a session with its server
    Health,
    /// Set root's password in a guest of this machine: for hostler-agent-guests.socket to start
    #[command(hide = true)]
    GuestPassword,
    /// Change the key of this node for a new one
    RotateKey,
    /// Print the version
    Version {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the effective configuration
    Config,
}

impl Arguments {
    pub fn load_config(&self, environment: BTreeMap<String, String>) -> Result<Config, ConfigError> {
        let mut flags = Vec::new();
        let mut flag =
            |key: &str, value: Option<String>| flags.extend(value.map(|value| (key.to_owned(), value)));
        let text = |path: &PathBuf| path.display().to_string();
        flag("state_dir", self.settings.state_dir.as_ref().map(text));
        if let Command::Enrol { server, ca_file, .. } = &self.command {
            flag("server.url", server.clone());
            flag("server.ca_file", ca_file.as_ref().map(text));
        }
        let file = self
            .settings
            .config
            .clone()
            .map_or(ConfigFile::Usual, ConfigFile::Named);
        load(&Sources {
            file,
            environment,
            flags,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_token_cannot_be_given_on_the_command_line() {
        let line = ["hostler-agent", "enrol", "--token", "hse_abc"];
        assert!(Arguments::try_parse_from(line).is_err());
    }

    #[test]
    fn flags_of_enrol_are_a_part_of_the_configuration() {
        let line = [
            "hostler-agent",
            "--config",
            "/dev/null",
            "enrol",
            "--server",
            "https://a",
            "--ca-file",
            "/ca.pem",
        ];
        let config = Arguments::parse_from(line).load_config(BTreeMap::new()).unwrap();
        assert_eq!(config.server.url, "https://a");
        assert_eq!(config.server.ca_file, Some(PathBuf::from("/ca.pem")));
    }
}
