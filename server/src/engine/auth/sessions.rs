//! One's own sessions: seeing them and ending them.

use super::refusals::SESSION_REQUIRED;
use super::service::Auth;
use crate::domain::ids::SessionId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::principal::Credential;
use crate::domain::session::Session;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

impl Auth {
    /// Ends the calling session.
    pub async fn sign_out(&self, caller: &Caller) -> Result<()> {
        match caller.signed_in()?.credential {
            Credential::Session(id) => self.revoke_session(caller, id).await,
            Credential::ApiToken { .. } => Err(SESSION_REQUIRED),
        }
    }

    /// The caller's live sessions, newest first.
    pub async fn list_sessions(&self, caller: &Caller, page: PageRequest) -> Result<Page<Session>> {
        let now = self.ports.clock.now();
        Ok(self
            .ports
            .store
            .session_list(caller.signed_in()?.user_id, now, page)
            .await?)
    }

    /// Ends one of the caller's sessions, and its streams with it.
    pub async fn revoke_session(&self, caller: &Caller, id: SessionId) -> Result<()> {
        let user_id = caller.signed_in()?.user_id;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("session:{id}"), id.as_uuid(), now);
        match self.ports.store.session_revoke(user_id, id, now, &mutation).await {
            Ok(()) | Err(StoreError::Replayed { .. }) => {}
            Err(error) => return Err(Error::of(Noun::Session)(error)),
        }
        self.ports.bus.publish(Notice::SessionRevoked { id });
        Ok(())
    }
}
