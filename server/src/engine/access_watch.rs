//! Tells long streams when their caller's access has ended or changed.
//!
//! A call is let in once, and a stream may go on for an hour. Notices say when a session is revoked or what a
//! user may do has changed; a stream that missed some is told to come back, and is let in again or not.

use std::sync::Arc;

use crate::domain::principal::{Credential, Principal};
use crate::ports::bus::{Bus, BusReceiver, Notice};

#[derive(Clone)]
pub struct AccessWatch {
    bus: Arc<dyn Bus>,
}

/// Why a stream may not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessEnd {
    /// The session has ended: the caller has to sign in again.
    Revoked,
    /// Something about the caller has changed: whether the stream may go on is decided when it comes back.
    Changed,
}

impl AccessWatch {
    pub fn new(bus: Arc<dyn Bus>) -> Self {
        Self { bus }
    }

    /// Listens from now on; the future resolves when this caller's streams have to end.
    pub fn follow(&self, principal: &Principal) -> impl Future<Output = AccessEnd> + Send + 'static {
        let mut notices = self.bus.subscribe();
        let principal = principal.clone();
        async move { ended(notices.as_mut(), &principal).await }
    }
}

async fn ended(notices: &mut dyn BusReceiver, principal: &Principal) -> AccessEnd {
    while let Some(notice) = notices.next().await {
        match notice {
            Notice::SessionRevoked { id } if principal.credential == Credential::Session(id) => {
                return AccessEnd::Revoked;
            }
            Notice::AccessChanged { user_id } if principal.user_id == user_id => return AccessEnd::Changed,
            Notice::Missed => return AccessEnd::Changed,
            Notice::SessionRevoked { .. }
            | Notice::AccessChanged { .. }
            | Notice::ServerChanged { .. }
            | Notice::SnapshotChanged { .. }
            | Notice::OperationChanged { .. }
            | Notice::OperationReady
            | Notice::OutboxReady => {}
        }
    }
    // The bus closes with the server; the stream hears of that by itself.
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::domain::ids::{SessionId, UserId};
    use crate::domain::user::Role;

    struct Script(VecDeque<Notice>);

    #[async_trait::async_trait]
    impl BusReceiver for Script {
        async fn next(&mut self) -> Option<Notice> {
            self.0.pop_front()
        }
    }

    async fn end_after(principal: &Principal, notices: Vec<Notice>) -> Option<AccessEnd> {
        let mut script = Script(notices.into());
        let limit = std::time::Duration::from_millis(10);
        tokio::time::timeout(limit, ended(&mut script, principal))
            .await
            .ok()
    }

    #[tokio::test]
    async fn a_stream_ends_with_its_own_session_and_no_other() {
        let session = SessionId::generate();
        let principal = Principal {
            user_id: UserId::generate(),
            role: Role::Customer,
            credential: Credential::Session(session),
        };
        let other = Notice::SessionRevoked {
            id: SessionId::generate(),
        };
        let stranger = Notice::AccessChanged {
            user_id: UserId::generate(),
        };
        assert_eq!(
            end_after(&principal, vec![other.clone(), stranger.clone()]).await,
            None
        );
        let own = Notice::SessionRevoked { id: session };
        assert_eq!(
            end_after(&principal, vec![other, own]).await,
            Some(AccessEnd::Revoked)
        );
        let me = Notice::AccessChanged {
            user_id: principal.user_id,
        };
        assert_eq!(
            end_after(&principal, vec![stranger, me]).await,
            Some(AccessEnd::Changed)
        );
        assert_eq!(
            end_after(&principal, vec![Notice::Missed]).await,
            Some(AccessEnd::Changed)
        );
    }
}
