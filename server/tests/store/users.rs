//! Users, sessions, tokens: what signing in rests on.

use hostlerd::domain::api_token::{ApiToken, Scope};
use hostlerd::domain::audit::AuditFilter;
use hostlerd::domain::etag::Generation;
use hostlerd::domain::ids::{ApiTokenId, SessionId, UserId};
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::session::AccessToRevoke;
use hostlerd::domain::user::{Role, UserFilter, UserPatch};
use hostlerd::ports::store::{
    ApiTokenStore, AuditStore, HealthStore, OutboxStore, SessionStore, StoreError, UserStore,
};

use crate::fixture::{Fixture, on_every_engine};
use crate::samples::{at, hash, message, mutation, reset_link, session, user};

async fn new_user(fixture: &Fixture) -> UserId {
    let user = user();
    let store = &fixture.store;
    store
        .user_insert(&user, "hash", None, None, &mutation())
        .await
        .unwrap();
    user.id
}

fn token(user: UserId, name: &str, byte: u8) -> ApiToken {
    ApiToken {
        id: ApiTokenId::generate(),
        user_id: user,
        name: name.to_owned(),
        scopes: vec![Scope::ServersRead, Scope::ServersWrite],
        prefix: "hst_abcd".to_owned(),
        hash: hash(byte),
        create_time: at(0),
        expire_time: Some(at(50)),
        last_used_time: None,
        revoke_time: None,
    }
}

on_every_engine!(a_user_comes_back_as_it_went_in, |fixture| {
    let store = &fixture.store;
    store.ping().await.unwrap();
    let user = user();
    let link = reset_link(user.id);
    let mail = message(user.id);
    store
        .user_insert(&user, "argon", Some(&link), Some(&mail), &mutation())
        .await
        .unwrap();
    assert_eq!(store.user_get(user.id).await.unwrap(), user);
    assert_eq!(store.user_by_email(&user.email).await.unwrap(), user);
    assert_eq!(store.user_password_hash(user.id).await.unwrap(), "argon");
    assert_eq!(store.email_token_get(link.id).await.unwrap(), link);
    assert_eq!(store.outbox_claim("me", at(0), at(9), 10).await.unwrap(), [mail]);
    let audit = store
        .audit_list(&AuditFilter::default(), PageRequest::first(10))
        .await
        .unwrap();
    assert_eq!(audit.items.len(), 1);
    let missing = store.user_get(UserId::generate()).await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound), "{missing:?}");
});

on_every_engine!(an_email_address_is_taken_once, |fixture| {
    let store = &fixture.store;
    let first = user();
    store
        .user_insert(&first, "h", None, None, &mutation())
        .await
        .unwrap();
    let mut second = user();
    second.email = first.email.clone();
    let error = store
        .user_insert(&second, "h", None, None, &mutation())
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::AlreadyExists { what: "user_email" }),
        "{error:?}"
    );
    // Nothing of the second is left, not even in the audit log.
    assert_eq!(
        store
            .audit_list(&AuditFilter::default(), PageRequest::first(10))
            .await
            .unwrap()
            .items
            .len(),
        1
    );
});

on_every_engine!(an_update_is_guarded_by_the_generation, |fixture| {
    let store = &fixture.store;
    let id = new_user(fixture).await;
    let patch = UserPatch {
        role: Some(Role::Operator),
        ..UserPatch::default()
    };
    let updated = store
        .user_update(id, Generation::FIRST, &patch, at(5), &mutation())
        .await
        .unwrap();
    assert_eq!(updated.role, Role::Operator);
    assert_eq!(updated.generation, Generation(2));
    assert_eq!(updated.update_time, at(5));
    let stale = store
        .user_update(id, Generation::FIRST, &patch, at(6), &mutation())
        .await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    let nobody = UserId::generate();
    let missing = store
        .user_update(nobody, Generation::FIRST, &patch, at(6), &mutation())
        .await;
    assert!(matches!(missing, Err(StoreError::NotFound)), "{missing:?}");
});

on_every_engine!(users_are_listed_in_pages_and_filtered, |fixture| {
    let store = &fixture.store;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(new_user(fixture).await);
    }
    let mut seen = Vec::new();
    let mut page = PageRequest::first(2);
    loop {
        let found = store.user_list(&UserFilter::default(), page).await.unwrap();
        seen.extend(found.items.iter().map(|user| user.id));
        match found.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, all);
    let part = store.user_get(all[3]).await.unwrap().email.as_str()[..32].to_owned();
    let mut filter = UserFilter {
        email_contains: Some(part),
        ..UserFilter::default()
    };
    let found = store.user_list(&filter, PageRequest::first(9)).await.unwrap();
    assert_eq!(
        found.items.iter().map(|user| user.id).collect::<Vec<_>>(),
        [all[3]]
    );
    // Wildcards of LIKE are plain characters.
    filter.email_contains = Some("%".to_owned());
    assert!(
        store
            .user_list(&filter, PageRequest::first(9))
            .await
            .unwrap()
            .items
            .is_empty()
    );
});

