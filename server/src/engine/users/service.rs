//! What the use cases of this directory share.

use std::fmt;
use std::sync::Arc;

use crate::domain::ids::UserId;
use crate::domain::user::{User, UserPatch};
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::etags::Guard;
use crate::engine::passwords::Passwords;
use crate::ports::store::{Mutation, StoreError};

pub struct Users {
    pub(super) ports: Ports,
    pub(super) passwords: Arc<Passwords>,
}

impl Users {
    pub fn new(ports: Ports, passwords: Arc<Passwords>) -> Self {
        Self { ports, passwords }
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
        let mut guard = Guard::new(etag)?;
        loop {
            let current = self.get(id).await?;
            let generation = guard.generation(current.generation);
            let patch = patch.clone().beyond(&current);
            let now = self.ports.clock.now();
            match self
                .ports
                .store
                .user_update(id, generation, &patch, now, mutation)
                .await
            {
                Ok(user) => return Ok(user),
                Err(StoreError::Replayed { .. }) => return self.get(id).await,
                Err(error) if guard.retries(&error) => {}
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
