//! Renewing a session: its refresh token is good once, and a copy of it ends the session.
//!
//! Which rule applies to a token of a live session:
//!
//! - the one handed out last: new tokens;
//! - the one before it, within the grace after the refresh: the same refresh token again, which is derived
//!   from the shown one. Two windows of one browser refreshed at once, or the answer was lost on its way;
//! - that one later, or any older one: it has been copied. The session ends, for owner and thief alike.
//!
//! A thief who is as quick as the grace gets the owner's next token, and is found out when that one is used
//! by both.

use super::refusals::{REFRESH_RACE, SESSION_ENDED, SUSPENDED};
use super::service::Auth;
use super::tokens::Tokens;
use crate::domain::session::{SecretHash, Session};
use crate::domain::time::Timestamp;
use crate::domain::user::UserState;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::secrets::{RefreshToken, Secret, same_hash};
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

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
        *target = format!("session:{}", shown.session_id);
        // Whoever loses a race against another refresh finds that one's work at the second look.
        match self.refresh(caller, &shown).await? {
            Some(tokens) => Ok(tokens),
            None => self.refresh(caller, &shown).await?.ok_or(REFRESH_RACE),
        }
    }

    /// `None` when somebody refreshed or revoked the session since it was read.
    async fn refresh(&self, caller: &Caller, shown: &RefreshToken) -> Result<Option<Tokens>> {
        let session = self.live_session(shown).await?;
        let now = self.ports.clock.now();
        let (token, hash) = self.keys.next_refresh_token(shown);
        match judge(&session, shown, now, self.settings.refresh_grace) {
            Shown::Current => {
                self.active(&session).await?;
                self.rotate(caller, &session, token, hash, now).await
            }
            Shown::JustReplaced if same_hash(session.refresh_hash, hash) => {
                self.active(&session).await?;
                self.tokens(session.user_id, session.id, token, session.expire_time, now)
                    .map(Some)
            }
            // Replaced by a server that did not derive tokens yet.
            Shown::JustReplaced => Err(REFRESH_RACE),
            Shown::Copied => Err(self.end_copied(caller, &session, now).await?),
        }
    }

    async fn active(&self, session: &Session) -> Result<()> {
        let user = self
            .ports
            .store
            .user_get(session.user_id)
            .await
            .map_err(Error::of(Noun::User))?;
        match user.state {
            UserState::Active => Ok(()),
            UserState::Suspended => Err(SUSPENDED),
        }
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

    async fn rotate(
        &self,
        caller: &Caller,
        session: &Session,
        refresh_token: Secret,
        new: SecretHash,
        now: Timestamp,
    ) -> Result<Option<Tokens>> {
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
            Ok(()) => self
                .tokens(session.user_id, session.id, refresh_token, expire_time, now)
                .map(Some),
            Err(StoreError::Stale) => Ok(None),
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
