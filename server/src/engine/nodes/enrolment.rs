//! How machines join: operators make tokens, agents exchange them for a place.

use std::time::Duration;

use super::input::NewToken;
use crate::domain::enrolment::{Enrolment, EnrolmentToken, EnrolmentTokenState};
use crate::domain::ids::{EnrolmentTokenId, NodeId};
use crate::domain::node::Node;
use crate::domain::page::{Page, PageRequest};
use crate::domain::session::SecretHash;
use crate::domain::time::Timestamp;
use crate::engine::access::operator;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::networks::network;
use crate::engine::secrets::{NewEnrolmentToken, Secret, enrolment_token_hash};
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

/// Tokens that wait to be used.
const MAX_TOKENS: u64 = 100;
/// Tries of an address.
const TRIES: u32 = 30;
const TRIES_WINDOW: Duration = Duration::from_mins(10);

const REQUEST_REPLAYED: Error = Error::AlreadyExists {
    reason: "REQUEST_REPLAYED",
    message: "this request has made its token before, and secrets are shown once; \
              revoke that token and ask for another one",
};

/// For a token that never was one and for one that is of no use any more alike.
const ENROLMENT_REFUSED: Error = Error::Unauthenticated {
    reason: "ENROLMENT_REFUSED",
    message: "the enrolment token is wrong, has run out, or was used; make another one",
};

/// A token as it stands at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownToken {
    pub token: EnrolmentToken,
    pub state: EnrolmentTokenState,
}

impl ShownToken {
    fn at(token: EnrolmentToken, now: Timestamp) -> Self {
        let state = token.state(now);
        Self { token, state }
    }
}

#[derive(Debug)]
pub struct Enrolments {
    ports: Ports,
}

impl Enrolments {
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The token and its secret, which is shown this once.
    pub async fn create_token(&self, caller: &Caller, new: NewToken) -> Result<(ShownToken, Secret)> {
        operator(caller)?;
        let now = self.ports.clock.now();
        let made = NewEnrolmentToken::generate();
        let token = EnrolmentToken {
            id: EnrolmentTokenId::generate(),
            hash: made.hash,
            display_name: new.display_name,
            labels: new.labels,
            node_id: new.node_id,
            create_time: now,
            expire_time: now + new.ttl,
            use_time: None,
            revoke_time: None,
            enrolled_node_id: None,
        };
        let mutation = caller.mutation(target(token.id), token.id.as_uuid(), now);
        let stored = self
            .ports
            .store
            .enrolment_token_insert(&token, MAX_TOKENS, &mutation);
        match stored.await {
            Ok(()) => Ok((ShownToken::at(token, now), made.secret)),
            Err(StoreError::Replayed { .. }) => Err(REQUEST_REPLAYED),
            Err(error) => Err(Error::of(Noun::Node)(error)),
        }
    }

    /// Newest first.
    pub async fn list_tokens(&self, caller: &Caller, page: PageRequest) -> Result<Page<ShownToken>> {
        operator(caller)?;
        let now = self.ports.clock.now();
        let found = self.ports.store.enrolment_token_list(page).await?;
        Ok(found.map(|token| ShownToken::at(token, now)))
    }

    pub async fn revoke_token(&self, caller: &Caller, id: EnrolmentTokenId) -> Result<()> {
        operator(caller)?;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(target(id), id.as_uuid(), now);
        match self.ports.store.enrolment_token_revoke(id, now, &mutation).await {
            Ok(()) | Err(StoreError::Replayed { .. }) => Ok(()),
            Err(error) => Err(Error::of(Noun::EnrolmentToken)(error)),
        }
    }

    /// A machine joins. Nobody is signed in: the token says that it may.
    pub async fn enrol(
        &self,
        caller: &Caller,
        token: &str,
        key: SecretHash,
        hostname: String,
    ) -> Result<Node> {
        let now = self.ports.clock.now();
        let tries = format!("enrol/address/{}", network(&caller.origin.address));
        let hit = self.ports.store.throttle_hit(&tries, TRIES, TRIES_WINDOW, now);
        if let Some(retry_after) = hit.await? {
            return Err(Error::TooMany { retry_after });
        }
        let enrolment = Enrolment {
            token: enrolment_token_hash(token).ok_or(ENROLMENT_REFUSED)?,
            key,
            hostname,
            node_id: NodeId::generate(),
        };
        let mutation = caller.mutation(
            format!("node:{}", enrolment.node_id),
            enrolment.node_id.as_uuid(),
            now,
        );
        match self.ports.store.node_enrol(&enrolment, now, &mutation).await {
            Ok(node) => {
                self.ports.bus.publish(Notice::NodeChanged { id: node.id });
                Ok(node)
            }
            Err(StoreError::NotFound | StoreError::AlreadyExists { .. }) => Err(ENROLMENT_REFUSED),
            Err(error) => Err(error.into()),
        }
    }
}

fn target(id: EnrolmentTokenId) -> String {
    format!("enrolment_token:{id}")
}
