//! Renewing a session: its refresh token is good once, and a copy of it ends the session.
//!
//! Which rule applies to a token of a live session:
//!
//! - the one handed out last: new tokens;
//! - the one before it, within the grace after the refresh: `REFRESH_RACE`, and nothing else happens.
//!   Two windows of one browser refreshed at once, and the tokens of the other are good;
//! - that one later, or any older one: it has been copied. The session ends, for owner and thief alike.
//!
//! A caller that was answered and never heard it is taken for a thief after the grace: it signs in again.

use super::refusals::{SESSION_ENDED, SUSPENDED};
use super::service::Auth;
use super::tokens::Tokens;
use crate::domain::session::Session;
use crate::domain::time::Timestamp;
use crate::domain::user::UserState;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::secrets::{RefreshToken, Secret, same_hash};
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

const RACE: Error = Error::Unauthenticated {
    reason: "REFRESH_RACE",
    message: "the session was refreshed a moment ago; use the tokens of that answer",
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Current,
    JustReplaced,
    Copied,
}

impl Auth {
    pub async fn refresh_session(&self, caller: &Caller, refresh_token: &Secret) -> Result<Tokens> {
        let mut target = String::new();
        let result = self.try_refresh(caller, refresh_token, &mut target).await;
        self.audits.noting(caller, &target, result).await
    }

    async fn try_refresh(&self, caller: &Caller, token: &Secret, target: &mut String) -> Result<Tokens> {
        let shown = self
            .keys
            .read_refresh_token(token.expose())
            .ok_or(SESSION_ENDED)?;
        let session = self.live_session(&shown).await?;
        *target = format!("session:{}", session.id);
        let now = self.ports.clock.now();
        match judge(&session, &shown, now, self.settings.refresh_grace) {
            Shown::Current => {}
            Shown::JustReplaced => return Err(RACE),
            Shown::Copied => return Err(self.end_copied(caller, &session, now).await?),
        }
        let user = self
            .ports
            .store
            .user_get(session.user_id)
            .await
            .map_err(Error::of(Noun::User))?;
        match user.state {
            UserState::Active => {}
            UserState::Suspended => return Err(SUSPENDED),
        }
        self.rotate(caller, &session, now).await
    }

    async fn live_session(&self, shown: &RefreshToken) -> Result<Session> {
        let session = match self.ports.store.session_get(shown.session_id).await {
            Ok(session) => session,
            Err(StoreError::NotFound) => return Err(SESSION_ENDED),
            Err(error) => return Err(error.into()),
        };
        if session.revoke_time.is_some() || session.expire_time <= self.ports.clock.now() {
            return Err(SESSION_ENDED);
        }
        Ok(session)
    }

    async fn rotate(&self, caller: &Caller, session: &Session, now: Timestamp) -> Result<Tokens> {
        let (refresh_token, new) = self.keys.refresh_token(session.id);
        let oldest_end = session.create_time + self.settings.session_life;
        let expire_time = (now + self.settings.session_idle).min(oldest_end);
        let rotated = self
            .ports
            .store
            .session_rotate(
                session.id,
                session.refresh_hash,
                new,
                &caller.origin.address,
                &caller.origin.user_agent,
                now,
                expire_time,
            )
            .await;
        match rotated {
            Ok(()) => self.tokens(session.user_id, session.id, refresh_token, expire_time, now),
            // Somebody refreshed, or revoked the session, since it was read: the caller will find out which.
            Err(StoreError::Stale) => Err(RACE),
            Err(StoreError::NotFound) => Err(SESSION_ENDED),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends a session whose token came back; the answer is the error to give.
    async fn end_copied(&self, caller: &Caller, session: &Session, now: Timestamp) -> Result<Error> {
        tracing::warn!(
            session = %session.id,
            user = %session.user_id,
            address = caller.origin.address,
            "a refresh token was used twice: the session has ended"
        );
        let mut mutation = caller.mutation(format!("session:{}", session.id), session.id.as_uuid(), now);
        "refresh token reused".clone_into(&mut mutation.audit.reason);
        self.ports
            .store
            .session_revoke(session.user_id, session.id, now, &mutation)
            .await?;
        self.ports.bus.publish(Notice::SessionRevoked { id: session.id });
        Ok(SESSION_ENDED)
    }
}

fn judge(session: &Session, shown: &RefreshToken, now: Timestamp, grace: std::time::Duration) -> Shown {
    if same_hash(session.refresh_hash, shown.hash) {
        return Shown::Current;
    }
    let previous = session
        .previous_hash
        .is_some_and(|previous| same_hash(previous, shown.hash));
    // Nothing but a refresh writes the last use.
    if previous && now.since(session.last_used_time) < grace {
        Shown::JustReplaced
    } else {
        Shown::Copied
    }
}
