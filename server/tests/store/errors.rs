//! Every text that is read from a database, made by that database: a new version that words it
//! differently is noticed here.

use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::SimpleAsyncConnection;
use hostlerd::adapters::store::connection::{AnyConn, Database};
use hostlerd::adapters::store::errors::{Failure, classify};
use hostlerd::adapters::store::{SqlStore, StoreSettings};
use hostlerd::ports::store::StoreError;

use crate::fixture::{Fixture, on_every_engine};

async fn connect(database: &Database) -> AnyConn {
    database.connect().await.unwrap()
}

/// The error that a statement ends with.
async fn error(conn: &mut AnyConn, sql: &str) -> Error {
    use hostlerd::adapters::store::connection::Run;
    diesel::sql_query(sql).exec(conn).await.expect_err(sql)
}

async fn run(conn: &mut AnyConn, sql: &str) {
    conn.batch_execute(sql).await.expect(sql);
}

fn assert_contended(error: Error) {
    assert!(matches!(classify(error), Failure::Contended(_)));
}

fn assert_unavailable(error: Error) {
    let failure = classify(error);
    assert!(
        matches!(failure, Failure::Store(StoreError::Unavailable(_))),
        "{failure:?}"
    );
}

const LEASES: &str =
    "INSERT INTO leader_leases (name, holder, lease_until) VALUES ('a', '', 0), ('b', '', 0)";

on_every_engine!(a_second_row_of_a_key_is_a_unique_violation, |fixture| {
    let mut conn = connect(&fixture.database(1, 1)).await;
    run(&mut conn, LEASES).await;
    let violation = error(&mut conn, LEASES).await;
    assert!(
        matches!(
            violation,
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)
        ),
        "{violation}"
    );
    // Expected by no query: a bug, and no reason to try again.
    assert!(matches!(
        classify(violation),
        Failure::Store(StoreError::Other(_))
    ));
});

on_every_engine!(a_statement_that_does_not_parse_is_a_bug, |fixture| {
    let mut conn = connect(&fixture.database(1, 1)).await;
    for sql in [
        "SELEC 1",
        "UPDATE nothing SET a = 1",
        "INSERT INTO users (id) VALUES (NULL)",
    ] {
        let failure = classify(error(&mut conn, sql).await);
        assert!(
            matches!(failure, Failure::Store(StoreError::Other(_))),
            "{sql}: {failure:?}"
        );
    }
});

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_sqlite_file_is_contended() {
    let fixture = Fixture::sqlite().await;
    let database = fixture.database(1, 1);
    let (mut holder, mut other) = (connect(&database).await, connect(&database).await);
    run(&mut holder, "BEGIN IMMEDIATE").await;
    run(&mut other, "PRAGMA busy_timeout = 0").await;
    assert_contended(error(&mut other, LEASES).await);
    assert_contended(error(&mut other, "BEGIN IMMEDIATE").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_or_read_only_sqlite_database_is_unavailable() {
    let fixture = Fixture::sqlite().await;
    let mut conn = connect(&fixture.database(1, 1)).await;
    // The number of pages cannot go below what is there.
    run(&mut conn, "PRAGMA max_page_count = 1").await;
    let big = "INSERT INTO outbox (id, body, attempt, run_after, last_error, gave_up, create_time) \
               VALUES (x'00', hex(zeroblob(1000000)), 0, 0, '', 0, 0)";
    assert_unavailable(error(&mut conn, big).await);
    run(&mut conn, "PRAGMA query_only = ON").await;
    assert_unavailable(error(&mut conn, LEASES).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_file_that_cannot_be_opened_is_unavailable() {
    let directory = tempfile::tempdir().unwrap();
    // A directory is no database.
    let settings = StoreSettings::new(format!("sqlite://{}", directory.path().display()));
    let error = SqlStore::open(&settings).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mysql_server_that_is_not_there_is_unavailable() {
    // Port 1 is nobody's.
    let settings = StoreSettings::new("mysql://nobody:secret@127.0.0.1:1/hostler");
    let error = SqlStore::open(&settings).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_of_mysql_are_contended() {
    let Some(fixture) = Fixture::mysql().await else {
        return;
    };
    let database = fixture.database(2, 2);
    let (mut one, mut two) = (connect(&database).await, connect(&database).await);
    run(&mut one, LEASES).await;
    for conn in [&mut one, &mut two] {
        run(conn, "SET SESSION innodb_lock_wait_timeout = 1").await;
        run(conn, "BEGIN").await;
    }
    let update = |name: &str| format!("UPDATE leader_leases SET lease_until = 1 WHERE name = '{name}'");
    run(&mut one, &update("a")).await;
    let waited = error(&mut two, &update("a")).await;
    assert!(
        waited.to_string().starts_with("Lock wait timeout exceeded"),
        "{waited}"
    );
    assert_contended(waited);

    run(&mut two, "ROLLBACK; BEGIN").await;
    run(&mut two, &update("b")).await;
    for conn in [&mut one, &mut two] {
        run(conn, "SET SESSION innodb_lock_wait_timeout = 5").await;
    }
    let (update_b, update_a) = (update("b"), update("a"));
    let (first, second) = tokio::join!(one.batch_execute(&update_b), two.batch_execute(&update_a));
    let deadlock = first.and(second).expect_err("one of the two is the victim");
    assert!(deadlock.to_string().starts_with("Deadlock found"), "{deadlock}");
    assert_contended(deadlock);
    drop((one, two));
    fixture.drop_database().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_mysql_connection_is_lost_and_a_check_is_a_bug() {
    let Some(fixture) = Fixture::mysql().await else {
        return;
    };
    let mut conn = connect(&fixture.database(1, 1)).await;
    run(
        &mut conn,
        "CREATE TABLE checked (n BIGINT PRIMARY KEY, CHECK (n < 10))",
    )
    .await;
    let check = error(&mut conn, "INSERT INTO checked VALUES (10)").await;
    assert!(matches!(classify(check), Failure::Store(StoreError::Other(_))));

    fixture.kill_connections().await;
    let lost = classify(error(&mut conn, LEASES).await);
    assert!(matches!(lost, Failure::Lost(_)), "{lost:?}");
    let lost = classify(error(&mut conn, LEASES).await);
    assert!(matches!(lost, Failure::Lost(_)), "{lost:?}");
    fixture.drop_database().await;
}
