//! Which token a call is sent with, and the one refresh that all waiting calls share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use hostler_proto::v1::RefreshSessionRequest;
use hostler_proto::v1::auth_client::AuthClient;
use tokio::sync::OnceCell;
use tonic::Code;
use tonic::transport::Channel;

use crate::clock;
use crate::credentials::{CredentialStore, SessionTokens, StoreError};
use crate::error::{Error, REFRESH_RACE, present};
use crate::secret::Secret;

/// A token this close to its end is refreshed before it is sent.
const NEARLY_EXPIRED: Duration = Duration::from_secs(30);
/// A refresh takes no longer, even when the calls that wait for it would.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(30);

/// What a call is sent with.
#[derive(Clone, Debug)]
pub(crate) enum Bearer {
    /// Of a program. It is not refreshed.
    ApiToken(Secret),
    /// Of a signed-in person.
    Session(SessionTokens),
}

impl Bearer {
    pub(crate) fn token(&self) -> &Secret {
        match self {
            Self::ApiToken(token) => token,
            Self::Session(tokens) => &tokens.access_token,
        }
    }
}

type Refresh = Shared<BoxFuture<'static, Result<SessionTokens, Error>>>;

/// The client's credentials.
#[derive(Debug)]
pub(crate) struct Session {
    channel: Channel,
    api_token: Option<Secret>,
    store: Arc<dyn CredentialStore>,
    loaded: OnceCell<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    tokens: Option<SessionTokens>,
    refreshing: Option<Refresh>,
    /// This machine's clock calls new tokens expired. They are then used until the server refuses them.
    clock_is_off: bool,
}

impl Session {
    pub(crate) fn new(channel: Channel, api_token: Option<Secret>, store: Arc<dyn CredentialStore>) -> Self {
        Self {
            channel,
            api_token,
            store,
            loaded: OnceCell::new(),
            state: Mutex::default(),
        }
    }

    /// What to send now, refreshed first when it is about to expire.
    pub(crate) async fn bearer(self: &Arc<Self>) -> Result<Bearer, Error> {
        if let Some(token) = &self.api_token {
            return Ok(Bearer::ApiToken(token.clone()));
        }
        self.load().await?;
        let (tokens, clock_is_off) = {
            let state = self.state();
            (state.tokens.clone(), state.clock_is_off)
        };
        let tokens = tokens.ok_or_else(not_signed_in)?;
        if clock_is_off || !nearly_expired(&tokens) {
            return Ok(Bearer::Session(tokens));
        }
        self.refresh(tokens).await.map(Bearer::Session)
    }

    /// Replaces tokens that the server refused, or is about to. All who ask meanwhile get the answer of the same refresh.
    pub(crate) async fn refresh(self: &Arc<Self>, used: SessionTokens) -> Result<SessionTokens, Error> {
        let refresh = {
            let mut state = self.state();
            match &state.tokens {
                None => return Err(not_signed_in()),
                Some(tokens) if *tokens != used => return Ok(tokens.clone()),
                Some(_) => state
                    .refreshing
                    .get_or_insert_with(|| self.begin_refresh(used))
                    .clone(),
            }
        };
        refresh.await
    }

    /// Takes over the tokens of a sign-in.
    pub(crate) async fn adopt(&self, tokens: SessionTokens) -> Result<(), Error> {
        self.keep(Some(tokens)).await
    }

    /// Forgets the tokens without telling the server.
    pub(crate) async fn forget(&self) -> Result<(), Error> {
        self.keep(None).await
    }

    async fn keep(&self, tokens: Option<SessionTokens>) -> Result<(), Error> {
        let _turn = self.store.lock().await.map_err(store_failed)?;
        self.loaded.set(()).ok();
        self.state().tokens.clone_from(&tokens);
        self.store.save(tokens.as_ref()).await.map_err(store_failed)
    }

    async fn load(&self) -> Result<(), Error> {
        let load = || async {
            let tokens = self.store.load().await.map_err(store_failed)?;
            self.state().tokens = tokens;
            Ok(())
        };
        self.loaded.get_or_try_init(load).await.copied()
    }

    /// Runs in a task of its own: a caller that goes away must not take the only copy of the new tokens with it.
    fn begin_refresh(self: &Arc<Self>, used: SessionTokens) -> Refresh {
        let session = Arc::clone(self);
        let task = tokio::spawn(async move {
            let outcome = session.exchange(&used).await;
            let mut state = session.state();
            state.refreshing = None;
            match &outcome {
                Ok(tokens) => {
                    state.clock_is_off = nearly_expired(tokens);
                    state.tokens = Some(tokens.clone());
                }
                Err(error) if error.is_unauthenticated() => state.tokens = None,
                Err(_) => {}
            }
            outcome
        });
        async move {
            task.await.unwrap_or_else(|error| {
                Err(Error::local(Code::Internal, "PROTOCOL", "the refresh ended early").with_source(error))
            })
        }
        .boxed()
        .shared()
    }

    /// Exchanges the refresh token, unless another program that shares the store has done so.
    async fn exchange(&self, used: &SessionTokens) -> Result<SessionTokens, Error> {
        let _turn = self.store.lock().await.map_err(store_failed)?;
        let stored = self
            .store
            .load()
            .await
            .map_err(store_failed)?
            .ok_or_else(not_signed_in)?;
        if stored != *used && !nearly_expired(&stored) {
            return Ok(stored);
        }
        let mut request = tonic::Request::new(RefreshSessionRequest {
            refresh_token: stored.refresh_token.expose().to_owned(),
        });
        request.set_timeout(REFRESH_TIMEOUT);
        match AuthClient::new(self.channel.clone())
            .refresh_session(request)
            .await
        {
            Ok(answer) => {
                let tokens = SessionTokens::try_from(present(answer.into_inner().tokens, "tokens")?)?;
                // The old tokens are worthless by now: use the new ones even if they cannot be kept.
                self.state().tokens = Some(tokens.clone());
                self.store.save(Some(&tokens)).await.map_err(store_failed)?;
                Ok(tokens)
            }
            // Another program has refreshed and holds the tokens; the session goes on.
            Err(status) if Error::from(status.clone()).is_refresh_race() => {
                match self.store.load().await.map_err(store_failed)? {
                    Some(theirs) if theirs != stored => Ok(theirs),
                    Some(_) | None => Err(Error::local(
                        Code::Unavailable,
                        REFRESH_RACE,
                        "the session is being refreshed by another program; try again",
                    )
                    .with_source(status)),
                }
            }
            Err(status) if status.code() == Code::Unauthenticated => {
                self.store.save(None).await.map_err(store_failed)?;
                Err(Error::local(
                    Code::Unauthenticated,
                    "SESSION_ENDED",
                    "the session has ended",
                ))
            }
            Err(status) => Err(status.into()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nearly_expired(tokens: &SessionTokens) -> bool {
    tokens.access_expires <= clock::now() + NEARLY_EXPIRED
}

fn not_signed_in() -> Error {
    Error::local(Code::Unauthenticated, "NOT_SIGNED_IN", "nobody is signed in")
}

fn store_failed(error: StoreError) -> Error {
    Error::local(
        Code::Internal,
        "CREDENTIAL_STORE",
        "the credentials cannot be read or kept",
    )
    .with_source(error)
}
