//! Making an account and proving its address.

use std::time::Duration;

use hostlerd::domain::audit::AuditOutcome;
use hostlerd::domain::user::Role;
use hostlerd::engine::auth::AuthSettings;
use hostlerd::engine::error::Error;

use crate::rig::{PASSWORD, Rig, email, nobody, repeatable, sign_up, target};

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_signs_up_proves_the_address_and_signs_in() {
    let rig = Rig::new().await;
    let user = rig
        .auth
        .sign_up(&nobody("Auth.SignUp"), sign_up("new@example.org", PASSWORD))
        .await
        .unwrap();
    assert_eq!(rig.users.get(user.id).await.unwrap(), user);
    assert_eq!(user.role, Role::Customer);

    let early = rig.sign_in("new@example.org", PASSWORD).await.unwrap_err();
    assert_eq!(early.reason(), "EMAIL_NOT_VERIFIED");

    let token = rig.mailed_token("new@example.org").await;
    rig.auth
        .verify_email(&nobody("Auth.VerifyEmail"), &token)
        .await
        .unwrap();
    let signed_in = rig.sign_in("new@example.org", PASSWORD).await.unwrap();
    assert!(signed_in.user.email_verified);

    let again = rig
        .auth
        .verify_email(&nobody("Auth.VerifyEmail"), &token)
        .await
        .unwrap_err();
    assert_eq!(again.reason(), "INVALID_FIELDS");
    assert_eq!(rig.last_audit("Auth.SignUp").await.target, target(user.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_up_with_a_taken_address_answers_alike_and_tells_the_owner() {
    let rig = Rig::new().await;
    let owner = rig.account("taken@example.org", Role::Customer).await;
    let answer = rig
        .auth
        .sign_up(&nobody("Auth.SignUp"), sign_up("taken@example.org", PASSWORD))
        .await
        .unwrap();
    assert_ne!(answer.id, owner.id);
    assert!(!answer.email_verified);
    assert_eq!(answer.display_name, "Somebody");
    assert_eq!(
        rig.users.get(answer.id).await.unwrap_err().reason(),
        "USER_NOT_FOUND"
    );

    rig.deliver().await;
    let mail = rig.mailbox.last("taken@example.org");
    assert_eq!(mail.subject, "You already have an account");
    assert!(!mail.text.contains("token="));
    rig.sign_in("taken@example.org", PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_sign_up_makes_one_account_and_answers_alike_for_a_taken_address() {
    let rig = Rig::new().await;
    rig.account("taken@example.org", Role::Customer).await;
    for address in ["new@example.org", "taken@example.org"] {
        let caller = repeatable(nobody("Auth.SignUp"));
        let first = rig
            .auth
            .sign_up(&caller, sign_up(address, PASSWORD))
            .await
            .unwrap();
        let second = rig
            .auth
            .sign_up(&caller, sign_up(address, PASSWORD))
            .await
            .unwrap();
        assert_eq!(first.id, second.id, "{address}");
        rig.deliver().await;
        assert_eq!(rig.mailbox.to(address).len(), 1, "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_happen_on_one_request_id_both_get_their_account() {
    let rig = Rig::new().await;
    let caller = repeatable(nobody("Auth.SignUp"));
    for address in ["one@example.org", "other@example.org"] {
        let user = rig
            .auth
            .sign_up(&caller, sign_up(address, PASSWORD))
            .await
            .unwrap();
        assert_eq!(rig.users.get(user.id).await.unwrap().email, email(address));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn weak_passwords_are_refused() {
    let rig = Rig::new().await;
    for bad in ["short", "password123", "somebody-2024"] {
        let request = sign_up("somebody@example.org", bad);
        let error = rig
            .auth
            .sign_up(&nobody("Auth.SignUp"), request)
            .await
            .unwrap_err();
        let Error::Invalid(fields) = error else {
            panic!("{bad}: {error}")
        };
        assert_eq!(fields.0[0].field, "password");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_up_where_the_operator_makes_the_accounts() {
    let settings = AuthSettings {
        sign_up: false,
        ..AuthSettings::default()
    };
    let rig = Rig::with(settings).await;
    let error = rig
        .auth
        .sign_up(&nobody("Auth.SignUp"), sign_up("new@example.org", PASSWORD))
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "SIGN_UP_CLOSED");
    let event = rig.last_audit("Auth.SignUp").await;
    assert_eq!(
        (event.outcome, event.target.as_str()),
        (AuditOutcome::Refused, "email:new@example.org")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_link_is_mailed_to_unverified_accounts_only_and_the_answer_does_not_tell() {
    let rig = Rig::new().await;
    rig.account("verified@example.org", Role::Customer).await;
    rig.auth
        .sign_up(&nobody("Auth.SignUp"), sign_up("new@example.org", PASSWORD))
        .await
        .unwrap();
    rig.deliver().await;
    for address in ["verified@example.org", "new@example.org", "unknown@example.org"] {
        let caller = nobody("Auth.RequestEmailVerification");
        rig.auth
            .request_email_verification(&caller, &email(address))
            .await
            .unwrap();
    }
    let token = rig.mailed_token("new@example.org").await;
    assert_eq!(rig.mailbox.to("new@example.org").len(), 2);
    assert!(rig.mailbox.to("verified@example.org").is_empty());
    rig.auth
        .verify_email(&nobody("Auth.VerifyEmail"), &token)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_expires_and_a_stranger_cannot_make_mail_rain() {
    let rig = Rig::new().await;
    rig.auth
        .sign_up(&nobody("Auth.SignUp"), sign_up("new@example.org", PASSWORD))
        .await
        .unwrap();
    let token = rig.mailed_token("new@example.org").await;
    rig.advance(Duration::from_hours(25));
    let late = rig
        .auth
        .verify_email(&nobody("Auth.VerifyEmail"), &token)
        .await
        .unwrap_err();
    assert_eq!(late.reason(), "INVALID_FIELDS");

    let ask = || async {
        let caller = nobody("Auth.RequestEmailVerification");
        rig.auth
            .request_email_verification(&caller, &email("new@example.org"))
            .await
    };
    for _ in 0..5 {
        ask().await.unwrap();
    }
    assert_eq!(ask().await.unwrap_err().reason(), "RATE_LIMITED");
    rig.advance(Duration::from_hours(1));
    ask().await.unwrap();
}
