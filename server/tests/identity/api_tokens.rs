//! Credentials for programs.

use std::time::Duration;

use hostlerd::domain::api_token::Scope;
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::principal::{Credential, Principal};
use hostlerd::domain::user::Role;
use hostlerd::engine::api_tokens::CreateApiToken;
use hostlerd::engine::caller::RequestId;

use crate::rig::{Rig, by, repeatable};

fn request(name: &str) -> CreateApiToken {
    CreateApiToken {
        name: name.to_owned(),
        scopes: vec![Scope::ServersRead, Scope::AccountRead, Scope::ServersRead],
        expire_time: None,
    }
}

async fn alice(rig: &Rig) -> Principal {
    rig.account("alice@example.org", Role::Customer).await;
    rig.session("alice@example.org").await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_calls_within_its_scopes_until_it_is_revoked() {
    let rig = Rig::new().await;
    let alice = alice(&rig).await;
    let (token, secret) = rig
        .api_tokens
        .create(&by(&alice, "Auth.CreateApiToken"), request("ci"))
        .await
        .unwrap();
    let who = rig.auth.authenticate(secret.expose()).await.unwrap();
    assert_eq!(who.user_id, alice.user_id);
    let scopes = vec![Scope::AccountRead, Scope::ServersRead];
    let hash = token.hash;
    assert_eq!(
        who.credential,
        Credential::ApiToken {
            id: token.id,
            scopes,
            hash
        }
    );

    let mallory = rig.operator().await;
    let theft = rig
        .api_tokens
        .revoke(&by(&mallory, "Auth.RevokeApiToken"), token.id)
        .await
        .unwrap_err();
    assert_eq!(theft.reason(), "API_TOKEN_NOT_FOUND");
    rig.api_tokens
        .revoke(&by(&alice, "Auth.RevokeApiToken"), token.id)
        .await
        .unwrap();
    assert_eq!(
        rig.auth.authenticate(secret.expose()).await.unwrap_err().reason(),
        "UNAUTHENTICATED"
    );
    let list = rig
        .api_tokens
        .list(&by(&alice, "Auth.ListApiTokens"), PageRequest::first(10))
        .await
        .unwrap();
    assert!(list.items.is_empty());
}

/// The same id, sent with something else.
fn reused(request_id: Option<RequestId>) -> Option<RequestId> {
    request_id.map(|request| RequestId {
        fingerprint: [2; 32],
        ..request
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_of_another_call_revokes_nothing_and_says_so() {
    let rig = Rig::new().await;
    let alice = alice(&rig).await;
    let create = repeatable(by(&alice, "Auth.CreateApiToken"));
    let (one, _) = rig.api_tokens.create(&create, request("one")).await.unwrap();
    let other = by(&alice, "Auth.CreateApiToken");
    let (two, secret) = rig.api_tokens.create(&other, request("two")).await.unwrap();

    // The id of the creation, then the id of the revocation of the other token.
    let mut revoke = by(&alice, "Auth.RevokeApiToken");
    revoke.request_id = reused(create.request_id);
    let error = rig.api_tokens.revoke(&revoke, two.id).await.unwrap_err();
    assert_eq!(error.reason(), "REQUEST_ID_REUSED");
    let mut revoke = repeatable(by(&alice, "Auth.RevokeApiToken"));
    rig.api_tokens.revoke(&revoke, one.id).await.unwrap();
    rig.api_tokens.revoke(&revoke, one.id).await.unwrap();
    revoke.request_id = reused(revoke.request_id);
    let error = rig.api_tokens.revoke(&revoke, two.id).await.unwrap_err();
    assert_eq!(error.reason(), "REQUEST_ID_REUSED");
    rig.auth.authenticate(secret.expose()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_expires() {
    let rig = Rig::new().await;
    let alice = alice(&rig).await;
    let request = CreateApiToken {
        expire_time: Some(rig.now() + Duration::from_mins(1)),
        ..request("ci")
    };
    let (_, secret) = rig
        .api_tokens
        .create(&by(&alice, "Auth.CreateApiToken"), request)
        .await
        .unwrap();
    rig.auth.authenticate(secret.expose()).await.unwrap();
    rig.advance(Duration::from_mins(1));
    rig.auth.authenticate(secret.expose()).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_among_live_tokens_and_secrets_are_shown_once() {
    let rig = Rig::new().await;
    let alice = alice(&rig).await;
    let caller = repeatable(by(&alice, "Auth.CreateApiToken"));
    let (token, _) = rig.api_tokens.create(&caller, request("ci")).await.unwrap();
    let again = rig.api_tokens.create(&caller, request("ci")).await.unwrap_err();
    assert_eq!(again.reason(), "REQUEST_REPLAYED");
    let other = by(&alice, "Auth.CreateApiToken");
    assert_eq!(
        rig.api_tokens
            .create(&other, request("ci"))
            .await
            .unwrap_err()
            .reason(),
        "NAME_TAKEN"
    );
    rig.api_tokens.revoke(&other, token.id).await.unwrap();
    rig.api_tokens.create(&other, request("ci")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_more_than_fifty() {
    let rig = Rig::new().await;
    let alice = alice(&rig).await;
    let caller = by(&alice, "Auth.CreateApiToken");
    for i in 0..50 {
        rig.api_tokens
            .create(&caller, request(&format!("token {i}")))
            .await
            .unwrap();
    }
    assert_eq!(
        rig.api_tokens
            .create(&caller, request("one more"))
            .await
            .unwrap_err()
            .reason(),
        "QUOTA"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_is_written_down_to_the_minute() {
    let rig = Rig::new().await;
    let alice = alice(&rig).await;
    let caller = by(&alice, "Auth.CreateApiToken");
    let (_, secret) = rig.api_tokens.create(&caller, request("ci")).await.unwrap();
    let used = || async {
        let page = rig.api_tokens.list(&caller, PageRequest::first(1)).await.unwrap();
        page.items[0].last_used_time
    };
    let wait_for = |wanted| async move {
        tokio::time::timeout(Duration::from_secs(10), async {
            while used().await != Some(wanted) {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
    };
    assert_eq!(used().await, None);
    let first = rig.now();
    rig.auth.authenticate(secret.expose()).await.unwrap();
    wait_for(first).await;
    rig.advance(Duration::from_secs(59));
    rig.auth.authenticate(secret.expose()).await.unwrap();
    assert_eq!(used().await, Some(first));
    rig.advance(Duration::from_secs(1));
    let second = rig.now();
    rig.auth.authenticate(secret.expose()).await.unwrap();
    wait_for(second).await;
}
