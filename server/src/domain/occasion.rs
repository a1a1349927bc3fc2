//! What people are told about, with everything that telling it takes.
//!
//! The facts are those of the moment: what is delivered late, or once more, says the same.

use serde::{Deserialize, Serialize};

use super::alert_condition::AlertMetric;
use super::alert_rule::AlertSeverity;
use super::codes::coded;
use super::ids::{AlertId, ChannelId, EmailTokenId, OperationId, ServerId};
use super::names::Email;

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
    AlertFired(AlertFacts),
    AlertResolved(AlertFacts),
    /// Somebody tries a channel.
    Test,
    /// Somebody wants to have notices sent to an address; its owner is asked. The code in it is derived when the mail is
    /// written.
    ChannelAddress {
        channel_id: ChannelId,
        address: Email,
        /// Days since 1970, UTC: the code is of that day.
        day: i64,
    },
}

/// What is told of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertFacts {
    pub alert_id: AlertId,
    pub server_id: ServerId,
    pub server_name: String,
    pub rule_name: String,
    pub severity: AlertSeverity,
    /// What is compared, of a rule that compares.
    pub metric: Option<AlertMetric>,
    /// In the unit of the metric; `None` when it is not known.
    pub value: Option<u64>,
}

impl Occasion {
    /// `None` for what nobody can choose: answers to requests of people who wait for them.
    pub const fn kind(&self) -> Option<NotificationKind> {
        match self {
            Self::Verification { .. }
            | Self::PasswordReset { .. }
            | Self::AlreadyRegistered
            | Self::Test
            | Self::ChannelAddress { .. } => None,
            Self::PasswordChanged | Self::ApiTokenCreated => Some(NotificationKind::Security),
            Self::ServerCreated { .. } => Some(NotificationKind::ServerCreated),
            Self::OperationFailed { .. } => Some(NotificationKind::OperationFailed),
            Self::AlertFired(_) => Some(NotificationKind::AlertFired),
            Self::AlertResolved(_) => Some(NotificationKind::AlertResolved),
        }
    }

    pub const fn server_id(&self) -> Option<ServerId> {
        match self {
            Self::ServerCreated { server_id, .. } | Self::OperationFailed { server_id, .. } => {
                Some(*server_id)
            }
            Self::AlertFired(facts) | Self::AlertResolved(facts) => Some(facts.server_id),
            Self::Verification { .. }
            | Self::PasswordReset { .. }
            | Self::AlreadyRegistered
            | Self::PasswordChanged
            | Self::ApiTokenCreated
            | Self::Test
            | Self::ChannelAddress { .. } => None,
        }
    }

    pub const fn operation_id(&self) -> Option<OperationId> {
        match self {
            Self::OperationFailed { operation_id, .. } => Some(*operation_id),
            Self::ServerCreated { .. }
            | Self::AlertFired(_)
            | Self::AlertResolved(_)
            | Self::Verification { .. }
            | Self::PasswordReset { .. }
            | Self::AlreadyRegistered
            | Self::PasswordChanged
            | Self::ApiTokenCreated
            | Self::Test
            | Self::ChannelAddress { .. } => None,
        }
    }

    pub const fn alert_id(&self) -> Option<AlertId> {
        match self {
            Self::AlertFired(facts) | Self::AlertResolved(facts) => Some(facts.alert_id),
            Self::ServerCreated { .. }
            | Self::OperationFailed { .. }
            | Self::Verification { .. }
            | Self::PasswordReset { .. }
            | Self::AlreadyRegistered
            | Self::PasswordChanged
            | Self::ApiTokenCreated
            | Self::Test
            | Self::ChannelAddress { .. } => None,
        }
    }
}
