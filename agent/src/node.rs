//! The node that this machine is, and the line to its server.

use std::path::PathBuf;

use crate::config::Config;
use crate::link::{AddressError, Line, LineError, ServerAddress, Trust};
use crate::state::{KeyFiles, NodeFile, NodeRecord, StateDirectory, StateError};
use crate::timing::Timing;

/// A machine that has joined.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) record: NodeRecord,
    pub(crate) address: ServerAddress,
    pub(crate) line: Line,
    pub(crate) state: StateDirectory,
}

/// This machine cannot be a node.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    #[error(
        "this machine is not enrolled: there is no key in {path}; get an enrolment token from an operator and run \
         hostler-agent enrol --server URL --token-stdin"
    )]
    NotEnrolled { path: PathBuf },
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    Line(#[from] LineError),
    #[error("cannot read {path} (server.ca_file)")]
    Authorities { path: PathBuf, source: std::io::Error },
}

impl Node {
    /// What is in the state directory, with the server that the configuration names where it names one.
    pub(crate) fn of(config: &Config, timing: &Timing) -> Result<Self, NodeError> {
        let state = StateDirectory::existing(&config.state_dir);
        let not_enrolled = || NodeError::NotEnrolled {
            path: config.state_dir.clone(),
        };
        let (keys, node) = (KeyFiles::of(&state), NodeFile::of(&state));
        if node.settle(&keys)? {
            tracing::info!("finished an enrolment that had been cut off");
        }
        let record = node.read()?.ok_or_else(not_enrolled)?;
        if keys.current()?.is_none() && keys.next()?.is_none() {
            return Err(not_enrolled());
        }
        let url = match config.server.url.as_str() {
            "" => &record.server_url,
            url => url,
        };
        let address = ServerAddress::parse(url)?;
        let trust = match &config.server.ca_file {
            Some(path) => Trust::Only(std::fs::read(path).map_err(|source| NodeError::Authorities {
                path: path.clone(),
                source,
            })?),
            None if record.has_ca => node.ca()?.map_or(Trust::System, Trust::Only),
            None => Trust::System,
        };
        let line = Line::to(&address, trust, timing)?;
        Ok(Self {
            record,
            address,
            line,
            state,
        })
    }
}
