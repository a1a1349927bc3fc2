//! Reads what an error says to programs.

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// `NOT_FOUND SERVER_NOT_FOUND`: the code as the wire has it, and the reason.
pub fn verdict(status: &Status) -> String {
    format!("{} {}", code_name(status.code()), reason(status))
}

/// Like [`verdict`], and `OK` for an answer.
pub fn outcome<T>(answer: &Result<T, Status>) -> String {
    match answer {
        Ok(_) => "OK".to_owned(),
        Err(status) => verdict(status),
    }
}

/// The reason in the error's `ErrorInfo`; `-` when there is none.
pub fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    details
        .error_info()
        .map_or_else(|| "-".to_owned(), |info| info.reason.clone())
}

/// One entry of the metadata in the error's `ErrorInfo`.
pub fn metadata(status: &Status, key: &str) -> Option<String> {
    status
        .get_error_details()
        .error_info()
        .and_then(|info| info.metadata.get(key).cloned())
}

/// The bad fields that an `INVALID_ARGUMENT` names, sorted.
pub fn bad_fields(status: &Status) -> Vec<String> {
    let details = status.get_error_details();
    let Some(bad) = details.bad_request() else {
        return Vec::new();
    };
    let mut fields: Vec<_> = bad
        .field_violations
        .iter()
        .map(|violation| violation.field.clone())
        .collect();
    fields.sort();
    fields
}

/// Whether the error says when to come back.
pub fn has_retry_info(status: &Status) -> bool {
    status.get_error_details().retry_info().is_some()
}

/// The error of a call that must not succeed.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> Status {
    match answer {
        Ok(answer) => panic!("expected an error, got {answer:?}"),
        Err(status) => status,
    }
}

/// Checks that a call failed with this code and reason; the error, for more.
#[track_caller]
pub fn expect_refusal<T: std::fmt::Debug>(answer: Result<T, Status>, wanted: &str) -> Status {
    let status = refused(answer);
    assert_eq!(verdict(&status), wanted, "{status:?}");
    status
}

fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
