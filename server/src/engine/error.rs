//! The one error of the use cases: public words and internal cause apart.

use std::time::Duration;

use crate::domain::fields::FieldErrors;
use crate::domain::ids::OperationId;
use crate::domain::server::ServerState;
use crate::domain::span::Span;
use crate::ports::store::StoreError;

/// What went wrong, for the caller. `services/status.rs` says how each looks on the wire.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the request has bad fields: {0}")]
    Invalid(FieldErrors),
    #[error("there is no such {0}")]
    NotFound(Noun),
    #[error("{message}")]
    AlreadyExists {
        reason: &'static str,
        message: &'static str,
    },
    #[error("the server is {state}; {needs}")]
    WrongState { state: ServerState, needs: &'static str },
    /// A rule other than the server's state forbids it now.
    #[error("{message}")]
    Precondition { reason: &'static str, message: String },
    #[error("operation {operation} is changing the server; wait for it or cancel it")]
    Busy { operation: OperationId },
    #[error("the resource has changed since it was read; read it again and repeat the change")]
    Stale,
    #[error("{message}")]
    Unauthenticated {
        reason: &'static str,
        message: &'static str,
    },
    #[error("{message}")]
    Forbidden {
        reason: &'static str,
        message: &'static str,
    },
    #[error("{message}")]
    Quota { message: String },
    #[error("too many tries; wait {}", Span((*retry_after).max(Duration::from_secs(1))))]
    TooMany { retry_after: Duration },
    #[error("the hypervisor cannot be reached; try again shortly")]
    HypervisorDown(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the database cannot be reached; try again shortly")]
    StoreDown(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the deadline passed before the answer was ready")]
    Deadline,
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

pub type Result<T> = std::result::Result<T, Error>;

/// The kinds of things that can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    User,
    Session,
    ApiToken,
    Tariff,
    OperatingSystem,
    IpPool,
    Hypervisor,
    Server,
    Snapshot,
    Operation,
    AlertRule,
    Alert,
    Silence,
    Channel,
    Delivery,
    Node,
    EnrolmentToken,
    NodeCommand,
}

impl Noun {
    /// The reason that goes with `NOT_FOUND`.
    pub const fn not_found_reason(self) -> &'static str {
        match self {
            Self::User => "USER_NOT_FOUND",
            Self::Session => "SESSION_NOT_FOUND",
            Self::ApiToken => "API_TOKEN_NOT_FOUND",
            Self::Tariff => "TARIFF_NOT_FOUND",
            Self::OperatingSystem => "OPERATING_SYSTEM_NOT_FOUND",
            Self::IpPool => "IP_POOL_NOT_FOUND",
            Self::Hypervisor => "HYPERVISOR_NOT_FOUND",
            Self::Server => "SERVER_NOT_FOUND",
            Self::Snapshot => "SNAPSHOT_NOT_FOUND",
            Self::Operation => "OPERATION_NOT_FOUND",
            Self::AlertRule => "ALERT_RULE_NOT_FOUND",
            Self::Alert => "ALERT_NOT_FOUND",
            Self::Silence => "SILENCE_NOT_FOUND",
            Self::Channel => "CHANNEL_NOT_FOUND",
            Self::Delivery => "DELIVERY_NOT_FOUND",
            Self::Node => "NODE_NOT_FOUND",
            Self::EnrolmentToken => "ENROLMENT_TOKEN_NOT_FOUND",
            Self::NodeCommand => "NODE_COMMAND_NOT_FOUND",
        }
    }
}

impl std::fmt::Display for Noun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Session => "session",
            Self::ApiToken => "API token",
            Self::Tariff => "tariff",
            Self::OperatingSystem => "operating system",
            Self::IpPool => "IP pool",
            Self::Hypervisor => "hypervisor",
            Self::Server => "server",
            Self::Snapshot => "snapshot",
            Self::Operation => "operation",
            Self::AlertRule => "alert rule",
            Self::Alert => "alert",
            Self::Silence => "silence",
            Self::Channel => "channel",
            Self::Delivery => "delivery",
            Self::Node => "node",
            Self::EnrolmentToken => "enrolment token",
            Self::NodeCommand => "command of a node",
        })
    }
}

