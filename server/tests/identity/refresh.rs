//! Renewing sessions: each refresh token is good once, and a copy ends the session.

use std::time::Duration;

use hostlerd::domain::audit::AuditOutcome;
use hostlerd::domain::user::Role;
use hostlerd::engine::auth::Tokens;
use hostlerd::engine::error::Result;
use hostlerd::engine::secrets::Secret;

use crate::rig::{Rig, nobody};

const DAY: Duration = Duration::from_hours(24);

async fn refresh(rig: &Rig, token: &Secret) -> Result<Tokens> {
    rig.auth
        .refresh_session(&nobody("Auth.RefreshSession"), token)
        .await
}

async fn signed_in(rig: &Rig) -> Tokens {
    rig.account("alice@example.org", Role::Customer).await;
    rig.session("alice@example.org").await.0.tokens
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_on_with_the_tokens_handed_out_last() {
    let rig = Rig::new().await;
    let mut tokens = signed_in(&rig).await;
    for _ in 0..3 {
        rig.advance(DAY);
        tokens = refresh(&rig, &tokens.refresh_token).await.unwrap();
        rig.auth.authenticate(tokens.access_token.expose()).await.unwrap();
        assert_eq!(tokens.refresh_token_expire_time, rig.now() + 30 * DAY);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_that_refresh_at_once_are_not_signed_out() {
    let rig = Rig::new().await;
    let tokens = signed_in(&rig).await;
    rig.advance(DAY);
    let winner = refresh(&rig, &tokens.refresh_token).await.unwrap();
    rig.advance(Duration::from_secs(9));
    let loser = refresh(&rig, &tokens.refresh_token).await.unwrap();
    assert_eq!(loser.refresh_token, winner.refresh_token);
    for tokens in [&winner, &loser] {
        rig.auth.authenticate(tokens.access_token.expose()).await.unwrap();
    }
    refresh(&rig, &winner.refresh_token).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_whose_answer_was_lost_is_asked_again_and_the_session_goes_on() {
    let rig = Rig::new().await;
    let mut tokens = signed_in(&rig).await;
    for _ in 0..3 {
        rig.advance(DAY);
        let _lost = refresh(&rig, &tokens.refresh_token).await.unwrap();
        rig.advance(Duration::from_secs(5));
        tokens = refresh(&rig, &tokens.refresh_token).await.unwrap();
    }
    rig.auth.authenticate(tokens.access_token.expose()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_refreshes_at_the_same_moment_get_the_same_refresh_token() {
    let rig = Rig::new().await;
    let tokens = signed_in(&rig).await;
    let (one, other) = tokio::join!(
        refresh(&rig, &tokens.refresh_token),
        refresh(&rig, &tokens.refresh_token)
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.refresh_token, other.refresh_token);
    rig.auth.authenticate(other.access_token.expose()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_used_again_after_the_grace_ends_the_session_for_everybody() {
    let rig = Rig::new().await;
    let stolen = signed_in(&rig).await;
    let fresh = refresh(&rig, &stolen.refresh_token).await.unwrap();
    rig.advance(Duration::from_secs(11));
    let thief = refresh(&rig, &stolen.refresh_token).await.unwrap_err();
    assert_eq!(thief.reason(), "SESSION_ENDED");
    assert_eq!(
        refresh(&rig, &fresh.refresh_token).await.unwrap_err().reason(),
        "SESSION_ENDED"
    );
    rig.auth
        .authenticate(fresh.access_token.expose())
        .await
        .unwrap_err();
    let events = rig.audit().await;
    let found = events
        .iter()
        .find(|event| event.reason == "refresh token reused")
        .unwrap();
    assert_eq!(found.outcome, AuditOutcome::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thief_who_refreshes_twice_does_not_hide_the_theft() {
    let rig = Rig::new().await;
    let owners = signed_in(&rig).await;
    let first = refresh(&rig, &owners.refresh_token).await.unwrap();
    let second = refresh(&rig, &first.refresh_token).await.unwrap();
    assert_eq!(
        refresh(&rig, &owners.refresh_token).await.unwrap_err().reason(),
        "SESSION_ENDED"
    );
    rig.auth
        .authenticate(second.access_token.expose())
        .await
        .unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_used_ends_and_so_does_an_old_one() {
    let rig = Rig::new().await;
    let mut tokens = signed_in(&rig).await;
    let start = rig.now();
    for _ in 0..8 {
        rig.advance(20 * DAY);
        tokens = refresh(&rig, &tokens.refresh_token).await.unwrap();
    }
    assert_eq!(tokens.refresh_token_expire_time, start + 180 * DAY);
    rig.advance(20 * DAY);
    assert_eq!(
        refresh(&rig, &tokens.refresh_token).await.unwrap_err().reason(),
        "SESSION_ENDED"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_this_server_never_made_ends_nothing() {
    let rig = Rig::new().await;
    let tokens = signed_in(&rig).await;
    for bad in ["", "hsr_", "garbage", tokens.access_token.expose()] {
        let error = refresh(&rig, &Secret::new(bad)).await.unwrap_err();
        assert_eq!(error.reason(), "SESSION_ENDED");
    }
    refresh(&rig, &tokens.refresh_token).await.unwrap();
}
