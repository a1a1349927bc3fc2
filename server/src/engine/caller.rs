//! Who asks and from where, as every use case that changes something needs it.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::domain::audit::{AuditEvent, AuditOutcome};
use crate::domain::ids::{AuditEventId, NodeId, UserId};
use crate::domain::names::Email;
use crate::domain::principal::{Credential, Origin, Principal};
use crate::domain::time::Timestamp;
use crate::engine::error::{Error, Result};
use crate::ports::store::{Mutation, RequestKey};

/// The caller's idempotency key, with what it was sent for: only an equal request is a repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId {
    pub id: Uuid,
    /// Of the rpc and the whole request.
    pub fingerprint: [u8; 32],
}

#[derive(Clone, Debug)]
pub struct Caller {
    /// `None` on public rpcs, and where an agent calls.
    pub principal: Option<Principal>,
    /// The node whose agent calls.
    pub node: Option<NodeId>,
    pub origin: Origin,
    /// The rpc, such as `Servers.CreateServer`.
    pub action: &'static str,
    /// `None` when the caller gave none.
    pub request_id: Option<RequestId>,
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
        let user_id = self.principal.as_ref().map(|principal| principal.user_id);
        Mutation {
            audit: self.audit(target, AuditOutcome::Done, "", now),
            request: user_id.and_then(|user_id| self.request_key(user_id, resource)),
        }
    }

    /// The same for a call of nobody that makes something for the owner of an address: request ids are told
    /// apart by that address.
    pub fn creation_for(&self, email: &Email, target: String, resource: Uuid, now: Timestamp) -> Mutation {
        Mutation {
            audit: self.audit(target, AuditOutcome::Done, "", now),
            request: self.request_key(stand_in(email), resource),
        }
    }

    fn request_key(&self, user_id: UserId, resource: Uuid) -> Option<RequestKey> {
        self.request_id.map(|request| RequestKey {
            user_id,
            request_id: request.id,
            fingerprint: request.fingerprint,
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
                None => self.node.map(|node| format!("node:{node}")).unwrap_or_default(),
            },
            action: self.action.to_owned(),
            target,
            address: self.origin.address.clone(),
            request_id: self
                .request_id
                .map(|request| request.id.to_string())
                .unwrap_or_default(),
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
