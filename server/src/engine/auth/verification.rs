//! Proving that an e-mail address is one's own.

use super::service::{Auth, attempted};
use super::throttles::Try;
use crate::domain::fields::FieldErrors;
use crate::domain::names::Email;
use crate::domain::outbox::{OutboxBody, OutboxMessage};
use crate::domain::session::{EmailToken, EmailTokenKind};
use crate::domain::user::UserState;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

impl Auth {
    /// Marks the address that a mailed token belongs to as verified.
    pub async fn verify_email(&self, caller: &Caller, token: &str) -> Result<()> {
        let mut target = String::new();
        let result = self.try_verify_email(caller, token, &mut target).await;
        self.audits.noting(caller, &target, result).await
    }

    async fn try_verify_email(&self, caller: &Caller, token: &str, target: &mut String) -> Result<()> {
        let link = self
            .open_link(caller, EmailTokenKind::Verification, token)
            .await?;
        *target = format!("user:{}", link.user_id);
        let now = self.ports.clock.now();
        let mutation = caller.mutation(target.clone(), link.user_id.as_uuid(), now);
        match self.ports.store.user_verify(link.id, now, &mutation).await {
            Ok(_) | Err(StoreError::Replayed { .. }) => Ok(()),
            Err(StoreError::Stale | StoreError::NotFound) => Err(bad_link()),
            Err(error) => Err(error.into()),
        }
    }

    /// Mails another link. Answers the same for every address.
    pub async fn request_email_verification(&self, caller: &Caller, email: &Email) -> Result<()> {
        let target = attempted(email);
        let result = self.try_request_email_verification(caller, email).await;
        self.audits.noting(caller, &target, result).await
    }

    async fn try_request_email_verification(&self, caller: &Caller, email: &Email) -> Result<()> {
        self.count_mail(caller, email).await?;
        let user = match self.ports.store.user_by_email(email).await {
            Ok(user) if !user.email_verified && user.state == UserState::Active => user,
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
        let life = self.settings.verification_link_life;
        let token = EmailToken::new(user.id, EmailTokenKind::Verification, now, life);
        let body = OutboxBody::VerificationEmail {
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

    /// Counts a mail that somebody who is not signed in asks for.
    pub(super) async fn count_mail(&self, caller: &Caller, email: &Email) -> Result<()> {
        let limits = &self.settings.limits;
        self.count_by_address(Try::Mail, &caller.origin.address, limits.mail_by_address)
            .await?;
        self.count_by_account(Try::Mail, email, limits.mail_by_account)
            .await
    }

    /// The link that a mailed token belongs to, if following it still does something.
    pub(super) async fn open_link(
        &self,
        caller: &Caller,
        kind: EmailTokenKind,
        token: &str,
    ) -> Result<EmailToken> {
        let limit = self.settings.limits.link_by_address;
        self.count_by_address(Try::Link, &caller.origin.address, limit)
            .await?;
        let id = self.keys.read_email_token(kind, token).ok_or_else(bad_link)?;
        match self.ports.store.email_token_get(id).await {
            Ok(link) if link.kind == kind && link.is_good(self.ports.clock.now()) => Ok(link),
            Ok(_) | Err(StoreError::NotFound) => Err(bad_link()),
            Err(error) => Err(error.into()),
        }
    }
}

pub(super) fn bad_link() -> Error {
    FieldErrors::one(
        "token",
        "is wrong, was used before or has expired; ask for a new link",
    )
    .into()
}
