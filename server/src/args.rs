//! The command line of `hostlerd`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::config::{
    Config, ConfigError, ConfigFile, HypervisorConfig, MailTransport, SimConfig, Sources, TlsMode, load,
};

/// Sells and runs Linux servers. Configuration: /etc/hostler/hostlerd.toml, `HOSTLER_SECTION__KEY`, flags.
#[derive(Debug, Parser)]
#[command(name = "hostlerd", version, propagate_version = true)]
pub struct Arguments {
    #[command(flatten)]
    pub settings: Settings,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct Settings {
    /// Read this file in place of /etc/hostler/hostlerd.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where the database and the keys are kept [default: /var/lib/hostler]
    #[arg(long, global = true, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
    /// Development mode: plain text on loopback, a simulated hypervisor, mail in the log, a first
    /// operator and something to sell
    #[arg(long, global = true)]
    pub dev: bool,
    /// What to log, such as `info` or `info,hostlerd=debug`
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server until SIGTERM or Ctrl-C
    Run {
        /// Address and port, such as 127.0.0.1:8600; port 0 takes a free one
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<SocketAddr>,
        /// Refuse to start on an old database schema in place of bringing it up to date
        #[arg(long)]
        no_migrate: bool,
    },
    /// Print the effective configuration, secrets masked
    Config,
    /// Bring the database schema up to date and stop
    Migrate,
    /// Make and mend accounts, for the first operator and for emergencies
    #[command(subcommand)]
    User(UserCommand),
    /// Look at what runs the guests
    #[command(subcommand)]
    Hypervisor(HypervisorCommand),
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make an account whose address counts as verified
    Create {
        /// The e-mail address to sign in with
        email: String,
        /// customer, support or operator
        #[arg(long, default_value = "customer")]
        role: String,
        /// Read the password from standard input; without this a random one is printed once
        #[arg(long)]
        password_stdin: bool,
    },
    /// Change what an account may do
    SetRole {
        email: String,
        /// customer, support or operator
        role: String,
    },
    /// Set a random password, print it once and end every session
    ResetPassword { email: String },
}

#[derive(Debug, Subcommand)]
pub enum HypervisorCommand {
    /// Say in plain words whether token, privileges, storages, templates and bridges are right
    Check {
        /// Its name in the configuration; all when left out
        name: Option<String>,
    },
}

impl Arguments {
    pub fn load_config(&self, environment: BTreeMap<String, String>) -> Result<Config, ConfigError> {
        let mut flags = Vec::new();
        let mut flag =
            |key: &str, value: Option<String>| flags.extend(value.map(|value| (key.to_owned(), value)));
        flag(
            "state_dir",
            self.settings
                .state_dir
                .as_ref()
                .map(|path| path.display().to_string()),
        );
        flag("log.level", self.settings.log.clone());
        if let Command::Run { listen, .. } = &self.command {
            flag("server.listen", listen.map(|address| address.to_string()));
        }
        let defaults = if self.settings.dev {
            development()
        } else {
            Config::default()
        };
        load(
            &Sources {
                file: self.config_file(),
                environment,
                flags,
            },
            &defaults,
        )
    }
}

impl Arguments {
    /// Development mode reads no file of the machine: it may be that of a real server.
    fn config_file(&self) -> ConfigFile {
        match &self.settings.config {
            Some(path) => ConfigFile::Named(path.clone()),
            None if self.settings.dev => ConfigFile::Nothing,
            None => ConfigFile::Usual,
        }
    }

    /// Whether development mode may make an operator and a catalog: in the database that it made itself,
    /// and elsewhere only where a file on the command line says so.
    pub fn may_plant(&self, config: &Config) -> bool {
        let own = self
            .settings
            .state_dir
            .as_deref()
            .unwrap_or(Path::new(DEVELOPMENT_STATE));
        let untouched = config.database.url.expose().is_empty() && config.state_dir == own;
        self.settings.dev && (untouched || self.settings.config.is_some())
    }
}

const DEVELOPMENT_STATE: &str = "hostler-dev";

/// What `--dev` means where nothing else is said.
fn development() -> Config {
    let mut config = Config {
        state_dir: PathBuf::from(DEVELOPMENT_STATE),
        ..Config::default()
    };
    config.tls.mode = TlsMode::Off;
    config.mail.transport = MailTransport::Log;
    "Hostler <hostler@localhost>".clone_into(&mut config.mail.from);
    config
        .hypervisors
        .insert("sim".to_owned(), HypervisorConfig::Sim(SimConfig::default()));
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(arguments: &[&str], variables: &[(&str, &str)]) -> (Arguments, Config) {
        let arguments = Arguments::parse_from([&["hostlerd"], arguments].concat());
        let environment = variables
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let config = arguments.load_config(environment).unwrap();
        (arguments, config)
    }

    #[test]
    fn development_mode_reads_no_file_of_the_machine() {
        for (line, wanted) in [
            (&["run"][..], "Usual"),
            (&["--dev", "run"], "Nothing"),
            (&["--dev", "--config", "mine.toml", "run"], "Named(\"mine.toml\")"),
        ] {
            let arguments = Arguments::parse_from([&["hostlerd"], line].concat());
            assert_eq!(format!("{:?}", arguments.config_file()), wanted);
        }
    }

    #[test]
    fn development_mode_plants_in_its_own_database_only() {
        const NONE: &[(&str, &str)] = &[];
        let elsewhere = &[("HOSTLER_DATABASE__URL", "mysql://localhost/production")][..];
        for (line, variables, wanted) in [
            (&["--dev", "run"][..], NONE, true),
            (&["--dev", "--state-dir", "2024", "run"], NONE, true),
            (
                &["--dev", "run"],
                &[("HOSTLER_STATE_DIR", "/var/lib/hostler")],
                false,
            ),
            (&["--dev", "run"], elsewhere, false),
            (&["--dev", "--config", "/dev/null", "run"], elsewhere, true),
            (&["--config", "/dev/null", "run"], NONE, false),
        ] {
            let (arguments, config) = loaded(line, variables);
            assert_eq!(arguments.may_plant(&config), wanted, "{line:?} {variables:?}");
        }
    }
}
