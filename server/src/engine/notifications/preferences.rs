//! What the caller wants to hear of, and how.

use super::service::Notifications;
use crate::domain::notification::{Preference, Preferences};
use crate::engine::caller::Caller;
use crate::engine::error::Result;
use crate::engine::etags::Guard;
use crate::ports::store::StoreError;

impl Notifications {
    pub async fn preferences(&self, caller: &Caller) -> Result<Preferences> {
        let user = caller.signed_in()?.user_id;
        Ok(self.ports.store.preferences_get(user).await?)
    }

    /// Kinds that are not among the changes stay as they are.
    pub async fn update_preferences(
        &self,
        caller: &Caller,
        changes: &[Preference],
        etag: Option<&str>,
    ) -> Result<Preferences> {
        let user = caller.signed_in()?.user_id;
        let mut guard = Guard::new(etag)?;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("user:{user}"), user.as_uuid(), now);
        loop {
            let mut preferences = self.ports.store.preferences_get(user).await?;
            let generation = guard.generation(preferences.generation);
            for change in changes {
                preferences.set(*change);
            }
            match self
                .ports
                .store
                .preferences_set(user, &preferences, generation, &mutation)
                .await
            {
                Ok(()) | Err(StoreError::Replayed { .. }) => {
                    return Ok(self.ports.store.preferences_get(user).await?);
                }
                Err(error) if guard.retries(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
