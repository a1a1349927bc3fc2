//! Many at once: guarded updates lose nothing and nobody is turned away for having been second.

use futures_util::future::join_all;
use hostlerd::adapters::store::connection::{AnyConn, Run, Scoped};
use hostlerd::adapters::store::errors::Outcome;
use hostlerd::domain::etag::Generation;
use hostlerd::domain::user::UserPatch;
use hostlerd::ports::store::{StoreError, UserStore};

use crate::fixture::on_every_engine;
use crate::samples::{at, mutation, user};

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
