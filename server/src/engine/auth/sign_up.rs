//! Making an account.
//!
//! The answer does not tell whether the address has an account: it shows what the caller gave under a
//! fresh id, and the owner of an address that is taken gets a mail about it. The work is the same, too:
//! one hash, one look, one transaction, one mail.
//!
//! What is left: signing in afterwards with the password just given answers `EMAIL_NOT_VERIFIED` for a new
//! account only. Whoever finds out that way has sent the owner a mail, and is counted.

use uuid::Uuid;

use super::refusals::SIGN_UP_CLOSED;
use super::service::{Auth, attempted};
use super::throttles::Try;
use crate::domain::etag::Generation;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::UserId;
use crate::domain::names::Email;
use crate::domain::outbox::{OutboxBody, OutboxMessage};
use crate::domain::session::{EmailToken, EmailTokenKind};
use crate::domain::time::Timestamp;
use crate::domain::user::{Locale, Role, User, UserState};
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::passwords::check_password;
use crate::engine::secrets::Secret;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

#[derive(Clone, Debug)]
pub struct SignUp {
    pub email: Email,
    pub password: Secret,
    pub display_name: String,
    pub locale: Locale,
}

impl Auth {
    /// Makes an account that is not verified and mails the link that verifies it.
    pub async fn sign_up(&self, caller: &Caller, request: SignUp) -> Result<User> {
        let target = attempted(&request.email);
        let result = self.try_sign_up(caller, request).await;
        self.audits.noting(caller, &target, result).await
    }

    async fn try_sign_up(&self, caller: &Caller, request: SignUp) -> Result<User> {
        if !self.settings.sign_up {
            return Err(SIGN_UP_CLOSED);
        }
        check_password(request.password.expose(), &request.email)
            .map_err(|problem| FieldErrors::one("password", problem))?;
        let limits = &self.settings.limits;
        self.count_by_address(Try::SignUp, &caller.origin.address, limits.sign_up_by_address)
            .await?;
        self.count_by_account(Try::Mail, &request.email, limits.mail_by_account)
            .await?;

        let hash = self.passwords.hash(&request.password).await?;
        let now = self.ports.clock.now();
        let user = new_customer(UserId::generate(), request, now);
        let token = EmailToken::new(
            user.id,
            EmailTokenKind::Verification,
            now,
            self.settings.verification_link_life,
        );
        let message = OutboxMessage::due(
            OutboxBody::VerificationEmail {
                user_id: user.id,
                token_id: token.id,
            },
            now,
        );
        let first = match self.owner(&user.email).await? {
            Some(owner) => self.tell(caller, &owner, &user, now).await?,
            None => self.insert(caller, &user, &hash, &token, &message).await?,
        };
        self.ports.bus.publish(Notice::OutboxReady);
        Ok(match first {
            // The first answer again, made from the request alone: looking the account up would tell
            // whether there is one.
            Some(first) => User {
                id: UserId::from_uuid(first),
                ..user
            },
            None => user,
        })
    }

    async fn owner(&self, email: &Email) -> Result<Option<User>> {
        match self.ports.store.user_by_email(email).await {
            Ok(owner) => Ok(Some(owner)),
            Err(StoreError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the account. `Some` is what the same request made before.
    async fn insert(
        &self,
        caller: &Caller,
        user: &User,
        hash: &str,
        token: &EmailToken,
        message: &OutboxMessage,
    ) -> Result<Option<Uuid>> {
        let now = user.create_time;
        let mutation = caller.creation_for(&user.email, format!("user:{}", user.id), user.id.as_uuid(), now);
        match self
            .ports
            .store
            .user_insert(user, hash, Some(token), Some(message), &mutation)
            .await
        {
            Ok(()) => Ok(None),
            Err(StoreError::Replayed { resource }) => Ok(Some(resource)),
            // Somebody signed up with the address since we looked.
            Err(StoreError::AlreadyExists { what: "user_email" }) => {
                let owner = self
                    .ports
                    .store
                    .user_by_email(&user.email)
                    .await
                    .map_err(Error::of(Noun::User))?;
                self.tell(caller, &owner, user, now).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Mails the owner of an address that somebody signed up with again. `Some` is the id that the same
    /// request was answered with before.
    async fn tell(
        &self,
        caller: &Caller,
        owner: &User,
        newcomer: &User,
        now: Timestamp,
    ) -> Result<Option<Uuid>> {
        let body = OutboxBody::AlreadyRegisteredEmail { user_id: owner.id };
        let mutation = caller.creation_for(
            &newcomer.email,
            format!("user:{}", owner.id),
            newcomer.id.as_uuid(),
            now,
        );
        match self
            .ports
            .store
            .outbox_insert(&OutboxMessage::due(body, now), &mutation)
            .await
        {
            Ok(()) => Ok(None),
            Err(StoreError::Replayed { resource }) => Ok(Some(resource)),
            Err(error) => Err(error.into()),
        }
    }
}

fn new_customer(id: UserId, request: SignUp, now: Timestamp) -> User {
    User {
        id,
        email: request.email,
        email_verified: false,
        display_name: request.display_name,
        locale: request.locale,
        role: Role::Customer,
        state: UserState::Active,
        create_time: now,
        update_time: now,
        generation: Generation::FIRST,
    }
}
