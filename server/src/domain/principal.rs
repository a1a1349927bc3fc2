//! Who makes a call, as the edge established it.

use super::api_token::Scope;
use super::ids::{ApiTokenId, SessionId, UserId};
use super::session::SecretHash;
use super::user::Role;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    Session(SessionId),
    ApiToken {
        id: ApiTokenId,
        scopes: Vec<Scope>,
        /// What the token is looked up by.
        hash: SecretHash,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    pub user_id: UserId,
    pub role: Role,
    pub credential: Credential,
}

impl Principal {
    /// The owner whose things this principal sees; `None` sees everybody's.
    pub const fn sees_only(&self) -> Option<UserId> {
        if self.role.is_staff() {
            None
        } else {
            Some(self.user_id)
        }
    }

    /// Whether the things of `owner` exist for this principal.
    pub fn sees(&self, owner: UserId) -> bool {
        self.sees_only().is_none_or(|me| me == owner)
    }

    /// Whether this principal may make or change things of `owner`. Support sees and does not touch, not
    /// even what is its own from before: nothing is bought on an account that helps customers.
    pub fn may_change(&self, owner: UserId) -> bool {
        match self.role {
            Role::Operator => true,
            Role::Support => false,
            Role::Customer => self.user_id == owner,
        }
    }
}

/// Where a call came from: for the audit log, sessions and throttling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The peer's IP address, without the port.
    pub address: String,
    pub user_agent: String,
    /// The id that the log lines of this call and an INTERNAL answer carry.
    pub trace_id: String,
}