impl From<FieldErrors> for Error {
    fn from(fields: FieldErrors) -> Self {
        Self::Invalid(fields)
    }
}

impl Error {
    /// The stable word for programs and for the audit log.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "INVALID_FIELDS",
            Self::NotFound(noun) => noun.not_found_reason(),
            Self::AlreadyExists { reason, .. }
            | Self::Precondition { reason, .. }
            | Self::Unauthenticated { reason, .. }
            | Self::Forbidden { reason, .. } => reason,
            Self::WrongState { .. } => "WRONG_STATE",
            Self::Busy { .. } => "OPERATION_IN_PROGRESS",
            Self::Stale => "ETAG_MISMATCH",
            Self::Quota { .. } => "QUOTA",
            Self::TooMany { .. } => "RATE_LIMITED",
            Self::HypervisorDown(_) => "HYPERVISOR_DOWN",
            Self::StoreDown(_) => "STORE_DOWN",
            Self::Deadline => "DEADLINE",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// The request id belongs to a call of another rpc, or on something else.
    pub fn request_id_reused() -> Self {
        Self::Precondition {
            reason: "REQUEST_ID_REUSED",
            message: "this request_id was used for another call; use a new one for each call".to_owned(),
        }
    }

    /// Reads a store error where the row asked for is a `noun`.
    pub fn of(noun: Noun) -> impl Fn(StoreError) -> Self {
        move |error| match error {
            StoreError::NotFound => Self::NotFound(noun),
            other @ (StoreError::AlreadyExists { .. }
            | StoreError::Stale
            | StoreError::Replayed { .. }
            | StoreError::Reused
            | StoreError::InUse { .. }
            | StoreError::Full { .. }
            | StoreError::LastOperator
            | StoreError::Exhausted { .. }
            | StoreError::Unavailable(_)
            | StoreError::Corrupt { .. }
            | StoreError::Other(_)) => Self::from(other),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Stale,
            StoreError::AlreadyExists { what } => taken(what),
            StoreError::InUse { by } => Self::Precondition {
                reason: "IN_USE",
                message: format!("still used by {by}; free it first"),
            },
            StoreError::Full { what, limit } => Self::Quota {
                message: format!("you have {limit} {what}, the most allowed; give one up first"),
            },
            StoreError::LastOperator => Self::Precondition {
                reason: "LAST_OPERATOR",
                message: "this is the last operator; make another one first".to_owned(),
            },
            StoreError::Exhausted { what } => Self::Precondition {
                reason: "EXHAUSTED",
                message: format!("no {what} left; ask the operator for more"),
            },
            StoreError::Reused => Self::request_id_reused(),
            StoreError::Unavailable(source) => Self::StoreDown(source),
            // Use cases that give a request id handle `Replayed`, and those that look for a row use `of`.
            other @ (StoreError::NotFound
            | StoreError::Replayed { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Other(_)) => Self::Internal(Box::new(other)),
        }
    }
}

fn taken(what: &str) -> Error {
    let (reason, message) = match what {
        "user_email" => ("EMAIL_TAKEN", "an account with this e-mail address exists"),
        "server_name" => (
            "NAME_TAKEN",
            "you have a server of this name; choose another name",
        ),
        "snapshot_name" => (
            "NAME_TAKEN",
            "the server has a snapshot of this name; choose another name",
        ),
        "hypervisor_node" => (
            "HYPERVISOR_NODE_TAKEN",
            "another node is this machine of the hypervisor; take it away there first",
        ),
        "api_token_name" => ("NAME_TAKEN", "you have a token of this name; choose another name"),
        _ => ("NAME_TAKEN", "the name is taken; choose another name"),
    };
    Error::AlreadyExists { reason, message }
}
