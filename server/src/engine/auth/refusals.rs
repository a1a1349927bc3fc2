//! What the use cases of this directory refuse, each in one set of words.

use crate::engine::error::Error;
use crate::engine::words;

/// For a credential that never was one, or is none any more.
pub const BAD_CREDENTIAL: Error = Error::Unauthenticated {
    reason: "UNAUTHENTICATED",
    message: "the credentials are wrong or have expired",
};

/// For a wrong password and an unknown address alike.
pub const BAD_CREDENTIALS: Error = Error::Unauthenticated {
    reason: "BAD_CREDENTIALS",
    message: "the e-mail address or the password is wrong",
};

/// For credentials that are right in all but this.
pub const SUSPENDED: Error = Error::Forbidden {
    reason: "ACCOUNT_SUSPENDED",
    message: "the account is suspended; ask the operator",
};

pub const SESSION_ENDED: Error = words::SESSION_ENDED.unauthenticated();

/// The session changed twice while one call looked at it.
pub const REFRESH_RACE: Error = Error::Unauthenticated {
    reason: "REFRESH_RACE",
    message: "the session is being refreshed by others; use the tokens of the last answer, or ask again",
};

pub const SESSION_REQUIRED: Error = words::SESSION_REQUIRED.forbidden();

pub const SIGN_UP_CLOSED: Error = Error::Forbidden {
    reason: "SIGN_UP_CLOSED",
    message: "accounts are made by the operator here",
};

pub fn email_not_verified() -> Error {
    Error::Precondition {
        reason: "EMAIL_NOT_VERIFIED",
        message: "follow the link in the verification mail first, or ask for another one".to_owned(),
    }
}
