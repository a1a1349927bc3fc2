//! Everybody's accounts, for staff to see and for operators to change.

use super::service::Users;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::UserId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::user::{User, UserFilter, UserPatch};
use crate::engine::caller::Caller;
use crate::engine::error::Result;
use crate::ports::bus::Notice;

impl Users {
    /// Oldest first.
    pub async fn list(&self, filter: &UserFilter, page: PageRequest) -> Result<Page<User>> {
        Ok(self.ports.store.user_list(filter, page).await?)
    }

    /// Changes role, state or name of an account. Suspending refuses its sessions and tokens at once, for
    /// every call looks the account up; lifting the suspension gives them back.
    pub async fn update(
        &self,
        caller: &Caller,
        id: UserId,
        patch: UserPatch,
        etag: Option<&str>,
    ) -> Result<User> {
        let principal = caller.signed_in()?;
        if principal.user_id == id {
            let mut errors = FieldErrors::default();
            if patch.role.is_some_and(|role| role != principal.role) {
                errors.push(
                    "user.role",
                    "must not be one's own: another operator has to change it",
                );
            }
            if patch.state.is_some() {
                errors.push(
                    "user.state",
                    "must not be one's own: another operator has to change it",
                );
            }
            errors.check()?;
        }
        let touches_access = patch.role.is_some() || patch.state.is_some();
        let mutation = caller.mutation(format!("user:{id}"), id.as_uuid(), self.ports.clock.now());
        let user = self.change(id, &patch, etag, &mutation).await?;
        if touches_access {
            self.ports.bus.publish(Notice::AccessChanged { user_id: id });
        }
        Ok(user)
    }
}
