//! Opening sessions, and the look-up that every call goes through.

use std::sync::Arc;
use std::time::Duration;

use hostlerd::domain::audit::AuditOutcome;
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::user::{Role, UserPatch, UserState};
use hostlerd::engine::auth::AuthSettings;
use hostlerd::engine::caller::Caller;
use hostlerd::ports::bus::Notice;

use crate::rig::{PASSWORD, Rig, by, nobody, repeatable, sign_in, sign_up, target};

fn from_address(address: &str) -> Caller {
    let mut caller = nobody("Auth.SignIn");
    address.clone_into(&mut caller.origin.address);
    caller
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_look_alike() {
    let rig = Rig::new().await;
    let user = rig.account("alice@example.org", Role::Customer).await;
    let wrong = rig
        .sign_in("alice@example.org", "not the password")
        .await
        .unwrap_err();
    let event = rig.last_audit("Auth.SignIn").await;
    assert_eq!(event.target, target(user.id));
    assert_eq!(
        (event.outcome, event.reason.as_str()),
        (AuditOutcome::Refused, "BAD_CREDENTIALS")
    );

    let unknown = rig
        .sign_in("bob@example.org", "not the password")
        .await
        .unwrap_err();
    assert_eq!(
        (wrong.reason(), wrong.to_string()),
        (unknown.reason(), unknown.to_string())
    );
    assert_eq!(
        rig.last_audit("Auth.SignIn").await.target,
        "email:bob@example.org"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_locks_out_the_address_it_comes_from_and_nobody_else() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    for _ in 0..11 {
        rig.sign_in("alice@example.org", "not the password")
            .await
            .unwrap_err();
    }
    let owner = from_address("198.51.100.1");
    rig.auth
        .sign_in(&owner, sign_in("alice@example.org", PASSWORD))
        .await
        .unwrap();
    let guesser = rig.sign_in("alice@example.org", PASSWORD).await.unwrap_err();
    assert_eq!(guesser.reason(), "RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_addresses_together_do_not_guess_without_end() {
    let mut settings = AuthSettings::default();
    settings.limits.sign_in_by_account.tries = 3;
    let rig = Rig::with(settings).await;
    rig.account("alice@example.org", Role::Customer).await;
    for last in 1..=3 {
        let guesser = from_address(&format!("198.51.100.{last}"));
        let error = rig
            .auth
            .sign_in(&guesser, sign_in("alice@example.org", "not the password"))
            .await
            .unwrap_err();
        assert_eq!(error.reason(), "BAD_CREDENTIALS");
    }
    let error = rig.sign_in("alice@example.org", PASSWORD).await.unwrap_err();
    assert_eq!(error.reason(), "RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_throttled_by_account_and_the_right_password_starts_afresh() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    for _ in 0..9 {
        rig.sign_in("alice@example.org", "not the password")
            .await
            .unwrap_err();
    }
    rig.sign_in("alice@example.org", PASSWORD).await.unwrap();
    for _ in 0..10 {
        let error = rig
            .sign_in("alice@example.org", "not the password")
            .await
            .unwrap_err();
        assert_eq!(error.reason(), "BAD_CREDENTIALS");
    }
    let error = rig.sign_in("alice@example.org", PASSWORD).await.unwrap_err();
    assert_eq!(error.reason(), "RATE_LIMITED");
    rig.advance(Duration::from_mins(15));
    rig.sign_in("alice@example.org", PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_throttled_by_network_address_over_all_accounts() {
    let mut settings = AuthSettings::default();
    settings.limits.sign_in_by_address.tries = 3;
    let rig = Rig::with(settings).await;
    rig.account("alice@example.org", Role::Customer).await;
    for address in ["a@example.org", "b@example.org", "c@example.org"] {
        rig.sign_in(address, "not the password").await.unwrap_err();
    }
    assert_eq!(
        rig.sign_in("alice@example.org", PASSWORD)
            .await
            .unwrap_err()
            .reason(),
        "RATE_LIMITED"
    );
    let elsewhere = from_address("198.51.100.1");
    rig.auth
        .sign_in(&elsewhere, sign_in("alice@example.org", PASSWORD))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_account_is_told_with_the_right_password_only() {
    let rig = Rig::new().await;
    let operator = rig.operator().await;
    let user = rig.account("alice@example.org", Role::Customer).await;
    let suspend = UserPatch {
        state: Some(UserState::Suspended),
        ..UserPatch::default()
    };
    rig.users
        .update(&by(&operator, "Users.UpdateUser"), user.id, suspend, None)
        .await
        .unwrap();
    let stranger = rig
        .sign_in("alice@example.org", "not the password")
        .await
        .unwrap_err();
    assert_eq!(stranger.reason(), "BAD_CREDENTIALS");
    let owner = rig.sign_in("alice@example.org", PASSWORD).await.unwrap_err();
    assert_eq!(owner.reason(), "ACCOUNT_SUSPENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_address_signs_in_where_that_is_allowed() {
    let settings = AuthSettings {
        require_verified_email: false,
        ..AuthSettings::default()
    };
    let rig = Rig::with(settings).await;
    rig.auth
        .sign_up(&nobody("Auth.SignUp"), sign_up("new@example.org", PASSWORD))
        .await
        .unwrap();
    rig.sign_in("new@example.org", PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_hash_is_replaced_at_sign_in() {
    let rig = Rig::new().await;
    let user = rig.account("alice@example.org", Role::Customer).await;
    let store = &rig.ports.store;
    let made = store.user_password_hash(user.id).await.unwrap();
    let imported = bcrypt::hash("from the old panel", 4).unwrap();
    store
        .user_password_upgrade(user.id, &made, &imported)
        .await
        .unwrap();
    rig.sign_in("alice@example.org", "from the old panel")
        .await
        .unwrap();
    assert!(
        store
            .user_password_hash(user.id)
            .await
            .unwrap()
            .starts_with("$argon2id$")
    );
    rig.sign_in("alice@example.org", "from the old panel")
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_session_is_refused_at_once_and_its_streams_are_told() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (laptop, principal) = rig.session("alice@example.org").await;
    let (phone, _) = rig.session("alice@example.org").await;
    let mut notices = rig.ports.bus.subscribe();

    let page = rig
        .auth
        .list_sessions(&by(&principal, "Auth.ListSessions"), PageRequest::first(10))
        .await;
    let sessions = page.unwrap().items;
    assert_eq!(sessions.len(), 2);
    let caller = repeatable(by(&principal, "Auth.RevokeSession"));
    rig.auth.revoke_session(&caller, sessions[0].id).await.unwrap();
    rig.auth.revoke_session(&caller, sessions[0].id).await.unwrap();
    assert_eq!(
        notices.next().await,
        Some(Notice::SessionRevoked { id: sessions[0].id })
    );

    let refused = rig
        .auth
        .authenticate(phone.tokens.access_token.expose())
        .await
        .unwrap_err();
    assert_eq!(refused.reason(), "UNAUTHENTICATED");
    rig.auth
        .authenticate(laptop.tokens.access_token.expose())
        .await
        .unwrap();

    rig.auth.sign_out(&by(&principal, "Auth.SignOut")).await.unwrap();
    rig.auth
        .authenticate(laptop.tokens.access_token.expose())
        .await
        .unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_session_does_not_exist() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    rig.account("mallory@example.org", Role::Operator).await;
    let (alice, principal) = rig.session("alice@example.org").await;
    let mallory = rig.session("mallory@example.org").await.1;
    let page = rig
        .auth
        .list_sessions(&by(&principal, "Auth.ListSessions"), PageRequest::first(10))
        .await;
    let id = page.unwrap().items[0].id;
    let error = rig
        .auth
        .revoke_session(&by(&mallory, "Auth.RevokeSession"), id)
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "SESSION_NOT_FOUND");
    rig.auth
        .authenticate(alice.tokens.access_token.expose())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_user_is_refused_at_once_and_comes_back_with_the_same_session() {
    let rig = Rig::new().await;
    let operator = rig.operator().await;
    let user = rig.account("alice@example.org", Role::Customer).await;
    let (alice, _) = rig.session("alice@example.org").await;
    let state = |state| UserPatch {
        state: Some(state),
        ..UserPatch::default()
    };
    let caller = by(&operator, "Users.UpdateUser");
    rig.users
        .update(&caller, user.id, state(UserState::Suspended), None)
        .await
        .unwrap();
    let token = alice.tokens.access_token.expose();
    assert_eq!(
        rig.auth.authenticate(token).await.unwrap_err().reason(),
        "ACCOUNT_SUSPENDED"
    );
    let refresh = rig
        .auth
        .refresh_session(&nobody("Auth.RefreshSession"), &alice.tokens.refresh_token)
        .await;
    assert_eq!(refresh.unwrap_err().reason(), "ACCOUNT_SUSPENDED");
    rig.users
        .update(&caller, user.id, state(UserState::Active), None)
        .await
        .unwrap();
    rig.auth.authenticate(token).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_ends_after_a_quarter_of_an_hour_by_our_clock() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (alice, _) = rig.session("alice@example.org").await;
    assert_eq!(
        alice.tokens.access_token_expire_time,
        rig.now() + Duration::from_mins(15)
    );
    rig.advance(Duration::from_secs(15 * 60 + 10));
    rig.auth
        .authenticate(alice.tokens.access_token.expose())
        .await
        .unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_at_once_are_all_answered() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (alice, principal) = rig.session("alice@example.org").await;
    let calls: Vec<_> = (0..500)
        .map(|i| {
            let auth = Arc::clone(&rig.auth);
            let token = if i % 2 == 0 {
                alice.tokens.access_token.expose().to_owned()
            } else {
                "garbage".to_owned()
            };
            tokio::spawn(async move { auth.authenticate(&token).await })
        })
        .collect();
    let mut let_in = 0;
    for call in calls {
        if let Ok(who) = call.await.unwrap() {
            assert_eq!(who, principal);
            let_in += 1;
        }
    }
    assert_eq!(let_in, 250);
}
