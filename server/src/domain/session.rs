//! A sign-in on one device, and the links that e-mails carry.

use std::fmt;
use std::time::Duration;

use super::codes::coded;
use super::ids::{EmailTokenId, SessionId, UserId};
use super::time::Timestamp;
use super::user::{Role, UserState};

/// SHA-256 of a secret: what is stored in place of it. Debug prints no byte of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretHash(pub [u8; 32]);

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    /// The refresh token that is good now.
    pub refresh_hash: SecretHash,
    /// The one before it: whoever shows it has a stolen copy, or was robbed.
    pub previous_hash: Option<SecretHash>,
    pub device_name: String,
    pub user_agent: String,
    /// Peer address at the last use.
    pub address: String,
    pub create_time: Timestamp,
    pub last_used_time: Timestamp,
    pub expire_time: Timestamp,
    pub revoke_time: Option<Timestamp>,
}

/// What every authenticated call needs to know, read in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionStanding {
    pub session_id: SessionId,
    pub user_id: UserId,
    pub role: Role,
    pub user_state: UserState,
    pub expire_time: Timestamp,
    pub revoked: bool,
}

/// What ends together with a change of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessToRevoke {
    /// Every session and every API token: whoever had the old password may have made them.
    All,
    /// The sessions but this one. Tokens stay: their owner knows the password, and sees them listed.
    OtherSessions(SessionId),
    None,
}

coded! {
    EmailTokenKind {
        Verification = "verification",
        PasswordReset = "password_reset",
    }
}

/// A single-use link. The token in it is derived from the server's key and the id, so nothing
/// secret is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailToken {
    pub id: EmailTokenId,
    pub user_id: UserId,
    pub kind: EmailTokenKind,
    pub create_time: Timestamp,
    pub expire_time: Timestamp,
    pub use_time: Option<Timestamp>,
}

impl EmailToken {
    pub fn new(user_id: UserId, kind: EmailTokenKind, now: Timestamp, life: Duration) -> Self {
        Self {
            id: EmailTokenId::generate(),
            user_id,
            kind,
            create_time: now,
            expire_time: now + life,
            use_time: None,
        }
    }

    /// Whether following the link still does something.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.use_time.is_none() && now < self.expire_time
    }
}
