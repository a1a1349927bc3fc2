//! What a call may end with.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// What tonic's client says when its own timer ends a call.
const CLIENT_TIMEOUT: &str = "Timeout expired";

/// The server's word for a session that is being refreshed by others.
pub(crate) const REFRESH_RACE: &str = "REFRESH_RACE";

/// Why a call failed: the server's word, or the client's own when it never got there.
///
/// Reasons that the client itself gives: `NOT_SIGNED_IN`, `SESSION_ENDED`, `DEADLINE`, `CONNECTION`, `CONFIGURATION`, `CREDENTIAL_STORE` and
/// `PROTOCOL`.
#[derive(Clone, Debug)]
pub struct Error(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    code: Code,
    reason: String,
    message: String,
    field_violations: Vec<FieldViolation>,
    retry_after: Option<Duration>,
    trace_id: Option<String>,
    metadata: HashMap<String, String>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// One field of a request that the server does not accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// Path of the field in the request, such as `tariff.name`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

impl Error {
    /// The class of the failure.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The failure for programs, such as `SERVER_NOT_FOUND`; empty when the server gave none.
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The failure for people, in English.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// All fields that are wrong, when the request was.
    pub fn field_violations(&self) -> &[FieldViolation] {
        &self.0.field_violations
    }

    /// How long the server asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What to quote when reporting the failure: the server's log has it.
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    /// More for programs, such as `operation_id` of `OPERATION_IN_PROGRESS`.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.0.metadata.get(key).map(String::as_str)
    }

    /// True when what the call named does not exist, or is somebody else's.
    pub fn is_not_found(&self) -> bool {
        self.code() == Code::NotFound
    }

    /// True when there is one of that name already.
    pub fn is_already_exists(&self) -> bool {
        self.code() == Code::AlreadyExists
    }

    /// True when the request itself is wrong; see [`Self::field_violations`].
    pub fn is_invalid(&self) -> bool {
        self.code() == Code::InvalidArgument
    }

    /// True when the caller has to sign in, or has given wrong credentials.
    pub fn is_unauthenticated(&self) -> bool {
        self.code() == Code::Unauthenticated
    }

    /// True when the caller may not do that.
    pub fn is_forbidden(&self) -> bool {
        self.code() == Code::PermissionDenied
    }

    /// True when another operation is at work on the server.
    pub fn is_busy(&self) -> bool {
        self.reason() == "OPERATION_IN_PROGRESS"
    }

    /// True when the resource has changed since it was read.
    pub fn is_stale(&self) -> bool {
        self.reason() == "ETAG_MISMATCH"
    }

    /// True when the server, or something it needs, cannot be reached. A later try may succeed.
    pub fn is_unavailable(&self) -> bool {
        self.code() == Code::Unavailable
    }

    /// True when the answer did not come in time. What was asked for may have happened.
    pub fn is_deadline(&self) -> bool {
        self.code() == Code::DeadlineExceeded
    }

    /// True when another program has refreshed the session a moment ago.
    pub(crate) fn is_refresh_race(&self) -> bool {
        self.reason() == REFRESH_RACE
    }

    /// True when a stream that ended with this is worth opening again.
    pub(crate) fn ends_a_stream_only(&self) -> bool {
        matches!(
            self.code(),
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled
        ) || (self.code() == Code::ResourceExhausted && self.retry_after().is_some())
    }

    pub(crate) fn local(code: Code, reason: &str, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            code,
            reason: reason.to_owned(),
            message: message.into(),
            field_violations: Vec::new(),
            retry_after: None,
            trace_id: None,
            metadata: HashMap::new(),
            source: None,
        }))
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    pub(crate) fn deadline() -> Self {
        Self::local(
            Code::DeadlineExceeded,
            "DEADLINE",
            "the server did not answer in time",
        )
    }

    pub(crate) fn connection(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::local(Code::Unavailable, "CONNECTION", "the server cannot be reached").with_source(source)
    }
}

/// What every answer of its kind holds.
pub(crate) fn present<T>(value: Option<T>, what: &str) -> Result<T, Error> {
    value.ok_or_else(|| {
        Error::local(
            Code::Internal,
            "PROTOCOL",
            format!("the server's answer lacks {what}"),
        )
    })
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        let made_here = std::error::Error::source(&status).is_some();
        if status.code() == Code::Cancelled && status.message() == CLIENT_TIMEOUT {
            return Self::deadline();
        }
        if made_here
            && matches!(
                status.code(),
                Code::Unavailable | Code::Unknown | Code::Cancelled | Code::Internal
            )
        {
            return Self::connection(status);
        }
        let details = status.get_error_details();
        let info = details.error_info();
        let metadata = info.map(|info| info.metadata.clone()).unwrap_or_default();
        let header = || {
            status
                .metadata()
                .get("x-request-id")?
                .to_str()
                .ok()
                .map(str::to_owned)
        };
        Self(Box::new(Parts {
            code: status.code(),
            reason: info.map(|info| info.reason.clone()).unwrap_or_default(),
            message: status.message().to_owned(),
            field_violations: details
                .bad_request()
                .map(|request| request.field_violations.as_slice())
                .unwrap_or_default()
                .iter()
                .map(|violation| FieldViolation {
                    field: violation.field.clone(),
                    description: violation.description.clone(),
                })
                .collect(),
            retry_after: details.retry_info().and_then(|info| info.retry_delay),
            trace_id: metadata.get("trace_id").cloned().or_else(header),
            metadata,
            source: None,
        }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source.as_ref() as _)
    }
}

#[cfg(test)]
mod tests {
    use tonic_types::ErrorDetails;

    use super::*;

    #[test]
    fn details_of_the_server_are_read() {
        let metadata = HashMap::from([("trace_id".to_owned(), "0a1b".to_owned())]);
        let mut details = ErrorDetails::with_error_info("INVALID_FIELDS", "hostler", metadata);
        details.add_bad_request_violation("name", "is empty");
        details.set_retry_info(Some(Duration::from_secs(2)));
        let error = Error::from(Status::with_error_details(
            Code::InvalidArgument,
            "fields are wrong",
            details,
        ));

        assert!(error.is_invalid());
        assert_eq!(error.reason(), "INVALID_FIELDS");
        assert_eq!(error.field_violations()[0].description, "is empty");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
        assert_eq!(error.trace_id(), Some("0a1b"));
        assert_eq!(error.to_string(), "fields are wrong");
    }

    #[test]
    fn the_clients_own_timer_is_the_deadline() {
        assert!(Error::from(Status::cancelled(CLIENT_TIMEOUT)).is_deadline());
        assert_eq!(
            Error::from(Status::cancelled("by a person")).code(),
            Code::Cancelled
        );
    }

    #[test]
    fn a_broken_connection_is_unavailable_whatever_tonic_calls_it() {
        let broken = Status::from_error("h2 protocol error".into());
        assert_eq!(broken.code(), Code::Unknown);
        assert!(Error::from(broken).is_unavailable());
        assert_eq!(
            Error::from(Status::unknown("of the server")).code(),
            Code::Unknown
        );
    }
}
