//! What several use cases of this directory refuse in the same words.

use crate::engine::error::Error;

/// For a sign-in that is right in all but this.
pub(super) const SUSPENDED: Error = Error::Forbidden {
    reason: "ACCOUNT_SUSPENDED",
    message: "the account is suspended; ask the operator",
};

pub(super) const SESSION_ENDED: Error = Error::Unauthenticated {
    reason: "SESSION_ENDED",
    message: "the session has ended; sign in again",
};
