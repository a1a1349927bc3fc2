//! A new password for somebody who knows the old one.

use super::service::Auth;
use super::throttles::Try;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::SessionId;
use crate::domain::outbox::{OutboxBody, OutboxMessage};
use crate::domain::principal::Credential;
use crate::domain::session::SessionsToRevoke;
use crate::domain::user::User;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::passwords::check_password;
use crate::engine::secrets::Secret;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

impl Auth {
    /// Changes the caller's password. The calling session stays; the others end, unless they are kept.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current_password: &Secret,
        new_password: &Secret,
        keep_other_sessions: bool,
    ) -> Result<()> {
        let user_id = caller.signed_in()?.user_id;
        let result = self
            .try_change(caller, current_password, new_password, keep_other_sessions)
            .await;
        self.audits
            .noting(caller, &format!("user:{user_id}"), result)
            .await
    }

    async fn try_change(
        &self,
        caller: &Caller,
        current: &Secret,
        new: &Secret,
        keep_other_sessions: bool,
    ) -> Result<()> {
        let (user, session) = self.session_owner(caller).await?;
        let limit = self.settings.limits.password_by_account;
        self.count_by_account(Try::Password, &user.email, limit).await?;
        check_password(new.expose(), &user.email)
            .map_err(|problem| FieldErrors::one("new_password", problem))?;

        let stored = self
            .ports
            .store
            .user_password_hash(user.id)
            .await
            .map_err(Error::of(Noun::User))?;
        if !self.passwords.verify(current, &stored).await?.is_right() {
            // A repeated request finds its own work done: the "current" password is the one before.
            let repeated =
                caller.request_id.is_some() && self.passwords.verify(new, &stored).await?.is_right();
            return if repeated {
                Ok(())
            } else {
                Err(FieldErrors::one("current_password", "is wrong").into())
            };
        }
        self.forget_tries(Try::Password, &user.email).await?;
        self.set_password(caller, &user, session, new, keep_other_sessions)
            .await
    }

    async fn session_owner(&self, caller: &Caller) -> Result<(User, SessionId)> {
        let principal = caller.signed_in()?;
        let session = match principal.credential {
            Credential::Session(id) => id,
            Credential::ApiToken { .. } => {
                return Err(Error::Forbidden {
                    reason: "PERMISSION_DENIED",
                    message: "passwords are changed by their owner's own session",
                });
            }
        };
        let user = self
            .ports
            .store
            .user_get(principal.user_id)
            .await
            .map_err(Error::of(Noun::User))?;
        Ok((user, session))
    }

    async fn set_password(
        &self,
        caller: &Caller,
        user: &User,
        session: SessionId,
        new: &Secret,
        keep_other_sessions: bool,
    ) -> Result<()> {
        let hash = self.passwords.hash(new).await?;
        let now = self.ports.clock.now();
        let message = OutboxMessage::due(OutboxBody::PasswordChangedEmail { user_id: user.id }, now);
        let revoke = if keep_other_sessions {
            SessionsToRevoke::None
        } else {
            SessionsToRevoke::AllBut(session)
        };
        let mutation = caller.mutation(format!("user:{}", user.id), user.id.as_uuid(), now);
        let set = self
            .ports
            .store
            .user_password_set(user.id, &hash, revoke, None, Some(&message), now, &mutation)
            .await;
        match set {
            Ok(()) => {}
            Err(StoreError::Replayed { .. }) => return Ok(()),
            Err(error) => return Err(Error::of(Noun::User)(error)),
        }
        if !keep_other_sessions {
            self.ports.bus.publish(Notice::AccessChanged { user_id: user.id });
        }
        self.ports.bus.publish(Notice::OutboxReady);
        Ok(())
    }
}
