//! A new key in the place of the present one.
//!
//! | step | a crash after it leaves | which is settled by |
//! | --- | --- | --- |
//! | `key.next` is written | a key that the server does not know | the next start: it is refused there, and forgotten |
//! | the server knows it | two keys that are good | the next start: the new one is used, and becomes the key |
//! | `key.next` is renamed to `key` | nothing to do | |

use std::path::PathBuf;

use hostler_proto::v1;
use hostler_proto::v1::agents_client::AgentsClient;
use tonic::Code;

use crate::key::AgentKey;
use crate::link::{CallError, Line, authorized};
use crate::node::{Node, NodeError};
use crate::state::{KeyFiles, StateDirectory, StateError};
use crate::timing::Timing;

/// A change of the key of this node.
#[derive(Clone, Debug)]
pub struct Rotation {
    pub config: crate::config::Config,
    pub timing: Timing,
}

/// Why the key is still the old one.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    #[error(transparent)]
    Node(#[from] NodeError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error("the key of {path} is being changed by another process: wait until it is done")]
    Busy { path: PathBuf },
    #[error("the machine gives no random numbers")]
    NoRandomness,
    #[error(
        "the server does not know this node's key: it was revoked, or the node was deleted; enrol this machine anew with \
         hostler-agent enrol --force"
    )]
    Unknown,
    #[error(
        "whether the key was changed is not known; run hostler-agent rotate-key again (the agent goes on with whichever is good)"
    )]
    Call(#[source] CallError),
}

impl Rotation {
    /// Changes the key, or finishes a change that was cut off.
    pub async fn rotate(&self) -> Result<(), RotateError> {
        let node = Node::of(&self.config, &self.timing)?;
        let _held = node.state.hold_keys()?.ok_or_else(|| RotateError::Busy {
            path: node.state.path().to_owned(),
        })?;
        let keys = KeyFiles::of(&node.state);
        let (next, was_begun) = match keys.next()? {
            Some(next) => (next, true),
            None => (new_key(&keys)?, false),
        };
        let present = keys.current()?.ok_or(RotateError::Unknown)?;
        let told = match tell(&node.line, &present, &next, &self.timing).await {
            // A former try may have come further than its answer: then only the new key opens.
            Err(error) if error.is_unauthenticated() && was_begun => {
                match tell(&node.line, &next, &next, &self.timing).await {
                    // It may find nothing to change, and has let the new key in to say so.
                    Err(error) if has_nothing_to_change(&error) => Ok(()),
                    told => told,
                }
            }
            told => told,
        };
        match told {
            Ok(()) => Ok(keys.promote_next()?),
            Err(error) if error.is_unauthenticated() => {
                keys.remove_next()?;
                Err(RotateError::Unknown)
            }
            Err(error) => Err(RotateError::Call(error)),
        }
    }
}

fn new_key(keys: &KeyFiles) -> Result<AgentKey, RotateError> {
    let next = AgentKey::generate().map_err(|_| RotateError::NoRandomness)?;
    keys.write_next(&next)?;
    Ok(next)
}

/// Tells the server the next key, as whoever has this one.
async fn tell(line: &Line, with: &AgentKey, next: &AgentKey, timing: &Timing) -> Result<(), CallError> {
    let message = v1::RotateKeyRequest {
        key_hash: next.hash(),
    };
    let mut client = AgentsClient::new(line.open().await?);
    let call = client.rotate_key(authorized(message, with)?);
    tokio::time::timeout(timing.answer_timeout, call)
        .await
        .map_err(|_| CallError::NoAnswer)??;
    Ok(())
}

fn has_nothing_to_change(error: &CallError) -> bool {
    matches!(
        error.code(),
        Some(Code::InvalidArgument | Code::FailedPrecondition | Code::AlreadyExists)
    )
}

/// The keys to try, the most likely first: one that may be the next one, then the present one.
#[derive(Debug)]
pub(crate) struct Candidates {
    keys: KeyFiles,
    pub(crate) next: Option<AgentKey>,
    pub(crate) present: Option<AgentKey>,
}

impl Candidates {
    /// Looks which keys there are. While another process changes them, the present one is the one to use.
    pub(crate) fn of(state: &StateDirectory) -> Result<Self, StateError> {
        let keys = KeyFiles::of(state);
        let next = match state.hold_keys()? {
            Some(_held) => keys.next()?,
            None => None,
        };
        let present = keys.current()?;
        Ok(Self { keys, next, present })
    }

    /// The server has taken the next key: from now on it is the key.
    pub(crate) fn next_is_good(&self, state: &StateDirectory) -> Result<(), StateError> {
        self.change(state, KeyFiles::promote_next)
    }

    /// The server does not know the next key, and has taken the present one.
    pub(crate) fn next_is_unknown(&self, state: &StateDirectory) -> Result<(), StateError> {
        self.change(state, KeyFiles::remove_next)
    }

    fn change(
        &self,
        state: &StateDirectory,
        change: impl FnOnce(&KeyFiles) -> Result<(), StateError>,
    ) -> Result<(), StateError> {
        let Some(_held) = state.hold_keys()? else {
            return Ok(());
        };
        // Another process may have changed the keys since they were read.
        if self.next.is_some() && self.keys.next()? == self.next {
            change(&self.keys)
        } else {
            Ok(())
        }
    }
}
