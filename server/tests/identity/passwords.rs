//! Lost and changed passwords.

use std::time::Duration;

use hostlerd::domain::api_token::Scope;
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::user::Role;
use hostlerd::engine::api_tokens::CreateApiToken;
use hostlerd::engine::error::Error;
use hostlerd::engine::secrets::Secret;
use hostlerd::ports::bus::Notice;

use crate::rig::{PASSWORD, Rig, by, email, nobody, repeatable, sign_up};

const NEW: &str = "an even finer passphrase";

async fn request_reset(rig: &Rig, address: &str) -> String {
    let caller = nobody("Auth.RequestPasswordReset");
    rig.auth
        .request_password_reset(&caller, &email(address))
        .await
        .unwrap();
    rig.mailed_token(address).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_link_sets_a_new_password_once_and_ends_every_session() {
    let rig = Rig::new().await;
    let user = rig.account("alice@example.org", Role::Customer).await;
    let (alice, _) = rig.session("alice@example.org").await;
    let other_link = request_reset(&rig, "alice@example.org").await;
    let link = request_reset(&rig, "alice@example.org").await;
    let mut notices = rig.ports.bus.subscribe();

    let caller = nobody("Auth.ResetPassword");
    rig.auth
        .reset_password(&caller, &link, &Secret::new(NEW))
        .await
        .unwrap();
    assert_eq!(
        notices.next().await,
        Some(Notice::AccessChanged { user_id: user.id })
    );
    rig.auth
        .authenticate(alice.tokens.access_token.expose())
        .await
        .unwrap_err();
    rig.sign_in("alice@example.org", PASSWORD).await.unwrap_err();
    rig.sign_in("alice@example.org", NEW).await.unwrap();
    for used in [&link, &other_link] {
        let error = rig
            .auth
            .reset_password(&caller, used, &Secret::new(PASSWORD))
            .await
            .unwrap_err();
        assert_eq!(error.reason(), "INVALID_FIELDS");
    }
    rig.deliver().await;
    assert_eq!(
        rig.mailbox.last("alice@example.org").subject,
        "Your password was changed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_ends_api_tokens_and_proves_the_address() {
    let rig = Rig::new().await;
    let user = rig.account("alice@example.org", Role::Customer).await;
    let (_, principal) = rig.session("alice@example.org").await;
    let create = async |name: &str| {
        let request = CreateApiToken {
            name: name.to_owned(),
            scopes: vec![Scope::ServersRead],
            expire_time: None,
        };
        let caller = by(&principal, "Auth.CreateApiToken");
        rig.api_tokens.create(&caller, request).await.unwrap().1
    };
    let secret = create("one").await;
    rig.deliver().await;
    let told = rig.mailbox.last("alice@example.org");
    assert_eq!(told.subject, "An API token was created");
    assert!(!told.text.contains(secret.expose()));
    let link = request_reset(&rig, "alice@example.org").await;
    rig.auth
        .reset_password(&nobody("Auth.ResetPassword"), &link, &Secret::new(NEW))
        .await
        .unwrap();
    rig.auth.authenticate(secret.expose()).await.unwrap_err();

    let secret = create("one").await;
    rig.users.reset_password_by_command(&user.email).await.unwrap();
    rig.auth.authenticate(secret.expose()).await.unwrap_err();

    rig.auth
        .sign_up(&nobody("Auth.SignUp"), sign_up("new@example.org", PASSWORD))
        .await
        .unwrap();
    // Mails that are due at once leave in any order.
    rig.deliver().await;
    let link = request_reset(&rig, "new@example.org").await;
    rig.auth
        .reset_password(&nobody("Auth.ResetPassword"), &link, &Secret::new(NEW))
        .await
        .unwrap();
    let signed_in = rig.sign_in("new@example.org", NEW).await.unwrap();
    assert!(signed_in.user.email_verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_the_password_there_is_needs_the_current_one_too() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (_, principal) = rig.session("alice@example.org").await;
    let caller = repeatable(by(&principal, "Auth.ChangePassword"));
    let wrong = Secret::new("not the password");
    let error = rig
        .auth
        .change_password(&caller, &wrong, &Secret::new(PASSWORD), false)
        .await
        .unwrap_err();
    let Error::Invalid(fields) = error else {
        panic!("{error}")
    };
    assert_eq!(fields.0[0].field, "current_password");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_that_cannot_be_uses_up_no_try() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (_, principal) = rig.session("alice@example.org").await;
    let caller = by(&principal, "Auth.ChangePassword");
    let (old, weak) = (Secret::new(PASSWORD), Secret::new("password123"));
    for _ in 0..11 {
        let error = rig.auth.change_password(&caller, &old, &weak, false).await;
        assert_eq!(error.unwrap_err().reason(), "INVALID_FIELDS");
    }
    rig.auth
        .change_password(&caller, &old, &Secret::new(NEW), false)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_reset_does_not_tell_who_has_an_account() {
    let rig = Rig::new().await;
    let caller = nobody("Auth.RequestPasswordReset");
    rig.auth
        .request_password_reset(&caller, &email("nobody@example.org"))
        .await
        .unwrap();
    assert_eq!(rig.deliver().await.sent, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_link_expires_and_is_good_for_nothing_else() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let link = request_reset(&rig, "alice@example.org").await;
    let verify = rig
        .auth
        .verify_email(&nobody("Auth.VerifyEmail"), &link)
        .await
        .unwrap_err();
    assert_eq!(verify.reason(), "INVALID_FIELDS");
    rig.advance(Duration::from_mins(61));
    let late = rig
        .auth
        .reset_password(&nobody("Auth.ResetPassword"), &link, &Secret::new(NEW))
        .await;
    assert_eq!(late.unwrap_err().reason(), "INVALID_FIELDS");
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_the_password_keeps_the_calling_session_and_ends_the_others() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (here, principal) = rig.session("alice@example.org").await;
    let (there, _) = rig.session("alice@example.org").await;
    let caller = repeatable(by(&principal, "Auth.ChangePassword"));
    let (old, new) = (Secret::new(PASSWORD), Secret::new(NEW));
    rig.auth
        .change_password(&caller, &old, &new, false)
        .await
        .unwrap();
    rig.auth
        .change_password(&caller, &old, &new, false)
        .await
        .unwrap();
    rig.auth
        .authenticate(here.tokens.access_token.expose())
        .await
        .unwrap();
    rig.auth
        .authenticate(there.tokens.access_token.expose())
        .await
        .unwrap_err();
    rig.sign_in("alice@example.org", NEW).await.unwrap();
    rig.deliver().await;
    assert_eq!(rig.mailbox.to("alice@example.org").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_the_password_can_keep_every_session() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (_, principal) = rig.session("alice@example.org").await;
    rig.session("alice@example.org").await;
    let caller = by(&principal, "Auth.ChangePassword");
    rig.auth
        .change_password(&caller, &Secret::new(PASSWORD), &Secret::new(NEW), true)
        .await
        .unwrap();
    let page = rig
        .auth
        .list_sessions(&caller, PageRequest::first(10))
        .await
        .unwrap();
    assert_eq!(page.items.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_session_that_guesses_stops_itself_and_not_the_owner() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (_, stolen) = rig.session("alice@example.org").await;
    let (_, own) = rig.session("alice@example.org").await;
    let thief = by(&stolen, "Auth.ChangePassword");
    let (wrong, new) = (Secret::new("not the password"), Secret::new(NEW));
    let mut refused = 0;
    for _ in 0..200 {
        let guess = rig.auth.change_password(&thief, &wrong, &new, false).await;
        refused += usize::from(guess.unwrap_err().reason() == "RATE_LIMITED");
    }
    assert_eq!(refused, 190);
    let owner = by(&own, "Auth.ChangePassword");
    rig.auth
        .change_password(&owner, &Secret::new(PASSWORD), &new, false)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_stolen_sessions_together_do_not_guess_without_end() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (wrong, new) = (Secret::new("not the password"), Secret::new(NEW));
    let mut guesses = 0;
    for _ in 0..11 {
        let (_, stolen) = rig.session("alice@example.org").await;
        let thief = by(&stolen, "Auth.ChangePassword");
        for _ in 0..10 {
            let guess = rig.auth.change_password(&thief, &wrong, &new, false).await;
            guesses += usize::from(guess.unwrap_err().reason() != "RATE_LIMITED");
        }
    }
    assert_eq!(guesses, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_current_password_is_refused_and_counted() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (_, principal) = rig.session("alice@example.org").await;
    let caller = by(&principal, "Auth.ChangePassword");
    let (wrong, new) = (Secret::new("not the password"), Secret::new(NEW));
    for _ in 0..10 {
        let error = rig
            .auth
            .change_password(&caller, &wrong, &new, false)
            .await
            .unwrap_err();
        let Error::Invalid(fields) = error else {
            panic!("{error}")
        };
        assert_eq!(fields.0[0].field, "current_password");
    }
    let error = rig
        .auth
        .change_password(&caller, &Secret::new(PASSWORD), &new, false)
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "RATE_LIMITED");
}
