//! Accounts as their owners and the staff see and change them.

use hostler_proto::v1;
use hostler_tests::failure::{bad_fields, expect_refusal, refused};
use hostler_tests::life::request_id;
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::domain::user::Role;
use tonic::Code;

fn mask(paths: &[&str]) -> prost_types::FieldMask {
    prost_types::FieldMask {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    }
}

async fn me(api: &hostler_tests::api::Api) -> v1::User {
    let answer = api.users().get_me(v1::GetMeRequest {}).await.expect("an account");
    answer.into_inner().user.expect("an account")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_changes_ones_own_name_and_language_and_nothing_else() {
    let server = TestServer::start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let before = me(&alice).await;
    let request = v1::UpdateMeRequest {
        user: Some(v1::User {
            display_name: "Alice".to_owned(),
            locale: "ja".to_owned(),
            // Not in the mask, so it is not looked at.
            role: v1::UserRole::Operator.into(),
            ..Default::default()
        }),
        update_mask: Some(mask(&["display_name", "locale"])),
        etag: before.etag.clone(),
        request_id: request_id(),
    };
    let after = alice
        .users()
        .update_me(request.clone())
        .await
        .expect("a change")
        .into_inner()
        .user
        .expect("an account");
    assert_eq!(
        (after.display_name.as_str(), after.locale.as_str()),
        ("Alice", "ja")
    );
    assert_eq!(after.role(), v1::UserRole::Customer);
    assert_ne!(after.etag, before.etag);

    // The same request again is answered, not refused for its etag.
    let replayed = alice
        .users()
        .update_me(request.clone())
        .await
        .expect("a replay")
        .into_inner();
    assert_eq!(replayed.user.expect("an account").etag, after.etag);
    let stale = v1::UpdateMeRequest {
        request_id: request_id(),
        ..request.clone()
    };
    expect_refusal(alice.users().update_me(stale).await, "ABORTED ETAG_MISMATCH");
    let forbidden = v1::UpdateMeRequest {
        update_mask: Some(mask(&["role", "nonsense"])),
        etag: String::new(),
        request_id: String::new(),
        ..request
    };
    let status = refused(alice.users().update_me(forbidden).await);
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(
        bad_fields(&status)
            .iter()
            .all(|field| field.starts_with("update_mask")),
        "{status:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_account_is_out_at_once_and_back_when_it_is_lifted() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let id = me(&alice).await.id;
    let set = |state: v1::UserState| v1::UpdateUserRequest {
        user: Some(v1::User {
            id: id.clone(),
            state: state.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    operator
        .users()
        .update_user(set(v1::UserState::Suspended))
        .await
        .expect("a change");
    expect_refusal(
        alice.users().get_me(v1::GetMeRequest {}).await,
        "PERMISSION_DENIED ACCOUNT_SUSPENDED",
    );
    let nobody = server.nobody().await;
    let barred = nobody.sign_in("alice@example.org", PASSWORD).await.map(drop);
    expect_refusal(barred, "PERMISSION_DENIED ACCOUNT_SUSPENDED");
    operator
        .users()
        .update_user(set(v1::UserState::Active))
        .await
        .expect("a change");
    nobody
        .sign_in("alice@example.org", PASSWORD)
        .await
        .expect("a session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_taken_away_holds_for_the_next_call() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let helper = server.caller("helper@example.org", Role::Support).await;
    helper
        .users()
        .list_users(v1::ListUsersRequest::default())
        .await
        .expect("support may");
    let demote = v1::UpdateUserRequest {
        user: Some(v1::User {
            id: me(&helper).await.id,
            role: v1::UserRole::Customer.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    operator.users().update_user(demote).await.expect("a change");
    let status = refused(helper.users().list_users(v1::ListUsersRequest::default()).await);
    assert!(
        matches!(status.code(), Code::PermissionDenied | Code::Unauthenticated),
        "{status:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_cannot_lock_out_themselves() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let id = me(&operator).await.id;
    for user in [
        v1::User {
            id: id.clone(),
            role: v1::UserRole::Customer.into(),
            ..Default::default()
        },
        v1::User {
            id: id.clone(),
            state: v1::UserState::Suspended.into(),
            ..Default::default()
        },
    ] {
        let request = v1::UpdateUserRequest {
            user: Some(user),
            ..Default::default()
        };
        expect_refusal(
            operator.users().update_user(request).await,
            "INVALID_ARGUMENT INVALID_FIELDS",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_find_accounts_by_address_role_and_state() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    for name in ["anna", "annika", "bert"] {
        server.user(&format!("{name}@example.org"), Role::Customer).await;
    }
    let find = async |email: &str, role: v1::UserRole| {
        let request = v1::ListUsersRequest {
            email: email.to_owned(),
            role: role.into(),
            ..Default::default()
        };
        let answer = operator.users().list_users(request).await.expect("a list");
        answer
            .into_inner()
            .users
            .into_iter()
            .map(|user| user.email)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        find("ANN", v1::UserRole::Unspecified).await,
        ["anna@example.org", "annika@example.org"]
    );
    assert_eq!(find("", v1::UserRole::Operator).await, ["operator@example.org"]);
    assert!(find("%", v1::UserRole::Unspecified).await.is_empty());
}
