//! Many at once: guarded updates lose nothing and nobody is turned away for having been second.

use futures_util::future::join_all;
use hostlerd::adapters::store::connection::{AnyConn, Run, Scoped};
use hostlerd::adapters::store::errors::Outcome;
use hostlerd::domain::api_token::{ApiToken, Scope};
use hostlerd::domain::change::Change;
use hostlerd::domain::etag::Generation;
use hostlerd::domain::ids::{ApiTokenId, UserId};
use hostlerd::domain::operation::OperationKind;
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::server::ServerFilter;
use hostlerd::domain::user::{Role, User, UserFilter, UserPatch, UserState};
use hostlerd::ports::store::{ApiTokenStore, OperationStore, ServerStore, StoreError, UserStore};

use crate::fixture::on_every_engine;
use crate::samples::{at, hash, message, mutation, operation, server, user};

on_every_engine!(of_sixteen_guarded_updates_one_wins, |fixture| {
    let store = &fixture.store;
    let user = user();
    store
        .user_insert(&user, "hash", None, None, &mutation())
        .await
        .unwrap();
    let patch = UserPatch {
        display_name: Some("Ada".to_owned()),
        ..UserPatch::default()
    };
    let update = async || {
        store
            .user_update(user.id, Generation::FIRST, &patch, at(1), &mutation())
            .await
    };
    let outcomes = join_all((0..16).map(|_| update())).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let stale = |outcome: &&Result<_, StoreError>| matches!(outcome, Err(StoreError::Stale));
    assert_eq!(outcomes.iter().filter(stale).count(), 15, "{outcomes:?}");
});

on_every_engine!(sixteen_that_try_until_they_win_lose_no_update, |fixture| {
    let store = &fixture.store;
    let user = user();
    store
        .user_insert(&user, "hash", None, None, &mutation())
        .await
        .unwrap();
    let patch = UserPatch {
        display_name: Some("Ada".to_owned()),
        ..UserPatch::default()
    };
    let update = async || {
        loop {
            let seen = store.user_get(user.id).await.unwrap().generation;
            match store.user_update(user.id, seen, &patch, at(1), &mutation()).await {
                Ok(_) => return,
                Err(StoreError::Stale) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    };
    join_all((0..16).map(|_| update())).await;
    assert_eq!(store.user_get(user.id).await.unwrap().generation, Generation(17));
});

/// Changes two rows in the order given: two of these in opposite orders are a deadlock.
async fn swap(c: &mut AnyConn, first: &str, second: &str) -> Outcome<()> {
    for key in [first, second] {
        let sql = format!("UPDATE leader_leases SET lease_until = lease_until + 1 WHERE name = '{key}'");
        diesel::sql_query(sql).exec(c).await?;
    }
    Ok(())
}

on_every_engine!(transactions_that_deadlock_are_run_again, |fixture| {
    let database = fixture.database(16, 2);
    let insert = "INSERT INTO leader_leases (name, holder, lease_until) VALUES ('a', '', 0), ('b', '', 0)";
    database
        .write(|c| Scoped::new(async move { Ok(diesel::sql_query(insert).exec(c).await?) }))
        .await
        .unwrap();
    let forth = async || database.transaction(|c| Scoped::new(swap(c, "a", "b"))).await;
    let back = async || database.transaction(|c| Scoped::new(swap(c, "b", "a"))).await;
    let work = async |index: usize| {
        for _ in 0..10 {
            if index.is_multiple_of(2) {
                forth().await
            } else {
                back().await
            }
            .unwrap();
        }
    };
    join_all((0..8).map(work)).await;
    let check = "UPDATE leader_leases SET holder = 'ok' WHERE lease_until = 80";
    let right = database
        .write(|c| Scoped::new(async move { Ok(diesel::sql_query(check).exec(c).await?) }))
        .await
        .unwrap();
    assert_eq!(right, 2);
});

fn token(user: UserId, number: u8) -> ApiToken {
    ApiToken {
        id: ApiTokenId::generate(),
        user_id: user,
        name: format!("token-{number}"),
        scopes: vec![Scope::ServersRead],
        prefix: "hst_".to_owned(),
        hash: hash(number),
        create_time: at(0),
        expire_time: None,
        last_used_time: None,
        revoke_time: None,
    }
}

on_every_engine!(
    of_sixteen_that_want_the_last_places_as_many_get_one_as_there_are,
    |fixture| {
        let store = &fixture.store;
        let owner = user();
        store
            .user_insert(&owner, "hash", None, None, &mutation())
            .await
            .unwrap();
        let ask = async |number: u8| {
            store
                .api_token_insert(&token(owner.id, number), 3, &message(owner.id), &mutation())
                .await
        };
        let tokens = join_all((0..16).map(ask)).await;
        let order = async |number: u8| {
            let server = server(owner.id, &format!("web-{number}"));
            let work = operation(&server, OperationKind::ServerCreate);
            let place = Change::ServerPlace {
                owner_id: owner.id,
                limit: 3,
            };
            let changes = [place, Change::ServerInsert(Box::new(server))];
            store.operation_create(&work, &changes, &mutation()).await
        };
        let servers = join_all((0..16).map(order)).await;
        for outcomes in [&tokens, &servers] {
            let full =
                |outcome: &&Result<_, StoreError>| matches!(outcome, Err(StoreError::Full { limit: 3, .. }));
            assert_eq!(
                outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
                3,
                "{outcomes:?}"
            );
            assert_eq!(outcomes.iter().filter(full).count(), 13, "{outcomes:?}");
        }
        let mine = ServerFilter {
            owner_id: Some(owner.id),
            ..ServerFilter::default()
        };
        let page = PageRequest::first(99);
        assert_eq!(store.server_list(&mine, page).await.unwrap().items.len(), 3);
        assert_eq!(store.api_token_list(owner.id, page).await.unwrap().items.len(), 3);
    }
);

on_every_engine!(operators_who_all_demote_each_other_at_once_leave_one, |fixture| {
    let store = &fixture.store;
    let operators: Vec<User> = (0..8)
        .map(|_| User {
            role: Role::Operator,
            ..user()
        })
        .collect();
    for operator in &operators {
        store
            .user_insert(operator, "hash", None, None, &mutation())
            .await
            .unwrap();
    }
    let demote = async |index: usize| {
        let patch = if index.is_multiple_of(2) {
            UserPatch {
                role: Some(Role::Customer),
                ..UserPatch::default()
            }
        } else {
            UserPatch {
                state: Some(UserState::Suspended),
                ..UserPatch::default()
            }
        };
        let id = operators[index].id;
        store
            .user_update(id, Generation::FIRST, &patch, at(1), &mutation())
            .await
    };
    let outcomes = join_all((0..8).map(demote)).await;
    let last = |outcome: &&Result<_, StoreError>| matches!(outcome, Err(StoreError::LastOperator));
    assert_eq!(outcomes.iter().filter(last).count(), 1, "{outcomes:?}");
    let filter = UserFilter {
        email_contains: None,
        role: Some(Role::Operator),
        state: Some(UserState::Active),
    };
    let left = store.user_list(&filter, PageRequest::first(9)).await.unwrap();
    assert_eq!(left.items.len(), 1);
});
