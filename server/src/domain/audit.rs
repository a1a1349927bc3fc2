//! Who did what, on what, from where, and how it ended.

use super::codes::coded;
use super::ids::{AuditEventId, UserId};
use super::time::Timestamp;

coded! {
    AuditOutcome {
        Done = "done",
        /// Refused by a rule: not signed in, not allowed, throttled.
        Refused = "refused",
        Failed = "failed",
    }
}

/// Which events a list is about; an event has to pass all that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub user_id: Option<UserId>,
    /// As the event has it, in full.
    pub target: Option<String>,
    /// As the event has it, in full.
    pub action: Option<String>,
    pub outcome: Option<AuditOutcome>,
    /// From then on.
    pub start_time: Option<Timestamp>,
    /// Before then.
    pub end_time: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    pub id: AuditEventId,
    /// `None` for calls of nobody, such as a failed sign-in.
    pub user_id: Option<UserId>,
    /// `session:<id>`, `token:<id>`, `command line`, or empty.
    pub credential: String,
    /// The rpc, such as `Servers.CreateServer`, or the command.
    pub action: String,
    /// What it was done to, such as `server:<id>`; empty when unknown.
    pub target: String,
    pub address: String,
    /// The caller's request id; empty when it gave none.
    pub request_id: String,
    pub outcome: AuditOutcome,
    /// The reason of the error, such as `WRONG_STATE`; empty when done.
    pub reason: String,
    pub create_time: Timestamp,
}
