//! One's own account.

use super::service::Users;
use crate::domain::fields::FieldErrors;
use crate::domain::user::{User, UserPatch};
use crate::engine::caller::Caller;
use crate::engine::error::Result;

impl Users {
    pub async fn get_me(&self, caller: &Caller) -> Result<User> {
        self.get(caller.signed_in()?.user_id).await
    }

    /// Changes one's own name or language.
    pub async fn update_me(&self, caller: &Caller, patch: UserPatch, etag: Option<&str>) -> Result<User> {
        let mut errors = FieldErrors::default();
        if patch.role.is_some() {
            errors.push("user.role", "cannot be changed here");
        }
        if patch.state.is_some() {
            errors.push("user.state", "cannot be changed here");
        }
        errors.check()?;
        let id = caller.signed_in()?.user_id;
        let mutation = caller.mutation(format!("user:{id}"), id.as_uuid(), self.ports.clock.now());
        self.change(id, &patch, etag, &mutation).await
    }
}
