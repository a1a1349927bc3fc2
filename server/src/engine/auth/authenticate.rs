//! The hot path of every call: whose credential is this, and is it still good?

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::refusals::{BAD_CREDENTIAL, SUSPENDED};
use crate::domain::api_token::{API_TOKEN_PREFIX, ApiTokenStanding};
use crate::domain::ids::{ApiTokenId, SessionId};
use crate::domain::principal::{Credential, Principal};
use crate::domain::session::{SecretHash, SessionStanding};
use crate::domain::time::Timestamp;
use crate::domain::user::UserState;
use crate::engine::access_watch::Standing;
use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::engine::gate::Gate;
use crate::engine::secrets::{Keys, api_token_hash};

/// How often the last use of a token is written down.
const TOUCH_PERIOD: Duration = Duration::from_mins(1);
/// Uses written at a time; while so many are under way, further ones wait for the token's next call.
const TOUCHES_AT_ONCE: usize = 4;
/// Tokens whose last touch is remembered.
const REMEMBERED: usize = 4096;

pub struct Authenticator {
    ports: Ports,
    keys: Arc<Keys>,
    sessions: Gate<SessionId, SessionStanding>,
    tokens: Gate<[u8; 32], ApiTokenStanding>,
    /// When this instance last wrote a token's use.
    touched: Mutex<HashMap<ApiTokenId, Timestamp>>,
    touching: Arc<Semaphore>,
}

impl Authenticator {
    pub fn new(ports: Ports, keys: Arc<Keys>) -> Self {
        let sessions = Arc::clone(&ports.store);
        let tokens = Arc::clone(&ports.store);
        Self {
            ports,
            keys,
            sessions: Gate::new(move |ids: Vec<SessionId>| {
                let store = Arc::clone(&sessions);
                Box::pin(async move {
                    let found = store.session_standings(&ids).await?;
                    Ok(found
                        .into_iter()
                        .map(|standing| (standing.session_id, standing))
                        .collect())
                })
            }),
            tokens: Gate::new(move |hashes: Vec<[u8; 32]>| {
                let store = Arc::clone(&tokens);
                Box::pin(async move {
                    let hashes: Vec<SecretHash> = hashes.into_iter().map(SecretHash).collect();
                    let found = store.api_token_standings(&hashes).await?;
                    Ok(found
                        .into_iter()
                        .map(|(hash, standing)| (hash.0, standing))
                        .collect())
                })
            }),
            touched: Mutex::new(HashMap::new()),
            touching: Arc::new(Semaphore::new(TOUCHES_AT_ONCE)),
        }
    }

    pub async fn authenticate(&self, bearer: &str) -> Result<Principal> {
        if bearer.starts_with(API_TOKEN_PREFIX) {
            self.by_api_token(bearer).await
        } else {
            self.by_access_token(bearer).await
        }
    }

    async fn by_access_token(&self, token: &str) -> Result<Principal> {
        let now = self.ports.clock.now();
        let claims = self.keys.read_access_token(token, now).ok_or(BAD_CREDENTIAL)?;
        let standing = self.session(claims.session_id).await?;
        if standing.user_id != claims.user_id {
            return Err(BAD_CREDENTIAL);
        }
        Ok(Principal {
            user_id: standing.user_id,
            role: standing.role,
            credential: Credential::Session(standing.session_id),
        })
    }

    async fn by_api_token(&self, token: &str) -> Result<Principal> {
        let hash = api_token_hash(token).ok_or(BAD_CREDENTIAL)?;
        let standing = self.token(hash).await?;
        self.touch(standing.token_id, standing.last_used_time, self.ports.clock.now());
        Ok(Principal {
            user_id: standing.user_id,
            role: standing.role,
            credential: Credential::ApiToken {
                id: standing.token_id,
                scopes: standing.scopes,
                hash,
            },
        })
    }

    /// How somebody who was let in stands now.
    pub async fn standing(&self, principal: &Principal) -> Result<Standing> {
        let (same, expire_time) = match &principal.credential {
            Credential::Session(id) => {
                let now = self.session(*id).await?;
                (now.role == principal.role, Some(now.expire_time))
            }
            Credential::ApiToken { hash, .. } => {
                let now = self.token(*hash).await?;
                (now.role == principal.role, now.expire_time)
            }
        };
        if !same {
            return Ok(Standing::Changed);
        }
        let now = self.ports.clock.now();
        Ok(Standing::Holds {
            left: expire_time.map(|expire_time| expire_time.since(now)),
        })
    }

    async fn session(&self, id: SessionId) -> Result<SessionStanding> {
        let standing = self.sessions.get(id).await?.ok_or(BAD_CREDENTIAL)?;
        if standing.revoked || standing.expire_time <= self.ports.clock.now() {
            return Err(BAD_CREDENTIAL);
        }
        active(standing.user_state)?;
        Ok(standing)
    }

    async fn token(&self, hash: SecretHash) -> Result<ApiTokenStanding> {
        let standing = self.tokens.get(hash.0).await?.ok_or(BAD_CREDENTIAL)?;
        let now = self.ports.clock.now();
        if standing.revoked || standing.expire_time.is_some_and(|expire_time| expire_time <= now) {
            return Err(BAD_CREDENTIAL);
        }
        active(standing.user_state)?;
        Ok(standing)
    }

    /// Writes the use of a token down, unless that was done within the minute. The call goes on meanwhile.
    fn touch(&self, id: ApiTokenId, last_used: Option<Timestamp>, now: Timestamp) {
        if last_used.is_some_and(|last| now.since(last) < TOUCH_PERIOD) {
            return;
        }
        let Ok(permit) = Arc::clone(&self.touching).try_acquire_owned() else {
            return;
        };
        if !self.first_touch_of_the_minute(id, now) {
            return;
        }
        let store = Arc::clone(&self.ports.store);
        tokio::spawn(async move {
            if let Err(error) = store.api_token_touch(id, now).await {
                tracing::warn!(token = %id, error = %error, "the use of an API token was not written down");
            }
            drop(permit);
        });
    }

    fn first_touch_of_the_minute(&self, id: ApiTokenId, now: Timestamp) -> bool {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        if touched
            .get(&id)
            .is_some_and(|last| now.since(*last) < TOUCH_PERIOD)
        {
            return false;
        }
        if touched.len() >= REMEMBERED {
            touched.retain(|_, last| now.since(*last) < TOUCH_PERIOD);
        }
        // A minute with more tokens than that writes some of them twice, and no harm is done.
        if touched.len() >= REMEMBERED {
            touched.clear();
        }
        touched.insert(id, now);
        true
    }
}

fn active(state: UserState) -> Result<()> {
    match state {
        UserState::Active => Ok(()),
        UserState::Suspended => Err(SUSPENDED),
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticator(..)")
    }
}
