//! What is written beside every change, in the same transaction: the audit event, and the
//! caller's request id with what it led to.

use uuid::Uuid;

use crate::domain::audit::AuditEvent;
use crate::domain::ids::UserId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutation {
    pub audit: AuditEvent,
    /// `None` when the caller gave no request id.
    pub request: Option<RequestKey>,
}

/// Makes a repeated request answer `Replayed` in place of doing it again. The same id for another action
/// (that of the audit event) or another target is `Reused`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Who asked; for calls of nobody an id made from the address that they name.
    pub user_id: UserId,
    pub request_id: Uuid,
    /// What the request is to change, such as `server:<id>`; empty when it makes something new.
    pub target: String,
    /// What the request made or changed.
    pub resource: Uuid,
}
