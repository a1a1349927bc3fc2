//! What a deletion says that is refused.

use crate::engine::error::{Error, Noun};
use crate::ports::store::StoreError;

/// Tariffs and operating systems that are in use need not go away: retired, they are sold no more.
pub(super) fn refused(noun: Noun) -> impl Fn(StoreError) -> Error {
    move |error| {
        if let StoreError::InUse { by } = error {
            return Error::Precondition {
                reason: "IN_USE",
                message: format!("still used by {by}; retire it instead, or free it first"),
            };
        }
        Error::of(noun)(error)
    }
}
