//! Somebody must be left who runs the installation.

use super::service::Users;
use crate::domain::ids::UserId;
use crate::domain::page::PageRequest;
use crate::domain::user::{Role, User, UserFilter, UserPatch, UserState};
use crate::engine::error::{Error, Result};

impl Users {
    /// Refuses a change that would leave no operator. Called with `operators` held. Instances do not
    /// see each other's lock; the command line gives an installation its operator back.
    pub(super) async fn keep_an_operator(&self, user: &User, patch: &UserPatch) -> Result<()> {
        if !is_operator(user) || is_operator(&patched(user, patch)) || self.is_another(user.id).await? {
            return Ok(());
        }
        Err(Error::Precondition {
            reason: "LAST_OPERATOR",
            message: "this is the last operator; make another one first".to_owned(),
        })
    }

    async fn is_another(&self, id: UserId) -> Result<bool> {
        let filter = UserFilter {
            email_contains: None,
            role: Some(Role::Operator),
            state: Some(UserState::Active),
        };
        let operators = self.ports.store.user_list(&filter, PageRequest::first(2)).await?;
        Ok(operators.items.iter().any(|operator| operator.id != id))
    }
}

fn is_operator(user: &User) -> bool {
    user.role == Role::Operator && user.state == UserState::Active
}

fn patched(user: &User, patch: &UserPatch) -> User {
    User {
        role: patch.role.unwrap_or(user.role),
        state: patch.state.unwrap_or(user.state),
        ..user.clone()
    }
}
