//! Lets one machine join, once.

use super::codes::coded;
use super::ids::{EnrolmentTokenId, NodeId};
use super::node::Labels;
use super::session::SecretHash;
use super::time::Timestamp;

/// What every enrolment token begins with, so that scanners find leaked ones.
pub const ENROLMENT_TOKEN_PREFIX: &str = "hse_";
/// What every key of a node begins with.
pub const NODE_KEY_PREFIX: &str = "hsa_";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentToken {
    pub id: EnrolmentTokenId,
    pub hash: SecretHash,
    /// Empty takes the machine's host name.
    pub display_name: String,
    pub labels: Labels,
    /// The node that is enrolled again.
    pub node_id: Option<NodeId>,
    pub create_time: Timestamp,
    pub expire_time: Timestamp,
    pub use_time: Option<Timestamp>,
    pub revoke_time: Option<Timestamp>,
    /// The node that joined by it.
    pub enrolled_node_id: Option<NodeId>,
}

coded! {
    /// Whether a token may be used.
    EnrolmentTokenState {
        Active = "active",
        Used = "used",
        Expired = "expired",
        Revoked = "revoked",
    }
}

impl EnrolmentToken {
    pub fn state(&self, now: Timestamp) -> EnrolmentTokenState {
        if self.use_time.is_some() {
            EnrolmentTokenState::Used
        } else if self.revoke_time.is_some() {
            EnrolmentTokenState::Revoked
        } else if self.expire_time <= now {
            EnrolmentTokenState::Expired
        } else {
            EnrolmentTokenState::Active
        }
    }
}

/// A machine that asks to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    pub token: SecretHash,
    /// Of the key that it made for itself.
    pub key: SecretHash,
    pub hostname: String,
    /// What it becomes, unless the token names a node.
    pub node_id: NodeId,
}

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHolder {
    pub node_id: NodeId,
    /// It is the one that takes the place of the present one.
    pub next: bool,
}
