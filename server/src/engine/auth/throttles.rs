//! Counting tries, so that passwords and mailed tokens cannot be guessed and mail cannot be made to rain.

use super::service::Auth;
use super::settings::Limit;
use crate::domain::ids::SessionId;
use crate::domain::names::Email;
use crate::engine::error::{Error, Result};
use crate::engine::networks::network;

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub(super) enum Try {
    SignIn,
    SignUp,
    Mail,
    Link,
    Password,
}

impl Try {
    const fn label(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Mail => "mail",
            Self::Link => "link",
            Self::Password => "password",
        }
    }
}

impl Auth {
    pub(super) async fn count_by_account(&self, what: Try, email: &Email, limit: Limit) -> Result<()> {
        self.count(&account_key(what, email), limit).await
    }

    pub(super) async fn count_by_address(&self, what: Try, address: &str, limit: Limit) -> Result<()> {
        self.count(&format!("{}/address/{}", what.label(), network(address)), limit)
            .await
    }

    pub(super) async fn count_by_both(
        &self,
        what: Try,
        email: &Email,
        address: &str,
        limit: Limit,
    ) -> Result<()> {
        self.count(&both_key(what, email, address), limit).await
    }

    pub(super) async fn count_by_session(&self, what: Try, session: SessionId, limit: Limit) -> Result<()> {
        self.count(&session_key(what, session), limit).await
    }

    /// Forgets the tries of a session that turned out to be its owner's. What others tried stays counted.
    pub(super) async fn forget_tries_by(&self, what: Try, session: SessionId) -> Result<()> {
        let key = session_key(what, session);
        Ok(self.ports.store.throttle_clear(&key).await?)
    }

    /// Forgets the tries from an address whose owner has shown up there. What others tried elsewhere stays
    /// counted.
    pub(super) async fn forget_tries_from(&self, what: Try, email: &Email, address: &str) -> Result<()> {
        let key = both_key(what, email, address);
        Ok(self.ports.store.throttle_clear(&key).await?)
    }

    /// Forgets the tries of an account whose owner has shown up.
    pub(super) async fn forget_tries(&self, what: Try, email: &Email) -> Result<()> {
        Ok(self.ports.store.throttle_clear(&account_key(what, email)).await?)
    }

    async fn count(&self, key: &str, limit: Limit) -> Result<()> {
        let now = self.ports.clock.now();
        match self
            .ports
            .store
            .throttle_hit(key, limit.tries, limit.window, now)
            .await?
        {
            Some(retry_after) => Err(Error::TooMany { retry_after }),
            None => Ok(()),
        }
    }
}

/// Accounts are counted whether they exist or not. The store keeps keys as digests.
fn account_key(what: Try, email: &Email) -> String {
    format!("{}/account/{email}", what.label())
}

fn both_key(what: Try, email: &Email, address: &str) -> String {
    format!("{}/address/{}", account_key(what, email), network(address))
}

fn session_key(what: Try, session: SessionId) -> String {
    format!("{}/session/{session}", what.label())
}
