//! Joining: an enrolment token is exchanged for a place as a node, for a key that this machine makes itself.
//!
//! The key is on disk before the server hears of it. An answer that is lost is asked for again with the same token and the same
//! key, and is then the same answer.

use std::path::PathBuf;
use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::agents_client::AgentsClient;
use tonic::Code;

use crate::host::{Roots, host_name};
use crate::key::{AgentKey, sha256};
use crate::link::{AddressError, CallError, Line, LineError, ServerAddress, Trust};
use crate::spool::remove_spool;
use crate::state::{KeyFiles, NodeFile, NodeRecord, PendingKey, StateDirectory, StateError};
use crate::timing::Timing;

/// What the protocol allows of a host name.
const LONGEST_HOST_NAME: usize = 253;
/// What a machine is called that does not call itself anything.
const NAMELESS: &str = "localhost";

/// A machine that is to join.
#[derive(Clone)]
pub struct Enrolment {
    /// Such as `https://hostler.example:8600`.
    pub server_url: String,
    /// PEM roots by which the server is trusted in place of the system's.
    pub ca: Option<Vec<u8>>,
    /// The secret of an enrolment token, `hse_...`.
    pub token: String,
    pub state_dir: PathBuf,
    /// Join anew where this machine has joined before.
    pub force: bool,
    pub roots: Roots,
    pub timing: Timing,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    pub node_id: String,
    pub display_name: String,
}

/// Why a machine has not joined.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    Line(#[from] LineError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error("an enrolment token begins with hse_: this is none")]
    NoToken,
    #[error(
        "this machine is enrolled already, at {server_url} as {display_name} (node {node_id}); to enrol it anew add --force"
    )]
    Already {
        node_id: String,
        display_name: String,
        server_url: String,
    },
    #[error("the machine gives no random numbers")]
    NoRandomness,
    #[error(
        "the server refuses the token: it is wrong, has run out, was revoked, or another machine has used it; ask an operator \
         for a new one"
    )]
    TokenRefused,
    #[error("too many machines have tried to enrol from this address; try again in {minutes} minutes")]
    TooMany { minutes: u64 },
    #[error(
        "the server does not know agents: is {server_url} a Hostler server, and not older than this agent ({version})?",
        version = env!("CARGO_PKG_VERSION")
    )]
    NoAgents { server_url: String },
    #[error("the server answered without a node: report this, with the versions of server and agent")]
    NoNode,
    #[error("the machine could not be enrolled; the same command with the same token may be tried again")]
    Call(#[source] CallError),
}

impl Enrolment {
    /// Joins, or finishes a former try with the same token.
    pub async fn enrol(&self) -> Result<Enrolled, EnrolError> {
        if !self.token.starts_with("hse_") {
            return Err(EnrolError::NoToken);
        }
        let address = ServerAddress::parse(&self.server_url)?;
        let trust = self.ca.clone().map_or(Trust::System, Trust::Only);
        let line = Line::to(&address, trust, &self.timing)?;

        let state = StateDirectory::make(&self.state_dir)?;
        // Whoever runs here would go on with the former key.
        let _held = state.hold()?;
        let (keys, node) = (KeyFiles::of(&state), NodeFile::of(&state));
        node.settle(&keys)?;
        let former = node.read()?;
        if let Some(former) = former.as_ref().filter(|_| !self.force)
            && keys.current()?.is_some()
        {
            return Err(EnrolError::Already {
                node_id: former.node_id.clone(),
                display_name: former.display_name.clone(),
                server_url: former.server_url.clone(),
            });
        }

        let key = self.pending_key(&keys)?;
        let answer = self.call(&line, &address, &key).await?;
        if former.is_some_and(|former| former.node_id != answer.node_id) {
            // What was measured as one node must not be told as another's.
            remove_spool(&state)?;
        }
        let record = NodeRecord {
            node_id: answer.node_id.clone(),
            display_name: answer.display_name.clone(),
            server_url: address.to_string(),
            has_ca: self.ca.is_some(),
            settling: false,
        };
        node.take(&record, self.ca.as_deref())?;
        node.settle(&keys)?;
        Ok(Enrolled {
            node_id: answer.node_id,
            display_name: answer.display_name,
        })
    }

    /// The key of a former try with this token, or a new one. It is on disk before this returns.
    fn pending_key(&self, keys: &KeyFiles) -> Result<AgentKey, EnrolError> {
        let token_hash = sha256(&self.token);
        if let Some(pending) = keys.pending()?
            && pending.token_hash == token_hash
        {
            return Ok(pending.key);
        }
        let pending = PendingKey {
            key: AgentKey::generate().map_err(|_| EnrolError::NoRandomness)?,
            token_hash,
        };
        keys.write_pending(&pending)?;
        Ok(pending.key)
    }

    async fn call(
        &self,
        line: &Line,
        address: &ServerAddress,
        key: &AgentKey,
    ) -> Result<v1::EnrolResponse, EnrolError> {
        let mut hostname: String = host_name(&self.roots).chars().take(LONGEST_HOST_NAME).collect();
        if hostname.is_empty() {
            NAMELESS.clone_into(&mut hostname);
        }
        let request = v1::EnrolRequest {
            token: self.token.clone(),
            key_hash: key.hash(),
            hostname,
        };
        let call = async {
            let mut client = AgentsClient::new(line.open().await?);
            let answer = tokio::time::timeout(self.timing.answer_timeout, client.enrol(request)).await;
            let answer = answer.map_err(|_| CallError::NoAnswer)??;
            Ok(answer.into_inner())
        };
        let answer = call.await.map_err(|error| refusal(error, address))?;
        if answer.node_id.is_empty() {
            return Err(EnrolError::NoNode);
        }
        Ok(answer)
    }
}

fn refusal(error: CallError, address: &ServerAddress) -> EnrolError {
    match error.code() {
        Some(Code::Unauthenticated) => EnrolError::TokenRefused,
        Some(Code::ResourceExhausted) => {
            let wait = error.retry_after().unwrap_or(Duration::from_mins(10));
            EnrolError::TooMany {
                minutes: wait.as_secs().div_ceil(60).max(1),
            }
        }
        Some(Code::Unimplemented) => EnrolError::NoAgents {
            server_url: address.to_string(),
        },
        Some(_) | None => EnrolError::Call(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_say_what_to_do() {
        let address = ServerAddress::parse("https://hostler.example").unwrap();
        for (code, wanted) in [
            (Code::Unauthenticated, "ask an operator for a new one"),
            (Code::ResourceExhausted, "try again in 10 minutes"),
            (Code::Unimplemented, "is https://hostler.example a Hostler server"),
            (Code::Unavailable, "with the same token may be tried again"),
        ] {
            let error = CallError::Refused {
                code,
                reason: String::new(),
                message: String::new(),
                retry_after: None,
            };
            let text = refusal(error, &address).to_string();
            assert!(text.contains(wanted), "{text}");
        }
    }
}
