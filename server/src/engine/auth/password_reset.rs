//! A new password for somebody who has lost the old one.

use super::service::{Auth, attempted};
use super::throttles::Try;
use super::verification::bad_link;
use crate::domain::fields::FieldErrors;
use crate::domain::names::Email;
use crate::domain::outbox::{OutboxBody, OutboxMessage};
use crate::domain::session::{AccessToRevoke, EmailToken, EmailTokenKind};
use crate::domain::user::UserState;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::passwords::check_password;
use crate::engine::secrets::Secret;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

impl Auth {
    /// Mails a link that sets a new password. Answers the same for every address.
    pub async fn request_password_reset(&self, caller: &Caller, email: &Email) -> Result<()> {
        let target = attempted(email);
        let result = self.try_request_password_reset(caller, email).await;
        self.audits.noting(caller, &target, result).await
    }

    async fn try_request_password_reset(&self, caller: &Caller, email: &Email) -> Result<()> {
        self.count_mail(caller, email).await?;
        let user = match self.ports.store.user_by_email(email).await {
            Ok(user) if user.state == UserState::Active => user,
            Ok(_) | Err(StoreError::NotFound) => {
                // Writes an event where the other way writes a link: neither the answer nor its time tells.
                self.audits
                    .record_failure(caller, &attempted(email), &Error::NotFound(Noun::User))
                    .await;
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let now = self.ports.clock.now();
        let token = EmailToken::new(
            user.id,
            EmailTokenKind::PasswordReset,
            now,
            self.settings.reset_link_life,
        );
        let body = OutboxBody::PasswordResetEmail {
            user_id: user.id,
            token_id: token.id,
        };
        let mutation = caller.mutation(format!("user:{}", user.id), user.id.as_uuid(), now);
        self.ports
            .store
            .email_token_insert(&token, &OutboxMessage::due(body, now), &mutation)
            .await?;
        self.ports.bus.publish(Notice::OutboxReady);
        Ok(())
    }

    /// Sets a new password by a mailed token and ends every session and API token of the account.
    pub async fn reset_password(&self, caller: &Caller, token: &str, new_password: &Secret) -> Result<()> {
        let mut target = String::new();
        let result = self
            .try_reset_password(caller, token, new_password, &mut target)
            .await;
        self.audits.noting(caller, &target, result).await
    }

    async fn try_reset_password(
        &self,
        caller: &Caller,
        token: &str,
        new_password: &Secret,
        target: &mut String,
    ) -> Result<()> {
        let link = self
            .open_link(caller, EmailTokenKind::PasswordReset, token)
            .await?;
        *target = format!("user:{}", link.user_id);
        let user = self
            .ports
            .store
            .user_get(link.user_id)
            .await
            .map_err(Error::of(Noun::User))?;
        check_password(new_password.expose(), &user.email)
            .map_err(|problem| FieldErrors::one("new_password", problem))?;
        let hash = self.passwords.hash(new_password).await?;
        let now = self.ports.clock.now();
        let message = OutboxMessage::due(OutboxBody::PasswordChangedEmail { user_id: user.id }, now);
        let mutation = caller.mutation(target.clone(), user.id.as_uuid(), now);
        let set = self
            .ports
            .store
            .user_password_set(
                user.id,
                &hash,
                AccessToRevoke::All,
                Some(link.id),
                Some(&message),
                now,
                &mutation,
            )
            .await;
        match set {
            Ok(()) => {}
            Err(StoreError::Stale | StoreError::NotFound) => return Err(bad_link()),
            Err(error) => return Err(error.into()),
        }
        // Whoever was locked out by wrong guesses has just shown that the address is theirs.
        self.forget_tries(Try::SignIn, &user.email).await?;
        self.ports.bus.publish(Notice::AccessChanged { user_id: user.id });
        self.ports.bus.publish(Notice::OutboxReady);
        Ok(())
    }
}
