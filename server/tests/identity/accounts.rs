//! Seeing and changing accounts: one's own, everybody's, and from the command line.

use hostlerd::domain::page::PageRequest;
use hostlerd::domain::user::{Locale, Role, UserFilter, UserPatch, UserState};
use hostlerd::engine::users::NewAccount;

use crate::rig::{PASSWORD, Rig, by, email, repeatable};

fn role(role: Role) -> UserPatch {
    UserPatch {
        role: Some(role),
        ..UserPatch::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_what_is_there_already_leaves_the_etag_alone() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (_, alice) = rig.session("alice@example.org").await;
    let caller = by(&alice, "Users.UpdateMe");
    let before = rig.users.get_me(&caller).await.unwrap();
    let same = UserPatch {
        display_name: Some(before.display_name.clone()),
        locale: Some(before.locale),
        ..UserPatch::default()
    };
    for patch in [same.clone(), UserPatch::default()] {
        let etag = before.generation.to_string();
        let after = rig.users.update_me(&caller, patch, Some(&etag)).await.unwrap();
        assert_eq!(after, before);
    }
    let stale = before.generation.next().to_string();
    let error = rig
        .users
        .update_me(&caller, same, Some(&stale))
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "ETAG_MISMATCH");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_change_their_name_and_language_and_nothing_else() {
    let rig = Rig::new().await;
    rig.account("alice@example.org", Role::Customer).await;
    let (_, alice) = rig.session("alice@example.org").await;
    let caller = by(&alice, "Users.UpdateMe");
    let before = rig.users.get_me(&caller).await.unwrap();
    let patch = UserPatch {
        display_name: Some("Alice".to_owned()),
        locale: Some(Locale::Japanese),
        ..UserPatch::default()
    };
    let etag = before.generation.to_string();
    let after = rig
        .users
        .update_me(&caller, patch.clone(), Some(&etag))
        .await
        .unwrap();
    assert_eq!(
        (after.display_name.as_str(), after.locale),
        ("Alice", Locale::Japanese)
    );
    let stale = rig
        .users
        .update_me(&caller, patch.clone(), Some(&etag))
        .await
        .unwrap_err();
    assert_eq!(stale.reason(), "ETAG_MISMATCH");
    let nonsense = rig
        .users
        .update_me(&caller, patch, Some("nonsense"))
        .await
        .unwrap_err();
    assert_eq!(nonsense.reason(), "ETAG_MISMATCH");
    let climb = rig
        .users
        .update_me(&caller, role(Role::Operator), None)
        .await
        .unwrap_err();
    assert_eq!(climb.reason(), "INVALID_FIELDS");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_changes_roles_but_not_their_own() {
    let rig = Rig::new().await;
    let operator = rig.operator().await;
    let user = rig.account("bob@example.org", Role::Customer).await;
    let caller = repeatable(by(&operator, "Users.UpdateUser"));
    let promoted = rig
        .users
        .update(&caller, user.id, role(Role::Support), None)
        .await
        .unwrap();
    assert_eq!(promoted.role, Role::Support);
    let again = rig
        .users
        .update(&caller, user.id, role(Role::Support), None)
        .await
        .unwrap();
    assert_eq!(again.generation, promoted.generation);

    let own = by(&operator, "Users.UpdateUser");
    let suicide = rig
        .users
        .update(&own, operator.user_id, role(Role::Customer), None)
        .await
        .unwrap_err();
    assert_eq!(suicide.reason(), "INVALID_FIELDS");
    let patch = UserPatch {
        state: Some(UserState::Suspended),
        ..UserPatch::default()
    };
    let suspended = rig
        .users
        .update(&own, operator.user_id, patch, None)
        .await
        .unwrap_err();
    assert_eq!(suspended.reason(), "INVALID_FIELDS");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_operators_who_demote_each_other_at_once_leave_one() {
    let rig = Rig::new().await;
    let one = rig.operator().await;
    rig.account("two@example.org", Role::Operator).await;
    let two = rig.session("two@example.org").await.1;
    let (a, b) = (by(&one, "Users.UpdateUser"), by(&two, "Users.UpdateUser"));
    let (first, second) = tokio::join!(
        rig.users.update(&a, two.user_id, role(Role::Customer), None),
        rig.users.update(&b, one.user_id, role(Role::Customer), None),
    );
    let loser = if first.is_ok() { second } else { first };
    assert_eq!(loser.unwrap_err().reason(), "LAST_OPERATOR");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_finds_accounts_by_part_of_the_address_and_by_role() {
    let rig = Rig::new().await;
    for name in ["alice", "bob", "alicia"] {
        rig.account(&format!("{name}@example.org"), Role::Customer).await;
    }
    rig.account("helper@example.org", Role::Support).await;
    let filter = UserFilter {
        email_contains: Some("ali".to_owned()),
        ..UserFilter::default()
    };
    let first = rig.users.list(&filter, PageRequest::first(1)).await.unwrap();
    assert_eq!(first.items[0].email, email("alice@example.org"));
    let rest = PageRequest {
        size: 10,
        after: first.next,
    };
    assert_eq!(
        rig.users.list(&filter, rest).await.unwrap().items[0].email,
        email("alicia@example.org")
    );
    let filter = UserFilter {
        role: Some(Role::Support),
        ..UserFilter::default()
    };
    assert_eq!(
        rig.users
            .list(&filter, PageRequest::first(10))
            .await
            .unwrap()
            .items
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_makes_and_mends_accounts() {
    let rig = Rig::new().await;
    let account = NewAccount {
        email: email("root@example.org"),
        password: None,
        role: Role::Operator,
        email_verified: true,
        locale: Locale::English,
    };
    let (user, password) = rig.users.create_by_command(account).await.unwrap();
    let signed_in = rig
        .sign_in("root@example.org", password.unwrap().expose())
        .await
        .unwrap();
    let event = rig.last_audit("user create").await;
    assert_eq!((event.credential.as_str(), event.user_id), ("command line", None));

    let new = rig.users.reset_password_by_command(&user.email).await.unwrap();
    rig.auth
        .authenticate(signed_in.tokens.access_token.expose())
        .await
        .unwrap_err();
    rig.sign_in("root@example.org", new.expose()).await.unwrap();

    let last = rig
        .users
        .set_role_by_command(&user.email, Role::Customer)
        .await
        .unwrap_err();
    assert_eq!(last.reason(), "LAST_OPERATOR");
    let other = rig.account("other@example.org", Role::Customer).await;
    rig.users
        .set_role_by_command(&other.email, Role::Operator)
        .await
        .unwrap();
    rig.users
        .set_role_by_command(&user.email, Role::Customer)
        .await
        .unwrap();
    let unknown = rig
        .users
        .set_role_by_command(&email("who@example.org"), Role::Operator)
        .await;
    assert_eq!(unknown.unwrap_err().reason(), "USER_NOT_FOUND");
    rig.sign_in("other@example.org", PASSWORD).await.unwrap();
}
