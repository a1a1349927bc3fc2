//! What the use cases of this directory share.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::authenticate::Authenticator;
use super::settings::AuthSettings;
use crate::domain::names::Email;
use crate::domain::principal::Principal;
use crate::engine::access_watch::{Standing, Standings};
use crate::engine::audits::Audits;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Result};
use crate::engine::passwords::Passwords;
use crate::engine::secrets::Keys;

pub struct Auth {
    pub(super) ports: Ports,
    pub(super) settings: AuthSettings,
    pub(super) keys: Arc<Keys>,
    pub(super) passwords: Arc<Passwords>,
    pub(super) audits: Arc<Audits>,
    authenticator: Authenticator,
}

impl Auth {
    pub fn new(
        ports: Ports,
        settings: AuthSettings,
        keys: Arc<Keys>,
        passwords: Arc<Passwords>,
        audits: Arc<Audits>,
    ) -> Self {
        Self {
            authenticator: Authenticator::new(ports.clone(), Arc::clone(&keys)),
            ports,
            settings,
            keys,
            passwords,
            audits,
        }
    }

    /// Who calls with this bearer token, an access token or an API token. Looked up with every call:
    /// a session that was revoked, or a user who was suspended, is refused at once.
    pub async fn authenticate(&self, bearer: &str) -> Result<Principal> {
        self.authenticator.authenticate(bearer).await
    }
}

#[async_trait]
impl Standings for Auth {
    async fn standing(&self, principal: &Principal) -> Standing {
        match self.authenticator.standing(principal).await {
            Ok(standing) => standing,
            Err(Error::Unauthenticated { .. }) => Standing::Ended,
            Err(Error::Forbidden { .. }) => Standing::Changed,
            Err(error) => {
                tracing::warn!(user = %principal.user_id, error = %error, "the caller of a stream was not looked up");
                Standing::Unknown
            }
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// How the audit log names an account before it is known to exist.
pub(super) fn attempted(email: &Email) -> String {
    format!("email:{email}")
}
