//! Errors of the use cases as gRPC shows them: the one map, and it is exhaustive.
//!
//! The source of an error rides along inside the process for the log and never reaches the wire.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

use crate::domain::codes::Code as _;
use crate::domain::fields::FieldErrors;
use crate::engine::error::{Error, Noun};

/// Of every `ErrorInfo`.
pub(super) const DOMAIN: &str = "hostler";

/// Details travel in a header, and some clients take no more than 8 KiB of them: bad fields past these limits
/// are counted and not named.
const MAX_VIOLATIONS: usize = 20;
const MAX_VIOLATION_BYTES: usize = 1536;
/// Longest field path or problem in an answer, in characters.
const MAX_TEXT: usize = 240;

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let code = code(&error);
        let text = text(&error);
        let mut details = ErrorDetails::with_error_info(error.reason(), DOMAIN, metadata(&error));
        match &error {
            Error::Invalid(fields) => {
                details.set_bad_request(violations(fields));
            }
            Error::NotFound(noun) => {
                details.set_resource_info(resource_type(*noun), "", "", text.clone());
            }
            Error::TooMany { retry_after } => {
                details.set_retry_info(Some(*retry_after));
            }
            Error::HypervisorDown(_) => {
                details.set_retry_info(Some(Duration::from_secs(5)));
            }
            Error::StoreDown(_) => {
                details.set_retry_info(Some(Duration::from_secs(2)));
            }
            Error::AlreadyExists { .. }
            | Error::WrongState { .. }
            | Error::Precondition { .. }
            | Error::Busy { .. }
            | Error::Stale
            | Error::Unauthenticated { .. }
            | Error::Forbidden { .. }
            | Error::Quota { .. }
            | Error::Deadline
            | Error::Internal(_) => {}
        }
        let mut status = Self::with_error_details(code, text, details);
        status.set_source(Arc::new(error));
        status
    }
}

const fn code(error: &Error) -> Code {
    match error {
        Error::Invalid(_) => Code::InvalidArgument,
        Error::NotFound(_) => Code::NotFound,
        Error::AlreadyExists { .. } => Code::AlreadyExists,
        Error::WrongState { .. } | Error::Precondition { .. } => Code::FailedPrecondition,
        Error::Busy { .. } | Error::Stale => Code::Aborted,
        Error::Unauthenticated { .. } => Code::Unauthenticated,
        Error::Forbidden { .. } => Code::PermissionDenied,
        Error::Quota { .. } | Error::TooMany { .. } => Code::ResourceExhausted,
        Error::HypervisorDown(_) | Error::StoreDown(_) => Code::Unavailable,
        Error::Deadline => Code::DeadlineExceeded,
        Error::Internal(_) => Code::Internal,
    }
}

fn text(error: &Error) -> String {
    match error {
        Error::Invalid(fields) => Error::Invalid(shortened(fields)).to_string(),
        Error::NotFound(_)
        | Error::AlreadyExists { .. }
        | Error::WrongState { .. }
        | Error::Precondition { .. }
        | Error::Busy { .. }
        | Error::Stale
        | Error::Unauthenticated { .. }
        | Error::Forbidden { .. }
        | Error::Quota { .. }
        | Error::TooMany { .. }
        | Error::HypervisorDown(_)
        | Error::StoreDown(_)
        | Error::Deadline
        | Error::Internal(_) => error.to_string(),
    }
}

/// What programs need besides the reason.
fn metadata(error: &Error) -> HashMap<String, String> {
    let pair = |key: &str, value: String| HashMap::from([(key.to_owned(), value)]);
    match error {
        Error::WrongState { state, .. } => pair("state", state.code().to_owned()),
        Error::Busy { operation } => pair("operation_id", operation.to_string()),
        Error::Invalid(fields) => pair("bad_fields", fields.0.len().to_string()),
        Error::NotFound(_)
        | Error::AlreadyExists { .. }
        | Error::Precondition { .. }
        | Error::Stale
        | Error::Unauthenticated { .. }
        | Error::Forbidden { .. }
        | Error::Quota { .. }
        | Error::TooMany { .. }
        | Error::HypervisorDown(_)
        | Error::StoreDown(_)
        | Error::Deadline
        | Error::Internal(_) => HashMap::new(),
    }
}

const fn resource_type(noun: Noun) -> &'static str {
    match noun {
        Noun::User => "hostler.v1.User",
        Noun::Session => "hostler.v1.Session",
        Noun::ApiToken => "hostler.v1.ApiToken",
        Noun::Tariff => "hostler.v1.Tariff",
        Noun::OperatingSystem => "hostler.v1.OperatingSystem",
        Noun::IpPool => "hostler.v1.IpPool",
        Noun::Hypervisor => "hostler.v1.Hypervisor",
        Noun::Server => "hostler.v1.Server",
        Noun::Snapshot => "hostler.v1.Snapshot",
        Noun::Operation => "hostler.v1.Operation",
        Noun::AlertRule => "hostler.v1.AlertRule",
        Noun::Alert => "hostler.v1.Alert",
        Noun::Silence => "hostler.v1.Silence",
        Noun::Channel => "hostler.v1.Channel",
        Noun::Delivery => "hostler.v1.Delivery",
        Noun::Node => "hostler.v1.Node",
        Noun::EnrolmentToken => "hostler.v1.EnrolmentToken",
        Noun::NodeCommand => "hostler.v1.NodeCommand",
    }
}

fn violations(fields: &FieldErrors) -> Vec<FieldViolation> {
    shortened(fields)
        .0
        .into_iter()
        .map(|error| FieldViolation::new(error.field, error.problem))
        .collect()
}

fn shortened(fields: &FieldErrors) -> FieldErrors {
    let mut short = FieldErrors::default();
    let mut bytes = 0;
    for error in fields.0.iter().take(MAX_VIOLATIONS) {
        let (field, problem) = (clip(&error.field), clip(&error.problem));
        bytes += field.len() + problem.len();
        if bytes > MAX_VIOLATION_BYTES {
            break;
        }
        short.push(field, problem);
    }
    short
}

fn clip(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
