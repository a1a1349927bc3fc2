//! Tokens: one refresh for all who wait, and none lost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use hostler_client::{CredentialStore, SessionTokens, StoreError, StoreLock, v1};
use tonic::{Code, Request, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::mock::{Count, Mock, Script, bearer, clock, fresh, old_session, until};

const WAITING: usize = 50;

/// Accepts the token "new" only, and refreshes once as many calls were refused as given.
async fn server(refused_first: usize) -> (Mock, Count, Count) {
    let (refreshes, refusals) = (Count::default(), Count::default());
    let script = Script::default()
        .unary("Users/GetMe", {
            let refusals = refusals.clone();
            move |request: Request<v1::GetMeRequest>| {
                let accepted = bearer(&request) == "new";
                if !accepted {
                    refusals.up();
                }
                async move {
                    if accepted {
                        Ok(v1::GetMeResponse {
                            user: Some(v1::User::default()),
                        })
                    } else {
                        Err(Status::unauthenticated("no"))
                    }
                }
            }
        })
        .unary("Auth/RefreshSession", {
            let (refreshes, refusals) = (refreshes.clone(), refusals.clone());
            move |request: Request<v1::RefreshSessionRequest>| {
                let (refreshes, refusals) = (refreshes.clone(), refusals.clone());
                async move {
                    until("all calls are refused", || refusals.get() >= refused_first).await;
                    assert_eq!(bearer(&request), "", "a refresh carries no access token");
                    let good = refreshes.up() == 1 && request.get_ref().refresh_token == "old-refresh";
                    if good {
                        Ok(fresh("new"))
                    } else {
                        Err(Status::unauthenticated("used twice"))
                    }
                }
            }
        });
    (script.start().await, refreshes, refusals)
}

#[tokio::test]
async fn fifty_refused_calls_share_one_refresh() {
    let (mock, refreshes, refusals) = server(WAITING).await;
    let store = old_session(clock() + Duration::from_hours(1));
    let client = mock.client().credentials(store).connect_lazy().unwrap();

    let answers = join_all((0..WAITING).map(|_| {
        let users = client.users();
        async move { users.me().await }
    }))
    .await;

    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((refreshes.get(), refusals.get()), (1, WAITING));
}

#[tokio::test]
async fn a_nearly_expired_token_is_refreshed_before_it_is_sent() {
    let (mock, refreshes, refusals) = server(0).await;
    let store = old_session(clock() + Duration::from_secs(5));
    let client = mock.client().credentials(store).connect_lazy().unwrap();

    let answers = join_all((0..WAITING).map(|_| {
        let users = client.users();
        async move { users.me().await }
    }))
    .await;

    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((refreshes.get(), refusals.get()), (1, 0));
}

#[tokio::test]
async fn a_refresh_is_finished_though_its_caller_went_away() {
    let (mock, refreshes, _) = server(1).await;
    let client = mock
        .client()
        .credentials(old_session(clock()))
        .connect_lazy()
        .unwrap();

    // The server holds the refresh back until a call is refused, and this one never gets so far.
    tokio::time::timeout(Duration::from_millis(200), client.users().me())
        .await
        .unwrap_err();
    let refused = mock.client().token("wrong").connect_lazy().unwrap();
    refused.users().me().await.unwrap_err();

    client.users().me().await.unwrap();
    assert_eq!(refreshes.get(), 1);
}

/// A store that two programs share and take turns at.
#[derive(Clone, Debug, Default)]
struct SharedStore {
    tokens: Arc<Mutex<Option<SessionTokens>>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[async_trait]
impl CredentialStore for SharedStore {
    async fn load(&self) -> Result<Option<SessionTokens>, StoreError> {
        Ok(self.tokens.lock().unwrap().clone())
    }

    async fn save(&self, tokens: Option<&SessionTokens>) -> Result<(), StoreError> {
        *self.tokens.lock().unwrap() = tokens.cloned();
        Ok(())
    }

    async fn lock(&self) -> Result<StoreLock, StoreError> {
        Ok(Box::new(Arc::clone(&self.turn).lock_owned().await))
    }
}

async fn shared_store() -> SharedStore {
    let tokens = old_session(clock() + Duration::from_hours(1))
        .load()
        .await
        .unwrap();
    SharedStore {
        tokens: Arc::new(Mutex::new(tokens)),
        ..Default::default()
    }
}

#[tokio::test]
async fn programs_that_share_a_store_refresh_once_between_them() {
    // Both are refused before either may refresh.
    let (mock, refreshes, refusals) = server(2).await;
    let store = shared_store().await;
    let [first, second] = [(); 2].map(|()| mock.client().credentials(store.clone()).connect_lazy().unwrap());

    let (first, second) = (first.users(), second.users());
    let answers = tokio::join!(first.me(), second.me());

    assert!(answers.0.is_ok() && answers.1.is_ok(), "{answers:?}");
    assert_eq!((refreshes.get(), refusals.get()), (1, 2));
    assert_eq!(
        store
            .tokens
            .lock()
            .unwrap()
            .as_ref()
            .unwrap()
            .access_token
            .expose(),
        "new"
    );
}

#[tokio::test]
async fn an_ended_session_is_forgotten() {
    let mock = Script::default()
        .unary("Users/GetMe", |_: Request<v1::GetMeRequest>| async {
            Err::<v1::GetMeResponse, _>(Status::unauthenticated("no"))
        })
        .unary(
            "Auth/RefreshSession",
            |_: Request<v1::RefreshSessionRequest>| async {
                Err::<v1::RefreshSessionResponse, _>(Status::unauthenticated("ended"))
            },
        )
        .start()
        .await;
    let store = shared_store().await;
    let client = mock.client().credentials(store.clone()).connect_lazy().unwrap();

    assert_eq!(client.users().me().await.unwrap_err().reason(), "SESSION_ENDED");
    assert_eq!(*store.tokens.lock().unwrap(), None);
    assert_eq!(client.users().me().await.unwrap_err().reason(), "NOT_SIGNED_IN");
}

/// Refuses "old", and answers every refresh with `REFRESH_RACE` after `meanwhile`.
async fn racing_server(meanwhile: impl Fn() + Clone + Send + Sync + 'static) -> Mock {
    Script::default()
        .unary("Users/GetMe", |request: Request<v1::GetMeRequest>| {
            let good = bearer(&request) == "theirs";
            async move {
                if good {
                    Ok(v1::GetMeResponse {
                        user: Some(v1::User::default()),
                    })
                } else {
                    Err(Status::unauthenticated("no"))
                }
            }
        })
        .unary(
            "Auth/RefreshSession",
            move |_: Request<v1::RefreshSessionRequest>| {
                meanwhile();
                async {
                    let details = ErrorDetails::with_error_info("REFRESH_RACE", "hostler", HashMap::new());
                    let race = Status::with_error_details(Code::Unauthenticated, "refreshed", details);
                    Err::<v1::RefreshSessionResponse, _>(race)
                }
            },
        )
        .start()
        .await
}

#[tokio::test]
async fn a_lost_race_takes_the_tokens_that_the_winner_put_into_the_store() {
    let store = shared_store().await;
    let theirs = SessionTokens {
        access_token: "theirs".into(),
        ..store.tokens.lock().unwrap().clone().unwrap()
    };
    let winner = {
        let (store, theirs) = (store.clone(), theirs.clone());
        move || *store.tokens.lock().unwrap() = Some(theirs.clone())
    };
    let mock = racing_server(winner).await;
    let client = mock.client().credentials(store.clone()).connect_lazy().unwrap();
    client.users().me().await.unwrap();
    assert_eq!(*store.tokens.lock().unwrap(), Some(theirs));
}

#[tokio::test]
async fn a_lost_race_signs_nobody_out() {
    let mock = racing_server(|| {}).await;
    let store = shared_store().await;
    let client = mock.client().credentials(store.clone()).connect_lazy().unwrap();
    let error = client.users().me().await.unwrap_err();
    assert_eq!(error.reason(), "REFRESH_RACE");
    assert!(error.is_unavailable(), "{error:?}");
    assert!(store.tokens.lock().unwrap().is_some());
}

#[tokio::test]
async fn signing_in_keeps_the_tokens_and_signing_out_drops_them() {
    let mock = Script::default()
        .unary("Auth/SignIn", |_: Request<v1::SignInRequest>| async {
            let user = Some(v1::User {
                email: "me@hostler.example".to_owned(),
                ..Default::default()
            });
            Ok(v1::SignInResponse {
                tokens: fresh("new").tokens,
                user,
            })
        })
        .unary("Auth/SignOut", |request: Request<v1::SignOutRequest>| {
            let token = bearer(&request).to_owned();
            async move {
                if token == "new" {
                    Ok(v1::SignOutResponse {})
                } else {
                    Err(Status::unauthenticated("no"))
                }
            }
        })
        .start()
        .await;
    let store = SharedStore::default();
    let client = mock.client().credentials(store.clone()).connect_lazy().unwrap();

    let me = client.auth().sign_in(v1::SignInRequest::default()).await.unwrap();
    assert_eq!(me.email, "me@hostler.example");
    assert!(store.tokens.lock().unwrap().is_some());

    client.auth().sign_out().await.unwrap();
    assert!(store.tokens.lock().unwrap().is_none());
}

#[tokio::test]
async fn a_refused_api_token_is_not_refreshed() {
    let (mock, refreshes, refusals) = server(0).await;
    let error = mock.program().users().me().await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert_eq!((refreshes.get(), refusals.get()), (0, 1));
}
