//! What a call may end with, in plain words.

use std::error::Error;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// A server may ask for a pause; one that asks for more is not believed.
const LONGEST_ASKED: Duration = Duration::from_mins(10);

/// A call that did not do what it was to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    #[error("the server cannot be reached: {problem}")]
    Unreachable { problem: String },
    #[error("the server does not answer")]
    NoAnswer,
    #[error("{message}")]
    Refused {
        code: Code,
        /// For programs, such as `ENROLMENT_REFUSED`; may be empty.
        reason: String,
        /// For people, as the server wrote it.
        message: String,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
}

impl CallError {
    pub(crate) fn unreachable(error: &(dyn Error + 'static)) -> Self {
        Self::Unreachable {
            problem: in_plain_words(&innermost(error)),
        }
    }

    /// The code of a refusal by the server.
    pub(crate) fn code(&self) -> Option<Code> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Unreachable { .. } | Self::NoAnswer => None,
        }
    }

    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Refused { reason, .. } => reason,
            Self::Unreachable { .. } | Self::NoAnswer => "",
        }
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            Self::Unreachable { .. } | Self::NoAnswer => None,
        }
    }

    /// The server does not know this key, or does not any more.
    pub(crate) fn is_unauthenticated(&self) -> bool {
        self.code() == Some(Code::Unauthenticated)
    }
}

impl From<Status> for CallError {
    fn from(status: Status) -> Self {
        // What the transport made up has a cause; what the server said has none.
        if let Some(source) = status.source() {
            return Self::unreachable(source);
        }
        let details = status.get_error_details();
        let fields: Vec<String> = details
            .bad_request()
            .into_iter()
            .flat_map(|bad| &bad.field_violations)
            .map(|violation| format!("{}: {}", violation.field, violation.description))
            .collect();
        let message = match status.message() {
            "" => format!("the server answers {:?} and no word more", status.code()),
            message if fields.is_empty() => message.to_owned(),
            message => format!("{message} ({})", fields.join("; ")),
        };
        Self::Refused {
            code: status.code(),
            reason: details
                .error_info()
                .map(|info| info.reason.clone())
                .unwrap_or_default(),
            message,
            retry_after: details
                .retry_info()
                .and_then(|info| info.retry_delay)
                .map(|delay| delay.min(LONGEST_ASKED)),
        }
    }
}

/// The innermost cause says most.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// What rustls and the system say, for those who do not read it every day.
fn in_plain_words(problem: &str) -> String {
    let advice = [
        (
            "UnknownIssuer",
            "its certificate is signed by an authority that this machine does not trust; name the right one by server.ca_file or --ca-file",
        ),
        (
            "NotValidForName",
            "its certificate is for other names; use one of them in the server's URL",
        ),
        (
            "Expired",
            "its certificate has run out, or the clock of this machine is wrong",
        ),
        (
            "NotValidYet",
            "its certificate is not valid yet: is the clock of this machine right?",
        ),
        (
            "InvalidContentType",
            "it does not speak TLS at this port; is the port right?",
        ),
        (
            "failed to lookup address",
            "its name is not known; is the name right, and does this machine resolve names?",
        ),
    ];
    advice
        .iter()
        .find(|(mark, _)| problem.contains(mark))
        .map_or_else(|| problem.to_owned(), |(_, words)| format!("{words} ({problem})"))
}

#[cfg(test)]
mod tests {
    use tonic_types::ErrorDetails;

    use super::*;

    #[test]
    fn a_refusal_keeps_what_the_server_says() {
        let mut details = ErrorDetails::new();
        details
            .set_error_info("RATE_LIMITED", "hostler", [])
            .set_retry_info(Some(Duration::from_hours(2)))
            .add_bad_request_violation("token", "must begin with hse_");
        let status = Status::with_error_details(Code::ResourceExhausted, "too many tries", details);
        let error = CallError::from(status);
        assert_eq!(error.code(), Some(Code::ResourceExhausted));
        assert_eq!(error.reason(), "RATE_LIMITED");
        assert_eq!(error.retry_after(), Some(LONGEST_ASKED));
        assert_eq!(error.to_string(), "too many tries (token: must begin with hse_)");
    }

    #[test]
    fn an_error_of_the_transport_is_told_by_its_innermost_cause() {
        let cause = std::io::Error::other("Connection refused (os error 111)");
        let error = CallError::from(Status::from_error(Box::new(std::io::Error::other(cause))));
        let wanted = "the server cannot be reached: Connection refused (os error 111)";
        assert_eq!(error.to_string(), wanted);
    }

    #[test]
    fn a_certificate_of_nobody_is_told_with_what_to_do() {
        let words = in_plain_words("invalid peer certificate: UnknownIssuer");
        assert!(
            words.contains("--ca-file") && words.contains("UnknownIssuer"),
            "{words}"
        );
    }
}
