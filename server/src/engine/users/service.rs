//! What the use cases of this directory share.

use std::fmt;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::domain::etag::Generation;
use crate::domain::ids::UserId;
use crate::domain::user::{User, UserPatch};
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::passwords::Passwords;
use crate::ports::store::{Mutation, StoreError};

/// Times a change without an etag is repeated when somebody else changes the same row.
const TRIES: u32 = 5;

pub struct Users {
    pub(super) ports: Ports,
    pub(super) passwords: Arc<Passwords>,
    /// Held while a role or a state changes: two operators must not demote each other at once.
    pub(super) operators: Mutex<()>,
}

impl Users {
    pub fn new(ports: Ports, passwords: Arc<Passwords>) -> Self {
        Self {
            ports,
            passwords,
            operators: Mutex::new(()),
        }
    }

    pub async fn get(&self, id: UserId) -> Result<User> {
        self.ports.store.user_get(id).await.map_err(Error::of(Noun::User))
    }

    /// Changes the row that the etag names; without one, the row as it is now.
    pub(super) async fn change(
        &self,
        id: UserId,
        patch: &UserPatch,
        etag: Option<&str>,
        mutation: &Mutation,
    ) -> Result<User> {
        let wanted = etag
            .map(|etag| Generation::parse(etag).ok_or(Error::Stale))
            .transpose()?;
        let mut tries = 0;
        loop {
            tries += 1;
            let guard = match wanted {
                Some(guard) => guard,
                None => self.get(id).await?.generation,
            };
            let now = self.ports.clock.now();
            match self
                .ports
                .store
                .user_update(id, guard, patch, now, mutation)
                .await
            {
                Ok(user) => return Ok(user),
                Err(StoreError::Replayed { .. }) => return self.get(id).await,
                Err(StoreError::Stale) if wanted.is_none() && tries < TRIES => {}
                Err(error) => return Err(Error::of(Noun::User)(error)),
            }
        }
    }
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Users(..)")
    }
}
