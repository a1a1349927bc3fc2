//! Flags that several commands share.

use std::time::Duration;

use hostler_client::v1;

use crate::prompt::Secrets;
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

/// For changing what the catalogue offers.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Offer {
    /// Offer it no longer; servers that have it keep it
    #[arg(long)]
    retire: bool,
    /// Offer it again
    #[arg(long, conflicts_with = "retire")]
    activate: bool,
}

impl Offer {
    /// The state that is asked for, as the API's number for it.
    pub(crate) fn state(self) -> Option<i32> {
        let state = match (self.retire, self.activate) {
            (true, _) => v1::CatalogState::Retired,
            (false, true) => v1::CatalogState::Active,
            (false, false) => return None,
        };
        Some(state.into())
    }
}

/// For lists that may be long.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Limit {
    /// Show at most so many entries
    #[arg(long, value_name = "N", default_value_t = 1000, allow_hyphen_values = true)]
    pub(crate) limit: usize,
}

/// For commands that ask for secrets.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct SecretsFrom {
    /// Read what would be asked for from standard input, one a line, in the same order
    #[arg(long)]
    secrets_stdin: bool,
}

impl SecretsFrom {
    pub(crate) fn secrets(self) -> Secrets {
        Secrets::from_flag("--secrets-stdin", self.secrets_stdin)
    }
}

/// For shutting down.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Timeout {
    /// How long it may take to shut down, up to 30m; 60s unless given
    #[arg(long, value_name = "TIME", value_parser = units::time::parse, allow_hyphen_values = true)]
    pub(crate) timeout: Option<Duration>,
}

impl Timeout {
    pub(crate) fn message(self) -> Option<prost_types::Duration> {
        self.timeout.and_then(|timeout| timeout.try_into().ok())
    }
}
