//! Accounts come into being, people sign in and out, and nobody else gets in.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, expect_refusal, refused, verdict};
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::domain::user::Role;
use tonic::Code;

const EMAIL: &str = "alice@example.org";

async fn sign_up(api: &Api, email: &str) -> v1::User {
    let request = v1::SignUpRequest {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    let answer = api.auth().sign_up(request).await.expect("an account");
    answer.into_inner().user.expect("the account")
}

async fn verify(api: &Api, token: String) -> Result<tonic::Response<v1::VerifyEmailResponse>, tonic::Status> {
    api.auth().verify_email(v1::VerifyEmailRequest { token }).await
}

async fn refresh(api: &Api, refresh_token: &str) -> Result<v1::Tokens, tonic::Status> {
    let request = v1::RefreshSessionRequest {
        refresh_token: refresh_token.to_owned(),
    };
    let answer = api.auth().refresh_session(request).await?;
    Ok(answer.into_inner().tokens.expect("tokens"))
}

async fn me(api: &Api) -> Result<v1::User, tonic::Status> {
    let answer = api.users().get_me(v1::GetMeRequest {}).await?;
    Ok(answer.into_inner().user.expect("the account"))
}

#[tokio::test(flavor = "multi_thread")]
async fn from_sign_up_over_the_mailed_link_to_a_session_and_out_again() {
    let server = TestServer::start().await;
    let nobody = server.nobody().await;
    let user = sign_up(&nobody, "Alice@Example.org").await;
    assert_eq!((user.email.as_str(), user.email_verified), (EMAIL, false));
    assert_eq!(user.role(), v1::UserRole::Customer);

    let early = nobody.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(verdict(&refused(early)), "FAILED_PRECONDITION EMAIL_NOT_VERIFIED");
    let token = server.mailbox().token_to(EMAIL, 1).await;
    verify(&nobody, token.clone()).await.expect("a verification");
    let again = expect_refusal(verify(&nobody, token).await, "INVALID_ARGUMENT INVALID_FIELDS");
    assert_eq!(bad_fields(&again), ["token"]);

    let (alice, tokens) = nobody.sign_in(EMAIL, PASSWORD).await.expect("a session");
    assert!(me(&alice).await.expect("an account").email_verified);
    alice
        .auth()
        .sign_out(v1::SignOutRequest {})
        .await
        .expect("a sign-out");
    assert_eq!(refused(me(&alice).await).code(), Code::Unauthenticated);
    assert_eq!(
        refused(refresh(&nobody, &tokens.refresh_token).await).code(),
        Code::Unauthenticated
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_are_told_apart_by_nothing() {
    let server = TestServer::start().await;
    server.user(EMAIL, Role::Customer).await;
    let nobody = server.nobody().await;
    let wrong = refused(nobody.sign_in(EMAIL, "not the password").await);
    let unknown = refused(nobody.sign_in("bob@example.org", "not the password").await);
    assert_eq!(verdict(&wrong), "UNAUTHENTICATED BAD_CREDENTIALS");
    assert_eq!(wrong.message(), unknown.message());
    assert_eq!(wrong.details(), unknown.details());
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_password_is_slowed_down_and_says_when_to_come_back() {
    let server = TestServer::start().await;
    server.user(EMAIL, Role::Customer).await;
    let nobody = server.nobody().await;
    let mut verdicts = Vec::new();
    let mut last = None;
    for _ in 0..12 {
        let status = refused(nobody.sign_in(EMAIL, "not the password").await);
        verdicts.push(verdict(&status));
        last = Some(status);
    }
    assert_eq!(
        verdicts.first().map(String::as_str),
        Some("UNAUTHENTICATED BAD_CREDENTIALS")
    );
    assert_eq!(
        verdicts.last().map(String::as_str),
        Some("RESOURCE_EXHAUSTED RATE_LIMITED")
    );
    assert!(hostler_tests::failure::has_retry_info(&last.expect("a refusal")));
    // The right password does not help now: that would tell the guesser that it is right.
    let status = refused(nobody.sign_in(EMAIL, PASSWORD).await);
    assert_eq!(verdict(&status), "RESOURCE_EXHAUSTED RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_session() {
    let server = TestServer::start().await;
    server.user(EMAIL, Role::Customer).await;
    let nobody = server.nobody().await;
    let (alice, first) = nobody.sign_in(EMAIL, PASSWORD).await.expect("a session");
    let second = refresh(&nobody, &first.refresh_token).await.expect("new tokens");
    let third = refresh(&nobody, &second.refresh_token).await.expect("new tokens");
    me(&nobody.with_token(&third.access_token))
        .await
        .expect("the new token works");

    // Two rotations old: nobody who is honest still has it.
    assert_eq!(
        verdict(&refused(refresh(&nobody, &first.refresh_token).await)),
        "UNAUTHENTICATED SESSION_ENDED"
    );
    for token in [&first, &second, &third] {
        let caller = nobody.with_token(&token.access_token);
        assert_eq!(refused(me(&caller).await).code(), Code::Unauthenticated);
    }
    assert_eq!(
        refused(refresh(&nobody, &third.refresh_token).await).code(),
        Code::Unauthenticated
    );
    assert_eq!(refused(me(&alice).await).code(), Code::Unauthenticated);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_session_is_refused_at_once_and_its_streams_end() {
    let server = TestServer::start().await;
    server.user(EMAIL, Role::Customer).await;
    let (phone, laptop) = (server.sign_in(EMAIL).await, server.sign_in(EMAIL).await);
    let mut stream = phone
        .servers()
        .watch_servers(v1::WatchServersRequest::default())
        .await
        .expect("a stream");
    stream
        .get_mut()
        .message()
        .await
        .expect("a snapshot")
        .expect("a snapshot");

    let listed = laptop
        .auth()
        .list_sessions(v1::ListSessionsRequest::default())
        .await
        .expect("a list");
    let sessions = listed.into_inner().sessions;
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions.iter().filter(|session| session.current).count(), 1);
    let other = sessions
        .into_iter()
        .find(|session| !session.current)
        .expect("the phone");
    assert_eq!(other.device_name, "test");
    let request = v1::RevokeSessionRequest {
        session_id: other.id,
        ..Default::default()
    };
    laptop
        .auth()
        .revoke_session(request.clone())
        .await
        .expect("a revocation");
    assert_eq!(refused(me(&phone).await).code(), Code::Unauthenticated);
    let ended = loop {
        match stream.get_mut().message().await {
            Ok(Some(_)) => {}
            other => break refused(other),
        }
    };
    assert_eq!(verdict(&ended), "UNAUTHENTICATED SESSION_ENDED");
    me(&laptop).await.expect("the other session goes on");
    laptop
        .auth()
        .revoke_session(request.clone())
        .await
        .expect("ending it twice is fine");
    let stranger = server.caller("bob@example.org", Role::Customer).await;
    expect_refusal(
        stranger.auth().revoke_session(request).await,
        "NOT_FOUND SESSION_NOT_FOUND",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_by_a_mailed_link_and_ends_every_session() {
    let server = TestServer::start().await;
    server.user(EMAIL, Role::Customer).await;
    let (nobody, old) = (server.nobody().await, server.sign_in(EMAIL).await);
    for email in [EMAIL, "unknown@example.org"] {
        let request = v1::RequestPasswordResetRequest {
            email: email.to_owned(),
        };
        nobody
            .auth()
            .request_password_reset(request)
            .await
            .expect("the same answer for everybody");
    }
    let request = v1::ResetPasswordRequest {
        token: server.mailbox().token_to(EMAIL, 1).await,
        new_password: "a new and better password".to_owned(),
    };
    nobody
        .auth()
        .reset_password(request.clone())
        .await
        .expect("a new password");
    assert!(server.mailbox().mails_to("unknown@example.org").is_empty());
    assert_eq!(refused(me(&old).await).code(), Code::Unauthenticated);
    expect_refusal(
        nobody.auth().reset_password(request).await,
        "INVALID_ARGUMENT INVALID_FIELDS",
    );
    assert_eq!(
        verdict(&refused(nobody.sign_in(EMAIL, PASSWORD).await)),
        "UNAUTHENTICATED BAD_CREDENTIALS"
    );
    nobody
        .sign_in(EMAIL, "a new and better password")
        .await
        .expect("the new password holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_the_other_sessions_unless_told_otherwise() {
    let server = TestServer::start().await;
    server.user(EMAIL, Role::Customer).await;
    let (one, two) = (server.sign_in(EMAIL).await, server.sign_in(EMAIL).await);
    let change = |current: &str, new: &str, keep| v1::ChangePasswordRequest {
        current_password: current.to_owned(),
        new_password: new.to_owned(),
        keep_other_sessions: keep,
        ..Default::default()
    };
    let wrong = one
        .auth()
        .change_password(change("not the password", "the second password", false))
        .await;
    assert_eq!(bad_fields(&refused(wrong)), ["current_password"]);
    one.auth()
        .change_password(change(PASSWORD, "the second password", true))
        .await
        .expect("a change");
    me(&two).await.expect("kept");
    one.auth()
        .change_password(change("the second password", "the third password", false))
        .await
        .expect("a change");
    me(&one).await.expect("the calling session stays");
    assert_eq!(refused(me(&two).await).code(), Code::Unauthenticated);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_tampered_with_is_refused_by_public_calls_too() {
    let server = TestServer::start().await;
    let nobody = server.nobody().await;
    server.user(EMAIL, Role::Customer).await;
    let (_, tokens) = nobody.sign_in(EMAIL, PASSWORD).await.expect("a session");
    let mut bytes = tokens.access_token.into_bytes();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(bytes).expect("ASCII");
    for token in [
        forged.as_str(),
        "hst_0000000000000000000000",
        "x",
        "eyJhbGciOiJub25lIn0.e30.",
    ] {
        let caller = nobody.with_token(token);
        assert_eq!(refused(me(&caller).await).code(), Code::Unauthenticated);
        let request = v1::VerifyEmailRequest {
            token: "wrong".to_owned(),
        };
        assert_eq!(
            refused(caller.auth().verify_email(request).await).code(),
            Code::Unauthenticated
        );
    }
}

/// What a client holds when it needs these is often an access token that has expired.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_no_good_keeps_nobody_from_signing_in_or_asking_for_health() {
    let server = TestServer::start().await;
    server.user(EMAIL, Role::Customer).await;
    let nobody = server.nobody().await;
    let (_, tokens) = nobody.sign_in(EMAIL, PASSWORD).await.expect("a session");
    let stale = nobody.with_token("eyJhbGciOiJub25lIn0.e30.");
    stale.sign_in(EMAIL, PASSWORD).await.expect("a session");
    refresh(&stale, &tokens.refresh_token).await.expect("tokens");
    stale
        .call_raw("/grpc.health.v1.Health/Check", Vec::new())
        .await
        .expect("an answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_survive_a_crash() {
    let mut server = TestServer::start().await;
    server.user(EMAIL, Role::Customer).await;
    let (_, tokens) = server
        .nobody()
        .await
        .sign_in(EMAIL, PASSWORD)
        .await
        .expect("a session");
    server.crash();
    server.restart().await;
    let nobody = server.nobody().await;
    me(&nobody.with_token(&tokens.access_token))
        .await
        .expect("the access token works");
    refresh(&nobody, &tokens.refresh_token)
        .await
        .expect("the refresh token works");
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_up_can_be_closed() {
    let server = TestServer::builder()
        .config(|config| config.identity.sign_up = false)
        .start()
        .await;
    let request = v1::SignUpRequest {
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    let status = refused(server.nobody().await.auth().sign_up(request).await);
    assert_eq!(status.code(), Code::PermissionDenied);
}
