//! Callers that go away. A dropped future must not give its answer to the next caller, and must not
//! leave a transaction open.

use std::sync::Arc;
use std::time::Duration;

use diesel::sql_types::BigInt;
use futures_util::future::join_all;
use hostlerd::adapters::store::connection::{AnyConn, Run, Scoped};
use hostlerd::adapters::store::errors::Outcome;
use hostlerd::domain::etag::Generation;
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::user::{User, UserFilter, UserPatch};
use hostlerd::ports::store::{HealthStore, StoreError, UserStore};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::fixture::{Fixture, on_every_engine};
use crate::samples::{at, mutation, user};

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

async fn number(c: &mut AnyConn, sql: &str) -> Outcome<i64> {
    let row: Number = diesel::sql_query(sql).one(c).await?;
    Ok(row.number)
}

/// A query that takes its time on this engine.
fn slow(fixture: &Fixture) -> &'static str {
    if fixture.is_mysql() {
        "SELECT CAST(SLEEP(0.3) AS SIGNED) AS number"
    } else {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) \
         SELECT COUNT(*) AS number FROM n"
    }
}

on_every_engine!(a_dropped_query_gives_its_answer_to_nobody, |fixture| {
    let database = fixture.database(1, 1);
    let read = async |sql: &'static str| database.read(|c| Scoped::new(number(c, sql))).await.unwrap();
    let (a, b) = (
        "SELECT CAST(222 AS SIGNED) AS number",
        "SELECT CAST(333 AS SIGNED) AS number",
    );
    // Prepared and cached, so that a late answer would be understood.
    assert_eq!((read(a).await, read(b).await), (222, 333));
    let slow = slow(fixture);
    let dropped = timeout(
        Duration::from_millis(50),
        database.read(|c| Scoped::new(number(c, slow))),
    )
    .await;
    assert!(dropped.is_err(), "the slow query was not slow");
    for _ in 0..2 {
        assert_eq!(read(a).await, 222);
        assert_eq!(read(b).await, 333);
    }
});

on_every_engine!(a_dropped_transaction_leaves_no_lock, |fixture| {
    let store = &fixture.store;
    let user = user();
    store
        .user_insert(&user, "hash", None, None, &mutation())
        .await
        .unwrap();
    let database = Arc::new(fixture.database(4, 1));
    let written = Arc::new(Notify::new());
    let task = tokio::spawn({
        let (database, written) = (database.clone(), written.clone());
        async move {
            let written = &*written;
            database
                .transaction(|c| {
                    Scoped::new(async move {
                        diesel::sql_query("UPDATE users SET display_name = 'dropped'")
                            .exec(c)
                            .await?;
                        written.notify_one();
                        std::future::pending::<Outcome<()>>().await
                    })
                })
                .await
        }
    });
    written.notified().await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    let patch = UserPatch {
        display_name: Some("written".to_owned()),
        ..UserPatch::default()
    };
    let mutation = mutation();
    let update = store.user_update(user.id, Generation::FIRST, &patch, at(1), &mutation);
    let updated = timeout(Duration::from_secs(3), update)
        .await
        .expect("waited for a lock")
        .unwrap();
    assert_eq!(updated.display_name, "written");
});

/// How long callers of the storm wait before they go away: from "at once" to "it was answered".
fn patience(turn: u64) -> Duration {
    Duration::from_micros((turn * 7919) % 2500)
}

/// What is stored about a user says for itself whether it belongs together.
fn assert_consistent(found: &User, asked: &User) {
    assert_eq!(found.id, asked.id, "another caller's answer");
    assert_eq!(found.email, asked.email);
    assert_eq!(found.display_name, format!("generation {}", found.generation));
}

on_every_engine!(answers_stay_right_while_callers_go_away, |fixture| {
    let store = &fixture.store;
    let mut users = Vec::new();
    for _ in 0..8 {
        let mut user = user();
        user.display_name = format!("generation {}", Generation::FIRST);
        store
            .user_insert(&user, "hash", None, None, &mutation())
            .await
            .unwrap();
        users.push(user);
    }
    let users = &users;
    let storm = async |index: usize| {
        let mine = &users[index];
        let mut generation = Generation::FIRST;
        for turn in 0..150_u64 {
            let patience = patience(turn * 8 + index as u64);
            match turn % 3 {
                0 => drop(timeout(patience, store.user_get(users[(index + 3) % 8].id)).await),
                1 => drop(
                    timeout(
                        patience,
                        store.user_list(&UserFilter::default(), PageRequest::first(8)),
                    )
                    .await,
                ),
                _ => {
                    let patch = UserPatch {
                        display_name: Some(format!("generation {}", generation.next())),
                        ..UserPatch::default()
                    };
                    let mutation = mutation();
                    let update = store.user_update(mine.id, generation, &patch, at(1), &mutation);
                    drop(timeout(patience, update).await);
                }
            }
            let found = store.user_get(mine.id).await.unwrap();
            assert_consistent(&found, mine);
            // A dropped write happened or not; nobody else writes to this user.
            assert!(found.generation == generation || found.generation == generation.next());
            generation = found.generation;
            let other = &users[(index + 1) % 8];
            assert_consistent(&store.user_by_email(&other.email).await.unwrap(), other);
        }
    };
    join_all((0..8).map(storm)).await;
});

on_every_engine!(killed_connections_heal, |fixture| {
    let store = &fixture.store;
    let user = user();
    store
        .user_insert(&user, "hash", None, None, &mutation())
        .await
        .unwrap();
    for _ in 0..3 {
        // Several connections are open and idle when the server goes away.
        for ping in join_all((0..6).map(|_| store.ping())).await {
            ping.unwrap();
        }
        let killed = fixture.kill_connections().await;
        assert!(killed > 0 || !fixture.is_mysql());
        // A read is run again on another connection; its caller notices nothing.
        assert_eq!(store.user_get(user.id).await.unwrap(), user);
    }
    for ping in join_all((0..6).map(|_| store.ping())).await {
        ping.unwrap();
    }
    fixture.kill_connections().await;
    // A write may have happened, so its caller is told; the next one finds a sound connection.
    let write = async || store.user_password_upgrade(user.id, "hash", "hash").await;
    match write().await {
        Ok(()) | Err(StoreError::Unavailable(_)) => {}
        Err(error) => panic!("{error:?}"),
    }
    write().await.unwrap();
});
