//! Opening a session by address and password.
//!
//! An unknown address and a wrong password cannot be told apart, by the answer or by its time. What else
//! is wrong with an account is told to nobody but the one who knows its password.

use super::refusals::{BAD_CREDENTIALS, SUSPENDED, email_not_verified};
use super::service::{Auth, attempted};
use super::throttles::Try;
use super::tokens::SignedIn;
use crate::domain::ids::{SessionId, UserId};
use crate::domain::names::Email;
use crate::domain::session::Session;
use crate::domain::user::{User, UserState};
use crate::engine::caller::Caller;
use crate::engine::error::Result;
use crate::engine::passwords::Verdict;
use crate::engine::secrets::Secret;
use crate::ports::store::StoreError;

#[derive(Clone, Debug)]
pub struct SignIn {
    pub email: Email,
    pub password: Secret,
    /// Shown in the list of sessions; may be empty.
    pub device_name: String,
}

impl Auth {
    pub async fn sign_in(&self, caller: &Caller, request: SignIn) -> Result<SignedIn> {
        let mut target = attempted(&request.email);
        let result = self.try_sign_in(caller, request, &mut target).await;
        self.audits.noting(caller, &target, result).await
    }

    async fn try_sign_in(&self, caller: &Caller, request: SignIn, target: &mut String) -> Result<SignedIn> {
        let limits = &self.settings.limits;
        self.count_by_address(Try::SignIn, &caller.origin.address, limits.sign_in_by_address)
            .await?;
        // The narrow count first: tries that it refuses do not use up what the owner elsewhere has left.
        let address = &caller.origin.address;
        let limit = limits.sign_in_by_account_and_address;
        self.count_by_both(Try::SignIn, &request.email, address, limit)
            .await?;
        self.count_by_account(Try::SignIn, &request.email, limits.sign_in_by_account)
            .await?;

        let user = self.by_password(&request, target).await?;
        match user.state {
            UserState::Active => {}
            UserState::Suspended => return Err(SUSPENDED),
        }
        if self.settings.require_verified_email && !user.email_verified {
            return Err(email_not_verified());
        }
        self.forget_tries_from(Try::SignIn, &user.email, &caller.origin.address)
            .await?;
        self.open_session(caller, user, request.device_name).await
    }

    /// The user with this address and password.
    async fn by_password(&self, request: &SignIn, target: &mut String) -> Result<User> {
        let user = match self.ports.store.user_by_email(&request.email).await {
            Ok(user) => Some(user),
            Err(StoreError::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        // One query more, also when there is nobody to ask for.
        let id = user.as_ref().map_or_else(UserId::generate, |user| user.id);
        let stored = match self.ports.store.user_password_hash(id).await {
            Ok(stored) => stored,
            Err(StoreError::NotFound) => String::new(),
            Err(error) => return Err(error.into()),
        };
        let Some(user) = user else {
            self.passwords.verify_nothing(&request.password).await?;
            return Err(BAD_CREDENTIALS);
        };
        *target = format!("user:{}", user.id);
        match self.passwords.verify(&request.password, &stored).await? {
            Verdict::Right => {}
            Verdict::RightButOld => self.upgrade(&user, &stored, &request.password).await?,
            Verdict::Wrong => return Err(BAD_CREDENTIALS),
        }
        Ok(user)
    }

    /// Stores a hash as they are made now. Somebody who changed the password meanwhile goes first.
    async fn upgrade(&self, user: &User, old: &str, password: &Secret) -> Result<()> {
        let new = self.passwords.hash(password).await?;
        match self.ports.store.user_password_upgrade(user.id, old, &new).await {
            Ok(()) | Err(StoreError::Stale) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn open_session(&self, caller: &Caller, user: User, device_name: String) -> Result<SignedIn> {
        let now = self.ports.clock.now();
        let id = SessionId::generate();
        let (refresh_token, refresh_hash) = self.keys.refresh_token(id);
        let session = Session {
            id,
            user_id: user.id,
            refresh_hash,
            previous_hash: None,
            device_name,
            user_agent: caller.origin.user_agent.clone(),
            address: caller.origin.address.clone(),
            create_time: now,
            last_used_time: now,
            expire_time: now + self.settings.session_idle.min(self.settings.session_life),
            revoke_time: None,
        };
        let mut mutation = caller.mutation(format!("user:{}", user.id), id.as_uuid(), now);
        // Nobody has called; from here on it is this user, who looks for it among what they did.
        mutation.audit.user_id = Some(user.id);
        mutation.audit.credential = format!("session:{id}");
        self.ports.store.session_insert(&session, &mutation).await?;
        let tokens = self.tokens(user.id, id, refresh_token, session.expire_time, now)?;
        Ok(SignedIn { tokens, user })
    }
}
