//! Brings the schema up to date when a server starts, one server at a time.
//!
//! Diesel's migrations take no lock of their own. A row in `leader_leases`, which one idempotent
//! statement makes before any migration, lets one process work while the others wait and look.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use uuid::Uuid;

use super::connection::{AnyConn, Database, Run, Scoped, Target, Watched};
use super::errors::{Failure, Outcome};
use super::lease_rows;
use crate::domain::time::Timestamp;
use crate::ports::store::{StoreError, StoreResult};

const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
const MYSQL: EmbeddedMigrations = embed_migrations!("../migrations/mysql");

/// Who migrates holds this lease, renewed before each migration.
const LEASE: &str = "schema";
const LEASE_TIME: Duration = Duration::from_mins(2);
/// Longer than a lease, so that a holder that died is outwaited.
const PATIENCE: Duration = Duration::from_mins(3);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

const LEADER_LEASES_SQLITE: &str = "\
    CREATE TABLE IF NOT EXISTS leader_leases (\
        name TEXT NOT NULL, holder TEXT NOT NULL, lease_until INTEGER NOT NULL, PRIMARY KEY (name)\
    ) STRICT, WITHOUT ROWID";
const LEADER_LEASES_MYSQL: &str = "\
    CREATE TABLE IF NOT EXISTS leader_leases (\
        name VARCHAR(64) NOT NULL, holder VARCHAR(64) NOT NULL, lease_until BIGINT NOT NULL, PRIMARY KEY (name)\
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

diesel::table! {
    /// Diesel's own record of what has run.
    #[sql_name = "__diesel_schema_migrations"]
    schema_migrations (version) {
        version -> Text,
        run_on -> Text,
    }
}

#[derive(Debug, thiserror::Error)]
enum MigrationError {
    #[error(
        "the schema is old: {count} migrations are pending; run `hostlerd migrate`, or start without --no-migrate"
    )]
    Pending { count: usize },
    #[error("another server has been migrating the schema for minutes")]
    Waited,
    #[error("migration failed: {0}")]
    Failed(String),
}

impl From<MigrationError> for StoreError {
    fn from(error: MigrationError) -> Self {
        Self::Other(error.into())
    }
}

/// Fails when a migration is pending. A schema that is newer than this program is fine: changes
/// only ever add, until no older program is left.
pub(super) async fn check(database: &Database) -> StoreResult<()> {
    match pending(database).await? {
        0 => Ok(()),
        count => Err(MigrationError::Pending { count }.into()),
    }
}

/// Runs what is pending, or waits for somebody else to have done so.
pub(super) async fn run(database: &Database) -> StoreResult<()> {
    if pending(database).await? == 0 {
        return Ok(());
    }
    make_lease_table(database).await?;
    let holder = Uuid::now_v7().to_string();
    let outwaited = tokio::time::timeout(PATIENCE, async {
        while !take_lease(database, &holder).await? {
            if pending(database).await? == 0 {
                return Ok(false);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok::<_, StoreError>(true)
    });
    let ours = outwaited.await.map_err(|_| MigrationError::Waited)??;
    if !ours {
        return Ok(());
    }
    let outcome = run_pending(database, &holder).await;
    lease_rows::release(database, LEASE, &holder).await?;
    outcome
}

async fn run_pending(database: &Database, holder: &str) -> StoreResult<()> {
    let mut conn = database.connect().await?;
    loop {
        if pending(database).await? == 0 {
            return Ok(());
        }
        if !take_lease(database, holder).await? {
            return Err(MigrationError::Waited.into());
        }
        let version;
        (conn, version) = run_next(conn).await?;
        tracing::info!(%version, "migrated the schema");
    }
}

/// Runs the next pending migration, on the blocking pool: the harness is synchronous.
async fn run_next(conn: AnyConn) -> StoreResult<(AnyConn, String)> {
    let failed = |error: String| StoreError::from(MigrationError::Failed(error));
    match conn {
        AnyConn::Sqlite(lite) => {
            let mut lite = lite.into_inner();
            let version = lite
                .spawn_blocking(|conn| Ok(next_version(conn.run_next_migration(SQLITE))))
                .await
                .map_err(|error: diesel::result::Error| failed(error.to_string()))?
                .map_err(failed)?;
            Ok((AnyConn::Sqlite(Watched::new(lite)), version))
        }
        AnyConn::Mysql(my) => {
            let work = tokio::task::spawn_blocking(move || {
                let mut harness = AsyncMigrationHarness::new(my.into_inner());
                let version = next_version(harness.run_next_migration(MYSQL))?;
                Ok::<_, String>((harness.into_inner(), version))
            });
            let (conn, version) = work
                .await
                .map_err(|error| failed(error.to_string()))?
                .map_err(failed)?;
            Ok((AnyConn::Mysql(Watched::new(conn)), version))
        }
    }
}

fn next_version(outcome: diesel::migration::Result<MigrationVersion<'_>>) -> Result<String, String> {
    outcome
        .map(|version| version.to_string())
        .map_err(|error| error.to_string())
}

/// How many of our migrations have not run. One cheap query: most starts find nothing to do.
async fn pending(database: &Database) -> StoreResult<usize> {
    let ours = match database.target() {
        Target::Sqlite(_) => versions::<Sqlite>(&SQLITE)?,
        Target::Mysql(_) => versions::<Mysql>(&MYSQL)?,
    };
    let ran = database.write(|c| Scoped::new(ran(c))).await?;
    Ok(ours.difference(&ran).count())
}

fn versions<DB: diesel::backend::Backend>(
    migrations: &impl MigrationSource<DB>,
) -> StoreResult<BTreeSet<String>> {
    let migrations: Vec<Box<dyn Migration<DB>>> = migrations.migrations().map_err(StoreError::Other)?;
    Ok(migrations
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect())
}

async fn ran(c: &mut AnyConn) -> Outcome<BTreeSet<String>> {
    let versions = schema_migrations::table.select(schema_migrations::version);
    match versions.all::<String>(c).await {
        Ok(versions) => Ok(versions.into_iter().collect()),
        Err(error) if is_missing_table(&error) => Ok(BTreeSet::new()),
        Err(error) => Err(error.into()),
    }
}

fn is_missing_table(error: &diesel::result::Error) -> bool {
    let text = error.to_string();
    text.starts_with("no such table") || (text.starts_with("Table ") && text.ends_with("doesn't exist"))
}

async fn make_lease_table(database: &Database) -> StoreResult<()> {
    let sql = match database.target() {
        Target::Sqlite(_) => LEADER_LEASES_SQLITE,
        Target::Mysql(_) => LEADER_LEASES_MYSQL,
    };
    database
        .write(|c| Scoped::new(async move { c.batch_execute(sql).await.map_err(Failure::from) }))
        .await
}

async fn take_lease(database: &Database, holder: &str) -> StoreResult<bool> {
    let now = wall_clock();
    lease_rows::acquire(database, LEASE, holder, now, now + LEASE_TIME).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "a lease among starting servers; no test sets the time here and no clock is there yet"
)]
fn wall_clock() -> Timestamp {
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_micros(0) + since_epoch
}
