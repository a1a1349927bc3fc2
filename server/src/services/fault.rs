//! The last look at an error before it leaves: what tonic made gets a reason, defects get the trace id.

use std::collections::HashMap;
use std::error::Error as _;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::status::DOMAIN;

/// What tonic says when the bytes are no message. It says INTERNAL, though the sender is at fault.
const UNREADABLE: &str = "failed to decode Protobuf message";

/// Gives every error its `ErrorInfo`, and INTERNAL ones the id that the log line carries.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the code is tonic's, and one of them is special"
)]
pub(super) fn complete(status: Status, trace_id: &str) -> Status {
    if status.details().is_empty() {
        return foreign(&status, trace_id);
    }
    match status.code() {
        Code::Internal => with_trace_id(&status, trace_id),
        _ => status,
    }
}

/// The `reason` of an error, for logs and the audit.
pub(super) fn reason(status: &Status) -> String {
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default()
}

/// What went wrong below, in one line: the sources of the error, outermost first.
pub(super) fn chain(status: &Status) -> String {
    let mut text = String::new();
    let mut next = status.source().and_then(std::error::Error::source);
    while let Some(error) = next {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&error.to_string());
        next = error.source();
    }
    text
}

/// Errors of tonic itself: unreadable or oversized messages, unknown methods.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the code is tonic's; the rest pass as they are"
)]
fn foreign(status: &Status, trace_id: &str) -> Status {
    let (code, reason, text) = match status.code() {
        Code::Internal if status.message().starts_with(UNREADABLE) => (
            Code::InvalidArgument,
            "MALFORMED_MESSAGE",
            "the request is not a message of the type that the method takes",
        ),
        Code::Unimplemented => (Code::Unimplemented, "UNIMPLEMENTED", status.message()),
        Code::OutOfRange => (Code::OutOfRange, "MESSAGE_TOO_LARGE", status.message()),
        Code::Cancelled => (Code::Cancelled, "CANCELLED", status.message()),
        Code::Internal | Code::Unknown => (Code::Internal, "INTERNAL", "internal error"),
        code => (code, "PROTOCOL", status.message()),
    };
    let mut metadata = HashMap::new();
    if code == Code::Internal {
        metadata.insert("trace_id".to_owned(), trace_id.to_owned());
    }
    let details = ErrorDetails::with_error_info(reason, DOMAIN, metadata);
    Status::with_error_details(code, text, details)
}

fn with_trace_id(status: &Status, trace_id: &str) -> Status {
    let mut details = status.get_error_details();
    let reason = reason(status);
    details.set_error_info(
        reason,
        DOMAIN,
        HashMap::from([("trace_id".to_owned(), trace_id.to_owned())]),
    );
    Status::with_error_details(status.code(), status.message(), details)
}