on_every_engine!(setting_a_password_revokes_sessions_and_uses_up_links, |fixture| {
    let store = &fixture.store;
    let id = new_user(fixture).await;
    let (kept, other) = (session(id, 1), session(id, 2));
    store.session_insert(&kept, &mutation()).await.unwrap();
    store.session_insert(&other, &mutation()).await.unwrap();
    let (used, open) = (reset_link(id), reset_link(id));
    for link in [&used, &open] {
        store
            .email_token_insert(link, &message(id), &mutation())
            .await
            .unwrap();
    }
    let set = || async {
        store
            .user_password_set(
                id,
                "new",
                AccessToRevoke::OtherSessions(kept.id),
                Some(used.id),
                None,
                at(7),
                &mutation(),
            )
            .await
    };
    set().await.unwrap();
    assert_eq!(store.user_password_hash(id).await.unwrap(), "new");
    let standings = store
        .session_standings(&[kept.id, other.id, SessionId::generate()])
        .await
        .unwrap();
    assert_eq!(standings.len(), 2);
    for standing in standings {
        assert_eq!(standing.revoked, standing.session_id == other.id);
    }
    for link in [used.id, open.id] {
        assert_eq!(store.email_token_get(link).await.unwrap().use_time, Some(at(7)));
    }
    let again = set().await;
    assert!(matches!(again, Err(StoreError::Stale)), "{again:?}");
    let upgrade = store.user_password_upgrade(id, "old", "newer").await;
    assert!(matches!(upgrade, Err(StoreError::Stale)), "{upgrade:?}");
    store.user_password_upgrade(id, "new", "newer").await.unwrap();
    assert_eq!(store.user_password_hash(id).await.unwrap(), "newer");
});

on_every_engine!(an_expired_link_verifies_nothing, |fixture| {
    let store = &fixture.store;
    let id = new_user(fixture).await;
    let link = reset_link(id);
    store
        .email_token_insert(&link, &message(id), &mutation())
        .await
        .unwrap();
    let late = store.user_verify(link.id, at(100), &mutation()).await;
    assert!(matches!(late, Err(StoreError::Stale)), "{late:?}");
    assert!(
        store
            .user_verify(link.id, at(99), &mutation())
            .await
            .unwrap()
            .email_verified
    );
});

on_every_engine!(a_refresh_token_rotates_once, |fixture| {
    let store = &fixture.store;
    let id = new_user(fixture).await;
    let session = session(id, 1);
    store.session_insert(&session, &mutation()).await.unwrap();
    let rotate =
        |new: u8| store.session_rotate(session.id, hash(1), hash(new), "::1", "curl", at(3), at(2000));
    let (left, right) = tokio::join!(rotate(2), rotate(3));
    assert!(left.is_ok() != right.is_ok(), "{left:?} {right:?}");
    let stored = store.session_get(session.id).await.unwrap();
    assert_eq!(stored.previous_hash, Some(hash(1)));
    assert_eq!(stored.expire_time, at(2000));
    store
        .session_revoke(id, session.id, at(4), &mutation())
        .await
        .unwrap();
    store
        .session_revoke(id, session.id, at(5), &mutation())
        .await
        .unwrap();
    assert_eq!(
        store.session_get(session.id).await.unwrap().revoke_time,
        Some(at(4))
    );
    let theirs = store
        .session_revoke(UserId::generate(), session.id, at(5), &mutation())
        .await;
    assert!(matches!(theirs, Err(StoreError::NotFound)), "{theirs:?}");
    let live = store
        .session_list(id, at(5), PageRequest::first(5))
        .await
        .unwrap();
    assert!(live.items.is_empty());
    assert_eq!(store.session_prune(at(4), 10).await.unwrap(), 0);
    assert_eq!(store.session_prune(at(5), 10).await.unwrap(), 1);
});

on_every_engine!(a_token_name_is_free_again_once_revoked, |fixture| {
    let store = &fixture.store;
    let id = new_user(fixture).await;
    let first = token(id, "ci", 1);
    store
        .api_token_insert(&first, 2, &message(id), &mutation())
        .await
        .unwrap();
    let taken = store
        .api_token_insert(&token(id, "ci", 2), 2, &message(id), &mutation())
        .await;
    assert!(
        matches!(
            taken,
            Err(StoreError::AlreadyExists {
                what: "api_token_name"
            })
        ),
        "{taken:?}"
    );
    store.api_token_touch(first.id, at(8)).await.unwrap();
    store
        .api_token_revoke(id, first.id, at(9), &mutation())
        .await
        .unwrap();
    let second = token(id, "ci", 3);
    store
        .api_token_insert(&second, 2, &message(id), &mutation())
        .await
        .unwrap();
    let listed = store.api_token_list(id, PageRequest::first(5)).await.unwrap();
    assert_eq!(listed.items, [second]);
    let mut standings = store
        .api_token_standings(&[hash(1), hash(3), hash(9)])
        .await
        .unwrap();
    standings.sort_by_key(|(hash, _)| hash.0);
    assert_eq!(standings.len(), 2);
    assert!(standings[0].1.revoked && !standings[1].1.revoked);
    assert_eq!(standings[0].1.last_used_time, Some(at(8)));
    assert_eq!(standings[1].1.scopes, first.scopes);
});

on_every_engine!(tokens_that_are_over_are_removed_in_time, |fixture| {
    let store = &fixture.store;
    let user = new_user(fixture).await;
    let tokens = [
        token(user, "expired", 1),
        token(user, "revoked", 2),
        token(user, "live", 3),
    ];
    for token in &tokens {
        let expire_time = (token.name == "expired").then_some(at(50));
        let token = ApiToken {
            expire_time,
            ..token.clone()
        };
        store
            .api_token_insert(&token, 99, &message(user), &mutation())
            .await
            .unwrap();
    }
    store
        .api_token_revoke(user, tokens[1].id, at(40), &mutation())
        .await
        .unwrap();
    assert_eq!(store.api_token_prune(at(40), 9).await.unwrap(), 0);
    assert_eq!(store.api_token_prune(at(51), 9).await.unwrap(), 2);
    let left = store.api_token_list(user, PageRequest::first(9)).await.unwrap();
    assert_eq!(left.items[0].id, tokens[2].id);
});
