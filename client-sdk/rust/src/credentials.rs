//! What a client calls with, and where it is kept between runs.

use std::any::Any;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use hostler_proto::v1;

use crate::error::{Error, present};
use crate::secret::Secret;

/// The tokens of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionTokens {
    /// Goes with every call.
    pub access_token: Secret,
    /// When the access token stops working.
    pub access_expires: SystemTime,
    /// Good for one refresh.
    pub refresh_token: Secret,
    /// When the session ends.
    pub refresh_expires: SystemTime,
}

/// Why a store failed, in words for people.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// Held while the tokens are being exchanged; dropping it lets the next one go.
pub type StoreLock = Box<dyn Any + Send>;

/// Keeps the tokens of one session.
///
/// A refresh token works once, and using it twice ends the session. So programs that share a store must take turns: the client calls
/// [`lock`](Self::lock), loads, refreshes if nobody else has, saves, and drops the lock.
#[async_trait]
pub trait CredentialStore: std::fmt::Debug + Send + Sync + 'static {
    /// Returns what was saved last, `None` when nobody is signed in.
    async fn load(&self) -> Result<Option<SessionTokens>, StoreError>;

    /// Keeps the tokens, or forgets them.
    async fn save(&self, tokens: Option<&SessionTokens>) -> Result<(), StoreError>;

    /// Waits until no other program refreshes. A store that is not shared has nothing to do.
    async fn lock(&self) -> Result<StoreLock, StoreError> {
        Ok(Box::new(()))
    }
}

/// Keeps the tokens until the program ends.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Option<SessionTokens>>);

impl MemoryStore {
    /// Starts with the tokens of an open session.
    pub fn with(tokens: SessionTokens) -> Self {
        Self(Mutex::new(Some(tokens)))
    }
}

#[async_trait]
impl CredentialStore for MemoryStore {
    async fn load(&self) -> Result<Option<SessionTokens>, StoreError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn save(&self, tokens: Option<&SessionTokens>) -> Result<(), StoreError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = tokens.cloned();
        Ok(())
    }
}

impl TryFrom<v1::Tokens> for SessionTokens {
    type Error = Error;

    fn try_from(tokens: v1::Tokens) -> Result<Self, Error> {
        let time = |time: Option<_>| {
            present(
                time.and_then(|time| SystemTime::try_from(time).ok()),
                "when the tokens expire",
            )
        };
        Ok(Self {
            access_token: tokens.access_token.into(),
            access_expires: time(tokens.access_token_expire_time)?,
            refresh_token: tokens.refresh_token.into(),
            refresh_expires: time(tokens.refresh_token_expire_time)?,
        })
    }
}
