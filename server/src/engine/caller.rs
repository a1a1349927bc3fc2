//! Who asks and from where, as every use case that changes something needs it.

use uuid::Uuid;

use crate::domain::audit::{AuditEvent, AuditOutcome};
use crate::domain::ids::{AuditEventId, UserId};
use crate::domain::principal::{Credential, Origin, Principal};
use crate::domain::time::Timestamp;
use crate::engine::error::{Error, Result};
use crate::ports::store::{Mutation, RequestKey};

#[derive(Clone, Debug)]
pub struct Caller {
    /// `None` on public rpcs.
    pub principal: Option<Principal>,
    pub origin: Origin,
    /// The rpc, such as `Servers.CreateServer`.
    pub action: &'static str,
    /// The caller's idempotency key.
    pub request_id: Option<Uuid>,
}

impl Caller {
    /// Who calls; an error when nobody has signed in.
    pub fn signed_in(&self) -> Result<&Principal> {
        self.principal.as_ref().ok_or(Error::Unauthenticated {
            reason: "UNAUTHENTICATED",
            message: "sign in first",
        })
    }

    /// What is written beside a successful change of `target`, such as `server:<id>`.
    pub fn mutation(&self, target: String, resource: Uuid, now: Timestamp) -> Mutation {
        let user_id = self.principal.as_ref().map(|principal| principal.user_id);
        Mutation {
            audit: self.audit(target, AuditOutcome::Done, "", now),
            request: self.request_id.map(|request_id| RequestKey {
                user_id: user_id.unwrap_or(UserId::from_uuid(Uuid::nil())),
                request_id,
                resource,
            }),
        }
    }

    pub fn audit(&self, target: String, outcome: AuditOutcome, reason: &str, now: Timestamp) -> AuditEvent {
        AuditEvent {
            id: AuditEventId::generate(),
            user_id: self.principal.as_ref().map(|principal| principal.user_id),
            credential: match self.principal.as_ref().map(|principal| &principal.credential) {
                Some(Credential::Session(id)) => format!("session:{id}"),
                Some(Credential::ApiToken { id, .. }) => format!("token:{id}"),
                None => String::new(),
            },
            action: self.action.to_owned(),
            target,
            address: self.origin.address.clone(),
            request_id: self.request_id.map(|id| id.to_string()).unwrap_or_default(),
            outcome,
            reason: reason.to_owned(),
            create_time: now,
        }
    }
}
