//! What agents are refused with.

use crate::engine::error::Error;

/// For a key that never was one, and for one that was taken away.
pub const KEY_REFUSED: Error = Error::Unauthenticated {
    reason: "NODE_KEY_REFUSED",
    message: "this is no node's key, or not any more; enrol the machine again",
};

/// The key is good, and its agent believes to be somebody else.
pub(super) const OTHER_NODE: Error = Error::Unauthenticated {
    reason: "NODE_KEY_REFUSED",
    message: "the key is another node's; enrol the machine again",
};

pub(super) const KEY_TAKEN: Error = Error::AlreadyExists {
    reason: "NODE_KEY_TAKEN",
    message: "the key is in use already; make another one",
};

/// What a task that has ended with the server leaves unanswered.
pub(super) fn stopping() -> Error {
    Error::Internal("the sessions of agents have ended".into())
}
