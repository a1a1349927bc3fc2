//! By what the agent reaches what it acts on.

use std::path::PathBuf;

use crate::config::Config;
use crate::containers::sockets;
use crate::guests;
use crate::host::Roots;

/// Where those listen that do what the agent asks.
#[derive(Clone, Debug)]
pub(crate) struct Means {
    /// Engines of containers, in the order in which they are tried.
    pub(super) engines: Vec<PathBuf>,
    /// Who may run something in guests.
    pub(super) guests: PathBuf,
}

impl Means {
    pub(crate) fn of(config: &Config, roots: &Roots) -> Self {
        Self {
            engines: sockets(&config.containers, roots),
            guests: roots.at(guests::SOCKET),
        }
    }
}
