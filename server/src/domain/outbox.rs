//! Messages that leave the system after the change that caused them is committed.

use serde::{Deserialize, Serialize};

use super::ids::{AlertTransitionId, EmailTokenId, OperationId, OutboxId, ServerId, UserId};
use super::time::Timestamp;

/// What is to be sent. Links carry ids; the secret in them is derived when the mail is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OutboxBody {
    VerificationEmail {
        user_id: UserId,
        token_id: EmailTokenId,
    },
    PasswordResetEmail {
        user_id: UserId,
        token_id: EmailTokenId,
    },
    /// Somebody signed up with an address that has an account.
    AlreadyRegisteredEmail {
        user_id: UserId,
    },
    PasswordChangedEmail {
        user_id: UserId,
    },
    ApiTokenCreatedEmail {
        user_id: UserId,
    },
    /// Something happened to an alert that people are told of.
    AlertChanged {
        transition_id: AlertTransitionId,
    },
    /// Its owner is told that it is ready.
    ServerCreated {
        server_id: ServerId,
    },
    OperationFailed {
        operation_id: OperationId,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxMessage {
    pub id: OutboxId,
    pub body: OutboxBody,
    /// Deliveries that failed.
    pub attempt: u32,
    pub run_after: Timestamp,
    pub create_time: Timestamp,
}

impl OutboxMessage {
    /// A message to deliver as soon as it is committed.
    pub fn due(body: OutboxBody, now: Timestamp) -> Self {
        Self {
            id: OutboxId::generate(),
            body,
            attempt: 0,
            run_after: now,
            create_time: now,
        }
    }
}
