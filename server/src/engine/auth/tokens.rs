//! What a session calls with.

use std::time::Duration;

use super::service::Auth;
use crate::domain::ids::{SessionId, UserId};
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::engine::error::Result;
use crate::engine::secrets::{AccessClaims, Secret};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    pub access_token: Secret,
    pub access_token_expire_time: Timestamp,
    pub refresh_token: Secret,
    pub refresh_token_expire_time: Timestamp,
    pub issue_time: Timestamp,
}

impl Tokens {
    /// How long the refresh token is good for, from when it was made.
    pub fn refresh_life(&self) -> Duration {
        self.refresh_token_expire_time.since(self.issue_time)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub tokens: Tokens,
    pub user: User,
}

impl Auth {
    pub(super) fn tokens(
        &self,
        user_id: UserId,
        session_id: SessionId,
        refresh_token: Secret,
        session_expires: Timestamp,
        now: Timestamp,
    ) -> Result<Tokens> {
        let claims = AccessClaims { user_id, session_id };
        let (token, expire_time) = self
            .keys
            .access_token(claims, now, self.settings.access_token_life)?;
        Ok(Tokens {
            access_token: Secret::new(token),
            access_token_expire_time: expire_time,
            refresh_token,
            refresh_token_expire_time: session_expires,
            issue_time: now,
        })
    }
}
