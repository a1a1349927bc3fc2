//! Flags that several commands share.

use std::time::Duration;

use crate::units;

/// For commands that start an operation.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Wait {
    /// Return once the work is accepted; follow it with `hostler operations wait`
    #[arg(long)]
    pub(crate) no_wait: bool,
}

/// For commands that cannot be undone.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Confirm {
    /// Do not ask for the name again
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
}

/// For lists that may be long.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Limit {
    /// Show at most so many entries
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) limit: usize,
}

/// For commands that ask for secrets.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct SecretsFrom {
    /// Read what would be asked for from standard input, one a line, in the same order
    #[arg(long)]
    pub(crate) secrets_stdin: bool,
}

/// For shutting down.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Timeout {
    /// How long it may take to shut down, up to 30m; 60s unless given
    #[arg(long, value_name = "TIME", value_parser = units::time::parse)]
    pub(crate) timeout: Option<Duration>,
}

impl Timeout {
    pub(crate) fn message(self) -> Option<prost_types::Duration> {
        self.timeout.and_then(|timeout| timeout.try_into().ok())
    }
}
