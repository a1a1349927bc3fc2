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

/// Makes a repeated request answer `Replayed` in place of doing it again. The same id for a request with another
/// fingerprint is `Reused`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Who asked; for calls of nobody an id made from the address that they name.
    pub user_id: UserId,
    pub request_id: Uuid,
    pub fingerprint: [u8; 32],
    /// What the request made or changed.
    pub resource: Uuid,
}
