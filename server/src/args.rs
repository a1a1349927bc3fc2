//! The command line of `hostlerd`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{
    Config, ConfigError, HypervisorConfig, MailTransport, SimConfig, Sources, TlsMode, load,
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
                file: self.settings.config.clone(),
                environment,
                flags,
            },
            &defaults,
        )
    }
}

/// What `--dev` means where nothing else is said.
fn development() -> Config {
    let mut config = Config {
        state_dir: PathBuf::from("hostler-dev"),
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
