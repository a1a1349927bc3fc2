//! Tells long streams when their caller's access has ended or changed.
//!
//! A call is let in once, and a stream may go on for an hour. Notices say when a session is revoked or what a
//! user may do has changed; a stream that missed some is told to come back, and is let in again or not.
//!
//! Not all that ends access is noticed: credentials expire, and the command line and other instances change
//! accounts without a word. So the caller of a stream is looked up again each minute, and when its time is up.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::principal::{Credential, Principal};
use crate::ports::bus::{Bus, BusReceiver, Notice};

/// How often a caller is looked up again.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// Tells how somebody who was let in stands now.
#[async_trait]
pub trait Standings: Send + Sync {
    async fn standing(&self, principal: &Principal) -> Standing;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As it was when the caller was let in; for so long, if nothing changes. `None` has no end.
    Holds { left: Option<Duration> },
    /// The credential works no more.
    Ended,
    /// The account may no longer do the same as before.
    Changed,
    /// Nobody could be asked. A stream outlasts that.
    Unknown,
}

#[derive(Clone)]
pub struct AccessWatch {
    bus: Arc<dyn Bus>,
    standings: Arc<dyn Standings>,
}

/// Why a stream may not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessEnd {
    /// The session or token has ended: the caller has to sign in again.
    Revoked,
    /// Something about the caller has changed: whether the stream may go on is decided when it comes back.
    Changed,
}

impl AccessWatch {
    pub fn new(bus: Arc<dyn Bus>, standings: Arc<dyn Standings>) -> Self {
        Self { bus, standings }
    }

    /// Listens from now on; the future resolves when this caller's streams have to end.
    pub fn follow(&self, principal: &Principal) -> impl Future<Output = AccessEnd> + Send + 'static {
        let mut notices = self.bus.subscribe();
        let (principal, standings) = (principal.clone(), Arc::clone(&self.standings));
        async move { ended(notices.as_mut(), &*standings, &principal).await }
    }
}

async fn ended(notices: &mut dyn BusReceiver, standings: &dyn Standings, principal: &Principal) -> AccessEnd {
    loop {
        let wait = match standings.standing(principal).await {
            Standing::Holds { left } => left.map_or(LOOK_AGAIN, |left| left.min(LOOK_AGAIN)),
            Standing::Unknown => LOOK_AGAIN,
            Standing::Ended => return AccessEnd::Revoked,
            Standing::Changed => return AccessEnd::Changed,
        };
        tokio::select! {
            end = noticed(notices, principal) => return end,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn noticed(notices: &mut dyn BusReceiver, principal: &Principal) -> AccessEnd {
    while let Some(notice) = notices.next().await {
        if matches!(notice, Notice::SessionRevoked { id } if principal.credential == Credential::Session(id))
        {
            return AccessEnd::Revoked;
        }
        let mine = matches!(notice, Notice::AccessChanged { user_id } if principal.user_id == user_id);
        if mine || notice == Notice::Missed {
            return AccessEnd::Changed;
        }
    }
    // The bus closes with the server; the stream hears of that by itself.
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

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

    /// Gives these answers, the last one for ever.
    struct Answers(Mutex<VecDeque<Standing>>);

    #[async_trait]
    impl Standings for Answers {
        async fn standing(&self, _: &Principal) -> Standing {
            let mut answers = self.0.lock().unwrap();
            let next = answers.pop_front().unwrap();
            if answers.is_empty() {
                answers.push_back(next);
            }
            next
        }
    }

    fn answers(answers: &[Standing]) -> Answers {
        Answers(Mutex::new(answers.iter().copied().collect()))
    }

    async fn end_after(principal: &Principal, notices: Vec<Notice>) -> Option<AccessEnd> {
        let mut script = Script(notices.into());
        let limit = Duration::from_millis(10);
        let standings = answers(&[Standing::Unknown]);
        tokio::time::timeout(limit, ended(&mut script, &standings, principal))
            .await
            .ok()
    }

    #[tokio::test]
    async fn a_stream_ends_when_its_credential_runs_out_though_nobody_says_so() {
        let principal = Principal {
            user_id: UserId::generate(),
            role: Role::Support,
            credential: Credential::Session(SessionId::generate()),
        };
        let short = Standing::Holds {
            left: Some(Duration::from_millis(1)),
        };
        for (last, end) in [
            (Standing::Ended, AccessEnd::Revoked),
            (Standing::Changed, AccessEnd::Changed),
        ] {
            let standings = answers(&[short, short, last]);
            let silence = &mut Script(VecDeque::new());
            assert_eq!(ended(silence, &standings, &principal).await, end);
        }
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
