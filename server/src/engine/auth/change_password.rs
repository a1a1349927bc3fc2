//! A new password for somebody who knows the old one.

use super::refusals::SESSION_REQUIRED;
use super::service::Auth;
use super::throttles::Try;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::SessionId;
use crate::domain::outbox::{OutboxBody, OutboxMessage};
use crate::domain::principal::Credential;
use crate::domain::session::AccessToRevoke;
use crate::domain::user::User;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::passwords::check_password;
use crate::engine::repeats::repeated;
use crate::engine::secrets::Secret;
use crate::ports::bus::Notice;
use crate::ports::store::{Mutation, StoreError};

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
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("user:{}", user.id), user.id.as_uuid(), now);
        // A repeated request names the password before as the current one.
        if repeated(&self.ports, caller).await?.is_some() {
            return Ok(());
        }
        check_password(new.expose(), &user.email)
            .map_err(|problem| FieldErrors::one("new_password", problem))?;
        // The narrow count first: what it refuses a thief does not use up what the owner has left.
        let limits = &self.settings.limits;
        self.count_by_session(Try::Password, session, limits.password_by_session)
            .await?;
        self.count_by_account(Try::Password, &user.email, limits.password_by_account)
            .await?;
        let stored = self
            .ports
            .store
            .user_password_hash(user.id)
            .await
            .map_err(Error::of(Noun::User))?;
        if !self.passwords.verify(current, &stored).await?.is_right() {
            return Err(FieldErrors::one("current_password", "is wrong").into());
        }
        self.forget_tries_by(Try::Password, session).await?;
        let revoke = if keep_other_sessions {
            AccessToRevoke::None
        } else {
            AccessToRevoke::OtherSessions(session)
        };
        self.set_password(&user, new, revoke, &mutation).await
    }

    async fn session_owner(&self, caller: &Caller) -> Result<(User, SessionId)> {
        let principal = caller.signed_in()?;
        let session = match principal.credential {
            Credential::Session(id) => id,
            Credential::ApiToken { .. } => return Err(SESSION_REQUIRED),
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
        user: &User,
        new: &Secret,
        revoke: AccessToRevoke,
        mutation: &Mutation,
    ) -> Result<()> {
        let hash = self.passwords.hash(new).await?;
        let now = self.ports.clock.now();
        let message = OutboxMessage::due(OutboxBody::PasswordChangedEmail { user_id: user.id }, now);
        let set = self
            .ports
            .store
            .user_password_set(user.id, &hash, revoke, None, Some(&message), now, mutation)
            .await;
        match set {
            Ok(()) => {}
            Err(StoreError::Replayed { .. }) => return Ok(()),
            Err(error) => return Err(Error::of(Noun::User)(error)),
        }
        if revoke != AccessToRevoke::None {
            self.ports.bus.publish(Notice::AccessChanged { user_id: user.id });
        }
        self.ports.bus.publish(Notice::OutboxReady);
        Ok(())
    }
}
