//! What people are told about, with everything that telling it takes.
//!
//! The facts are those of the moment: what is delivered late, or once more, says the same.

use serde::{Deserialize, Serialize};

use super::alert_metric::AlertMetric;
use super::alert_rule::AlertSeverity;
use super::alert_subject::AlertSubject;
use super::codes::coded;
use super::container::ContainerId;
use super::ids::{AlertId, ChannelId, EmailTokenId, NodeId, OperationId, ServerId};
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
    #[serde(flatten)]
    pub place: AlertPlace,
    pub rule_name: String,
    pub severity: AlertSeverity,
    /// What is compared, of a rule that compares.
    pub metric: Option<AlertMetric>,
    /// In the unit of the metric; `None` when it is not known.
    pub value: Option<u64>,
    /// Of a forecast: how long until the disk is full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_in_seconds: Option<u64>,
}

/// Where something is wrong, as far as people are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
// The first kind whose fields are all there is the one: what has fewer stands last.
#[serde(untagged)]
pub enum AlertPlace {
    Server {
        server_id: ServerId,
        server_name: String,
    },
    Container {
        node_id: NodeId,
        node_name: String,
        container_id: ContainerId,
        container_name: String,
    },
    Node {
        node_id: NodeId,
        node_name: String,
    },
}

impl From<&AlertSubject> for AlertPlace {
    fn from(subject: &AlertSubject) -> Self {
        match subject.clone() {
            AlertSubject::Server {
                server_id,
                server_name,
                owner_id: _,
            } => Self::Server {
                server_id,
                server_name,
            },
            AlertSubject::Node { node_id, node_name } => Self::Node { node_id, node_name },
            AlertSubject::Container {
                node_id,
                node_name,
                container_id,
                container_name,
            } => Self::Container {
                node_id,
                node_name,
                container_id,
                container_name,
            },
        }
    }
}

impl AlertPlace {
    const fn server_id(&self) -> Option<ServerId> {
        match self {
            Self::Server { server_id, .. } => Some(*server_id),
            Self::Container { .. } | Self::Node { .. } => None,
        }
    }
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
            Self::AlertFired(facts) | Self::AlertResolved(facts) => facts.place.server_id(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waited_to_be_told_before_there_were_nodes_is_told_as_it_was() {
        let kept = r#"{"kind":"alert_fired","alert_id":"01995000-0000-7000-8000-000000000011",
            "server_id":"01995000-0000-7000-8000-000000000012","server_name":"web-1","rule_name":"CPU hot",
            "severity":"warning","metric":"cpu_ratio","value":9340}"#;
        let occasion: Occasion = serde_json::from_str(kept).unwrap();
        assert!(occasion.server_id().is_some(), "{occasion:?}");
        let again = serde_json::to_value(&occasion).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(kept).unwrap());
    }
}
