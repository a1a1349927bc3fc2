//! The schema: up, down and up again, by several servers at once, and never by surprise.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use diesel::migration::{Migration, MigrationSource};
use diesel::mysql::Mysql;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use futures_util::future::join_all;
use hostlerd::adapters::store::connection::{AnyConn, Watched};
use hostlerd::adapters::store::{SqlStore, StoreSettings};
use hostlerd::ports::store::{HealthStore, StoreError};

use crate::fixture::{Fixture, on_every_engine};

const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
const MYSQL: EmbeddedMigrations = embed_migrations!("../migrations/mysql");

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

const SQLITE_SHAPE: &str = "\
    SELECT type || ' ' || name || ' ' || COALESCE(sql, '') AS line FROM sqlite_master \
    WHERE name NOT LIKE 'sqlite_%' AND name <> '__diesel_schema_migrations' ORDER BY line";
const MYSQL_SHAPE: &str = "\
    SELECT CONCAT_WS(' ', 'column', table_name, ordinal_position, column_name, column_type, is_nullable, collation_name) AS line \
    FROM information_schema.columns WHERE table_schema = DATABASE() \
    UNION ALL SELECT CONCAT_WS(' ', 'index', table_name, index_name, seq_in_index, column_name, non_unique) \
    FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY line";

/// Tables, columns and indexes, a line each.
async fn shape(conn: &mut AnyConn) -> Vec<String> {
    // Only here: for iterators `all` means something else.
    use hostlerd::adapters::store::connection::Run;
    let sql = match conn {
        AnyConn::Sqlite(_) => SQLITE_SHAPE,
        AnyConn::Mysql(_) => MYSQL_SHAPE,
    };
    let lines: Vec<Line> = diesel::sql_query(sql).all(conn).await.unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

async fn down(conn: AnyConn) -> AnyConn {
    match conn {
        AnyConn::Sqlite(lite) => {
            let mut lite = lite.into_inner();
            lite.spawn_blocking(|conn| {
                conn.revert_all_migrations(SQLITE).unwrap();
                Ok::<_, diesel::result::Error>(())
            })
            .await
            .unwrap();
            AnyConn::Sqlite(Watched::new(lite))
        }
        AnyConn::Mysql(my) => {
            let mut harness = AsyncMigrationHarness::new(my.into_inner());
            harness.revert_all_migrations(MYSQL).unwrap();
            AnyConn::Mysql(Watched::new(harness.into_inner()))
        }
    }
}

on_every_engine!(the_schema_goes_up_down_and_up_again, |fixture| {
    let mut conn = fixture.database(1, 1).connect().await.unwrap();
    let first = shape(&mut conn).await;
    assert!(first.len() > 20, "{first:#?}");
    let mut conn = down(conn).await;
    let empty = shape(&mut conn).await;
    // What stays is what migrations rest on themselves.
    let foundation =
        |line: &String| line.contains("leader_leases") || line.contains("__diesel_schema_migrations");
    let left: Vec<_> = empty.into_iter().filter(|line| !foundation(line)).collect();
    assert!(left.is_empty(), "{left:#?}");
    drop(conn);
    SqlStore::migrate(&fixture.settings).await.unwrap();
    let mut conn = fixture.database(1, 1).connect().await.unwrap();
    assert_eq!(shape(&mut conn).await, first);
});

fn names<DB: diesel::backend::Backend>(migrations: &EmbeddedMigrations) -> Vec<String> {
    let migrations: Vec<Box<dyn Migration<DB>>> = MigrationSource::<DB>::migrations(migrations).unwrap();
    migrations
        .iter()
        .map(|migration| migration.name().to_string())
        .collect()
}

#[test]
fn both_engines_have_the_same_migrations() {
    assert_eq!(names::<Sqlite>(&SQLITE), names::<Mysql>(&MYSQL));
}

/// The tables and columns that a directory of migrations makes, read from its text.
fn columns_of(directory: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../migrations")
        .join(directory);
    let mut columns = BTreeSet::new();
    for migration in std::fs::read_dir(root).unwrap() {
        let text = std::fs::read_to_string(migration.unwrap().path().join("up.sql")).unwrap();
        let mut table = None;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("CREATE TABLE IF NOT EXISTS ") {
                table = rest.split(' ').next();
            } else if line.starts_with(')') {
                table = None;
            } else if let (Some(table), Some(column)) = (table, line.trim().split(' ').next())
                && column.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            {
                let null = if line.contains("NOT NULL") { "" } else { " null" };
                columns.insert(format!("{table}.{column}{null}"));
            }
        }
    }
    columns
}

#[test]
fn both_engines_have_the_same_columns() {
    let sqlite = columns_of("sqlite");
    assert!(sqlite.contains("servers.live_name null"), "{sqlite:#?}");
    assert_eq!(sqlite, columns_of("mysql"));
}

async fn opens_at_once(settings: &StoreSettings) {
    let opens = (0..3).map(|_| {
        let settings = settings.clone();
        tokio::spawn(async move { SqlStore::open(&settings).await })
    });
    for opened in join_all(opens).await {
        opened.unwrap().unwrap().ping().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_servers_that_start_at_once_migrate_once_on_sqlite() {
    let (settings, _directory) = Fixture::empty_sqlite();
    opens_at_once(&settings).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_servers_that_start_at_once_migrate_once_on_mysql() {
    let Some((settings, place)) = Fixture::empty_mysql().await else {
        return;
    };
    opens_at_once(&settings).await;
    place.drop_database().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_schema_is_refused_when_not_told_to_migrate() {
    let (mut settings, _directory) = Fixture::empty_sqlite();
    settings.migrate = false;
    let error = SqlStore::open(&settings).await.unwrap_err();
    let StoreError::Other(source) = error else {
        panic!("{error:?}")
    };
    assert!(source.to_string().contains("hostlerd migrate"), "{source}");
    SqlStore::migrate(&settings).await.unwrap();
    SqlStore::open(&settings).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migrated_file_opens_at_once() {
    let fixture = Fixture::sqlite().await;
    // The quickest of a few: other tests run beside this one.
    let mut quickest = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        SqlStore::open(&fixture.settings).await.unwrap();
        quickest = quickest.min(start.elapsed());
    }
    assert!(quickest < Duration::from_millis(100), "{quickest:?}");
}
