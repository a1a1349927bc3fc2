//! Why a call has no answer, and whether it may have been carried out all the same.

use std::error::Error;
use std::io::ErrorKind;

use super::errors::{ApiError, Cause};

pub(super) enum Failure {
    /// The call itself cannot be put into a request.
    Call(ApiError),
    /// No connection, or no trust in who is at the other end.
    NotConnected(String),
    /// The connection was closed before an answer came.
    Closed(String),
    /// Anything else, most often the time limit.
    Broken(String),
}

impl Failure {
    pub(super) fn of(error: &hyper::Error) -> Self {
        let text = format!("no answer: {}", chain_of(error));
        if was_closed(error) {
            Self::Closed(text)
        } else {
            Self::Broken(text)
        }
    }

    pub(super) fn not_connected(error: &(dyn Error + 'static)) -> Self {
        Self::NotConnected(format!("no connection: {}", chain_of(error)))
    }

    pub(super) const fn nothing_was_sent(&self) -> bool {
        match self {
            Self::NotConnected(_) => true,
            Self::Call(_) | Self::Closed(_) | Self::Broken(_) => false,
        }
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Call(error) => error,
            Failure::NotConnected(text) => Self::new(Cause::NotSent, text),
            Failure::Closed(text) | Failure::Broken(text) => Self::new(Cause::NoAnswer, text),
        }
    }
}

fn was_closed(error: &hyper::Error) -> bool {
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return true;
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<std::io::Error>() {
            return matches!(
                error.kind(),
                ErrorKind::ConnectionReset
                    | ErrorKind::ConnectionAborted
                    | ErrorKind::BrokenPipe
                    | ErrorKind::UnexpectedEof
            );
        }
        source = cause.source();
    }
    false
}

/// The error and its causes, each said once.
fn chain_of(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = cause.source();
    }
    text
}
