//! What people are told about, with everything that telling it takes.
//!
//! The facts are those of the moment: what is delivered late, or once more, says the same.

use serde::{Deserialize, Serialize};

use super::codes::coded;
use super::ids::{EmailTokenId, OperationId, ServerId};

coded! {
    /// What somebody can choose to hear of.
    NotificationKind {
        ServerCreated = "server_created",
        OperationFailed = "operation_failed",
        AlertFired = "alert_fired",
        AlertResolved = "alert_resolved",
        /// Cannot be switched off.
        Security = "security",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Occasion {
    /// Carries a link; the secret in it is derived when the mail is written.
    Verification {
        token_id: EmailTokenId,
    },
    PasswordReset {
        token_id: EmailTokenId,
    },
    /// Somebody signed up with an address that has an account.
    AlreadyRegistered,
    PasswordChanged,
    ApiTokenCreated,
    ServerCreated {
        server_id: ServerId,
        server_name: String,
    },
    OperationFailed {
        operation_id: OperationId,
        server_id: ServerId,
        server_name: String,
        /// Such as `server.create`.
        operation: String,
        /// The public words of the error.
        error: String,
    },
    /// Somebody tries a channel.
    Test,
}

impl Occasion {
    /// `None` for what nobody can choose: answers to requests of people who wait for them.
    pub const fn kind(&self) -> Option<NotificationKind> {
        match self {
            Self::Verification { .. } | Self::PasswordReset { .. } | Self::AlreadyRegistered | Self::Test => {
                None
            }
            Self::PasswordChanged | Self::ApiTokenCreated => Some(NotificationKind::Security),
            Self::ServerCreated { .. } => Some(NotificationKind::ServerCreated),
            Self::OperationFailed { .. } => Some(NotificationKind::OperationFailed),
        }
    }

    pub const fn server_id(&self) -> Option<ServerId> {
        match self {
            Self::ServerCreated { server_id, .. } | Self::OperationFailed { server_id, .. } => {
                Some(*server_id)
            }
            Self::Verification { .. }
            | Self::PasswordReset { .. }
            | Self::AlreadyRegistered
            | Self::PasswordChanged
            | Self::ApiTokenCreated
            | Self::Test => None,
        }
    }

    pub const fn operation_id(&self) -> Option<OperationId> {
        match self {
            Self::OperationFailed { operation_id, .. } => Some(*operation_id),
            Self::ServerCreated { .. }
            | Self::Verification { .. }
            | Self::PasswordReset { .. }
            | Self::AlreadyRegistered
            | Self::PasswordChanged
            | Self::ApiTokenCreated
            | Self::Test => None,
        }
    }
}
