//! What the edge itself refuses, before or beside the use cases.

use std::sync::Arc;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::domain::api_token::Scope;
use crate::domain::codes::Code as _;
use crate::engine::error::Error;
use crate::engine::words::{self, Words};
use crate::services::status::DOMAIN;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No such service or method.
    Unimplemented,
    /// The method needs somebody to have signed in.
    NoCredentials,
    /// The method needs the key of a node.
    NoNodeKey,
    SupportOnly,
    OperatorOnly,
    ScopeMissing(Scope),
    SessionOnly,
    Overloaded,
    TooManyStreams {
        limit: u32,
    },
    /// The server stops: go to another instance, or come back.
    Stopping,
    /// The session behind a stream has ended.
    AccessEnded,
    /// What the caller may do has changed, or the stream is as old as streams get: it may come back.
    StreamEnded,
    /// The node of an agent has a newer session.
    SessionReplaced,
    /// An agent was not heard of for too long.
    SessionSilent,
    Panicked,
}

impl Refusal {
    const fn wire(self) -> (Code, &'static str, &'static str) {
        match self {
            Self::Unimplemented => (
                Code::Unimplemented,
                "UNIMPLEMENTED",
                "there is no such method; reflection lists those there are",
            ),
            Self::NoCredentials => (
                Code::Unauthenticated,
                "UNAUTHENTICATED",
                "sign in first: send the metadata authorization: Bearer with an access token or an API token",
            ),
            Self::NoNodeKey => (
                Code::Unauthenticated,
                "UNAUTHENTICATED",
                "this is for agents: send the metadata authorization: Bearer with the key of a node",
            ),
            Self::SupportOnly => (
                Code::PermissionDenied,
                "ROLE_REQUIRED",
                "only support and operators may do this",
            ),
            Self::OperatorOnly => saying(Code::PermissionDenied, words::OPERATORS_ONLY),
            Self::ScopeMissing(_) => (
                Code::PermissionDenied,
                "SCOPE_REQUIRED",
                "the API token lacks the scope that this needs",
            ),
            Self::SessionOnly => saying(Code::PermissionDenied, words::SESSION_REQUIRED),
            Self::Overloaded => (
                Code::ResourceExhausted,
                "OVERLOADED",
                "the server has too much to do; try again shortly",
            ),
            Self::TooManyStreams { .. } => (
                Code::ResourceExhausted,
                "TOO_MANY_STREAMS",
                "you have as many streams open as you may; close one first",
            ),
            Self::Stopping => (
                Code::Unavailable,
                "STOPPING",
                "the server is stopping; connect again",
            ),
            Self::AccessEnded => saying(Code::Unauthenticated, words::SESSION_ENDED),
            Self::StreamEnded => (
                Code::Unavailable,
                "STREAM_ENDED",
                "the stream has ended; open it again",
            ),
            Self::SessionReplaced => (
                Code::Aborted,
                "SESSION_REPLACED",
                "the node has a newer session; is its key in use on two machines?",
            ),
            Self::SessionSilent => (
                Code::Unavailable,
                "SESSION_SILENT",
                "nothing was heard for three heartbeats; attach again",
            ),
            Self::Panicked => (Code::Internal, "INTERNAL", "internal error"),
        }
    }

    /// The refusal as the audit log has it; `None` for what is nobody's doing.
    pub(super) const fn audited(self) -> Option<Error> {
        let (_, reason, message) = self.wire();
        match self {
            Self::SupportOnly | Self::OperatorOnly | Self::ScopeMissing(_) | Self::SessionOnly => {
                Some(Error::Forbidden { reason, message })
            }
            Self::Unimplemented
            | Self::NoCredentials
            | Self::NoNodeKey
            | Self::Overloaded
            | Self::TooManyStreams { .. }
            | Self::Stopping
            | Self::AccessEnded
            | Self::StreamEnded
            | Self::SessionReplaced
            | Self::SessionSilent
            | Self::Panicked => None,
        }
    }

    /// When to come back, where coming back helps.
    const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Overloaded | Self::Stopping | Self::StreamEnded => Some(Duration::from_secs(1)),
            Self::Unimplemented
            | Self::NoCredentials
            | Self::NoNodeKey
            | Self::SupportOnly
            | Self::OperatorOnly
            | Self::ScopeMissing(_)
            | Self::SessionOnly
            | Self::TooManyStreams { .. }
            | Self::AccessEnded
            | Self::SessionReplaced
            | Self::SessionSilent
            | Self::Panicked => None,
        }
    }

    /// What programs need besides the reason.
    fn metadata(self) -> Vec<(String, String)> {
        match self {
            Self::ScopeMissing(scope) => vec![("scope".to_owned(), scope.code().to_owned())],
            Self::SupportOnly => vec![("role".to_owned(), "support".to_owned())],
            Self::OperatorOnly => vec![("role".to_owned(), "operator".to_owned())],
            Self::TooManyStreams { limit } => vec![("limit".to_owned(), limit.to_string())],
            Self::Unimplemented
            | Self::NoCredentials
            | Self::NoNodeKey
            | Self::SessionOnly
            | Self::Overloaded
            | Self::Stopping
            | Self::AccessEnded
            | Self::StreamEnded
            | Self::SessionReplaced
            | Self::SessionSilent
            | Self::Panicked => Vec::new(),
        }
    }
}

const fn saying(code: Code, words: Words) -> (Code, &'static str, &'static str) {
    (code, words.reason, words.message)
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.wire().2)
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let (code, reason, text) = refusal.wire();
        let metadata: std::collections::HashMap<_, _> = refusal.metadata().into_iter().collect();
        let mut details = ErrorDetails::with_error_info(reason, DOMAIN, metadata);
        if let Some(retry_after) = refusal.retry_after() {
            details.set_retry_info(Some(retry_after));
        }
        let mut status = Self::with_error_details(code, text, details);
        status.set_source(Arc::new(refusal));
        status
    }
}
