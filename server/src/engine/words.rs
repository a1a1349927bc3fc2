//! The words of what is refused in two places: by the edge, before a call runs, and by the use cases.

use super::error::Error;

/// A reason for programs and a sentence for people.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    pub reason: &'static str,
    pub message: &'static str,
}

pub const SESSION_REQUIRED: Words = Words {
    reason: "SESSION_REQUIRED",
    message: "an API token may not do this; sign in",
};

pub const SESSION_ENDED: Words = Words {
    reason: "SESSION_ENDED",
    message: "the session has ended; sign in again",
};

pub const OPERATORS_ONLY: Words = Words {
    reason: "ROLE_REQUIRED",
    message: "only operators may do this",
};

impl Words {
    pub const fn forbidden(self) -> Error {
        let Self { reason, message } = self;
        Error::Forbidden { reason, message }
    }

    pub const fn unauthenticated(self) -> Error {
        let Self { reason, message } = self;
        Error::Unauthenticated { reason, message }
    }
}
