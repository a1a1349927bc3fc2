//! Who asks and from where, as every use case that changes something needs it.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::domain::audit::{AuditEvent, AuditOutcome};
use crate::domain::ids::{AuditEventId, UserId};
use crate::domain::names::Email;
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

    /// What is written beside a successful change of `target`, such as `server:<id>`. Calls of nobody are not
    /// remembered by their request id: two strangers may have chosen the same one.
    pub fn mutation(&self, target: String, resource: Uuid, now: Timestamp) -> Mutation {
        let key = self.request_key(target.clone(), resource);
        Mutation {
            audit: self.audit(target, AuditOutcome::Done, "", now),
            request: key,
        }
    }

    /// The same for a call that makes something new. A repetition of it names another `target`, because ids
    /// are made anew for each try, so its request id stands for the rpc alone.
    pub fn creation(&self, target: String, resource: Uuid, now: Timestamp) -> Mutation {
        Mutation {
            audit: self.audit(target, AuditOutcome::Done, "", now),
            request: self.request_key(String::new(), resource),
        }
    }

    /// The same for a call of nobody that makes something for the owner of an address: request ids are told
    /// apart by that address.
    pub fn creation_for(&self, email: &Email, target: String, resource: Uuid, now: Timestamp) -> Mutation {
        Mutation {
            audit: self.audit(target, AuditOutcome::Done, "", now),
            request: self.request_id.map(|request_id| RequestKey {
                user_id: stand_in(email),
                request_id,
                target: String::new(),
                resource,
            }),
        }
    }

    fn request_key(&self, target: String, resource: Uuid) -> Option<RequestKey> {
        Some(RequestKey {
            user_id: self.principal.as_ref()?.user_id,
            request_id: self.request_id?,
            target,
            resource,
        })
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

/// Stands for somebody who has no account yet, or is not to learn that there is one.
fn stand_in(email: &Email) -> UserId {
    let digest = Sha256::digest(email.as_str().as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    UserId::from_uuid(uuid::Builder::from_custom_bytes(id).into_uuid())
}
