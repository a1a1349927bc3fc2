//! Credentials for programs: made, listed and revoked by their owner's own session.

use std::fmt;
use std::time::Duration;

use super::caller::Caller;
use super::context::Ports;
use super::error::{Error, Noun, Result};
use super::secrets::{NewApiToken, Secret};
use crate::domain::api_token::{ApiToken, Scope};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::ApiTokenId;
use crate::domain::outbox::{OutboxBody, OutboxMessage};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::domain::user::Role;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

/// Tokens that one user may have.
const MAX_TOKENS: u64 = 50;
/// The furthest end of a token that has one: five years.
const LONGEST_LIFE: Duration = Duration::from_hours(5 * 366 * 24);

pub const REQUEST_REPLAYED: Error = Error::AlreadyExists {
    reason: "REQUEST_REPLAYED",
    message: "this request has made its token before, and secrets are shown once; \
              revoke that token and ask for another one",
};

#[derive(Clone, Debug)]
pub struct CreateApiToken {
    pub name: String,
    pub scopes: Vec<Scope>,
    /// `None` never expires.
    pub expire_time: Option<Timestamp>,
}

pub struct ApiTokens {
    ports: Ports,
}

impl ApiTokens {
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The token and its secret, which is shown this once. A repeated request is refused for that reason. Its
    /// owner is told by mail: a session left open must not become a lasting key unnoticed.
    pub async fn create(&self, caller: &Caller, request: CreateApiToken) -> Result<(ApiToken, Secret)> {
        let principal = caller.signed_in()?;
        let now = self.ports.clock.now();
        check(&request, principal.role, now)?;
        let new = NewApiToken::generate();
        let mut scopes = request.scopes;
        scopes.sort_unstable();
        scopes.dedup();
        let token = ApiToken {
            id: ApiTokenId::generate(),
            user_id: principal.user_id,
            name: request.name,
            scopes,
            prefix: new.prefix,
            hash: new.hash,
            create_time: now,
            expire_time: request.expire_time,
            last_used_time: None,
            revoke_time: None,
        };
        let mutation = caller.mutation(format!("token:{}", token.id), token.id.as_uuid(), now);
        let body = OutboxBody::ApiTokenCreatedEmail {
            user_id: principal.user_id,
        };
        let message = OutboxMessage::due(body, now);
        match self
            .ports
            .store
            .api_token_insert(&token, MAX_TOKENS, &message, &mutation)
            .await
        {
            Ok(()) => {
                self.ports.bus.publish(Notice::OutboxReady);
                Ok((token, new.secret))
            }
            Err(StoreError::Replayed { .. }) => Err(REQUEST_REPLAYED),
            Err(error) => Err(error.into()),
        }
    }

    /// The caller's tokens that are not revoked, newest first.
    pub async fn list(&self, caller: &Caller, page: PageRequest) -> Result<Page<ApiToken>> {
        Ok(self
            .ports
            .store
            .api_token_list(caller.signed_in()?.user_id, page)
            .await?)
    }

    /// Ends one of the caller's tokens, and the streams of its owner, which come back if they may.
    pub async fn revoke(&self, caller: &Caller, id: ApiTokenId) -> Result<()> {
        let user_id = caller.signed_in()?.user_id;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("token:{id}"), id.as_uuid(), now);
        match self
            .ports
            .store
            .api_token_revoke(user_id, id, now, &mutation)
            .await
        {
            Ok(()) | Err(StoreError::Replayed { .. }) => {}
            Err(error) => return Err(Error::of(Noun::ApiToken)(error)),
        }
        self.ports.bus.publish(Notice::AccessChanged { user_id });
        Ok(())
    }
}

impl fmt::Debug for ApiTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiTokens(..)")
    }
}

fn check(request: &CreateApiToken, role: Role, now: Timestamp) -> Result<()> {
    let mut errors = FieldErrors::default();
    if request.scopes.is_empty() {
        errors.push("scopes", "must name at least one scope");
    }
    for scope in request.scopes.iter().filter(|scope| !opens(role, **scope)) {
        errors.push(
            "scopes",
            format!("must not name {scope}: your role cannot use it"),
        );
    }
    if let Some(expire_time) = request.expire_time
        && (expire_time <= now || expire_time > now + LONGEST_LIFE)
    {
        errors.push("expire_time", "must be in the future and at most five years away");
    }
    Ok(errors.check()?)
}

/// Whether a scope opens anything to somebody of this role.
const fn opens(role: Role, scope: Scope) -> bool {
    match scope {
        Scope::AccountRead
        | Scope::AccountWrite
        | Scope::CatalogRead
        | Scope::ServersRead
        | Scope::ServersWrite
        | Scope::SnapshotsRead
        | Scope::SnapshotsWrite
        | Scope::OperationsRead
        | Scope::OperationsWrite
        | Scope::MonitoringRead
        | Scope::AlertsRead
        | Scope::AlertsWrite
        | Scope::ChannelsRead
        | Scope::ChannelsWrite
        | Scope::NotificationsRead
        | Scope::NotificationsWrite => true,
        Scope::UsersRead | Scope::NodesRead => role.is_staff(),
        Scope::UsersWrite
        | Scope::CatalogWrite
        | Scope::MonitoringWrite
        | Scope::AuditRead
        | Scope::NodesWrite => {
            matches!(role, Role::Operator)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000_000_000);

    fn request(scopes: &[Scope], expire_time: Option<Timestamp>) -> CreateApiToken {
        CreateApiToken {
            name: "ci".to_owned(),
            scopes: scopes.to_vec(),
            expire_time,
        }
    }

    #[test]
    fn a_token_opens_no_more_than_its_owner_may() {
        assert!(check(&request(&[Scope::ServersWrite], None), Role::Customer, NOW).is_ok());
        assert!(check(&request(&[Scope::UsersRead], None), Role::Customer, NOW).is_err());
        assert!(check(&request(&[Scope::UsersRead], None), Role::Support, NOW).is_ok());
        assert!(check(&request(&[Scope::CatalogWrite], None), Role::Support, NOW).is_err());
        assert!(check(&request(&[Scope::CatalogWrite], None), Role::Operator, NOW).is_ok());
        assert!(check(&request(&[], None), Role::Operator, NOW).is_err());
    }

    #[test]
    fn a_token_ends_in_the_future_and_within_five_years() {
        let check = |expire| check(&request(&[Scope::ServersRead], Some(expire)), Role::Customer, NOW);
        assert!(check(NOW).is_err());
        assert!(check(NOW + Duration::from_secs(1)).is_ok());
        assert!(check(NOW + LONGEST_LIFE + Duration::from_secs(1)).is_err());
    }
}
