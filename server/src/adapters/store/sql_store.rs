//! The store itself: a database that is there and has the right schema. What it can do is in one
//! file per noun.

use std::path::PathBuf;

use async_trait::async_trait;

use super::connection::{AnyConn, Database, Run, Scoped, Target};
use super::errors::Outcome;
use super::migrations;
use super::presence::{Alone, Presence, free_leases};
use super::stats::KnownNumbers;
use crate::domain::pool_usage::PoolUsage;
use crate::ports::store::{HealthStore, StoreError, StoreResult};

#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// `sqlite:///var/lib/hostler/hostler.db` or `mysql://user:password@host:3306/database`.
    pub url: String,
    /// Whether to bring an old schema up to date; otherwise it is an error.
    pub migrate: bool,
    /// The root that a MySQL server's certificate is checked against; the well-known ones if none.
    pub ca_file: Option<PathBuf>,
    /// Connections to MySQL at most. SQLite has one writer whatever this says.
    pub max_connections: u32,
    /// Readers of SQLite's file at most.
    pub reader_connections: u32,
}

impl StoreSettings {
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            migrate: true,
            ca_file: None,
            max_connections: 16,
            reader_connections: 4,
        }
    }
}

pub struct SqlStore {
    pub(super) database: Database,
    pub(super) stat_numbers: KnownNumbers,
    /// Of a SQLite file, whose lock file says that somebody is there.
    _presence: Option<Presence>,
}

impl std::fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqlStore").finish_non_exhaustive()
    }
}

impl SqlStore {
    /// Connects and sees to the schema; where nobody else is at the database, leases of the dead end.
    pub async fn open(settings: &StoreSettings) -> StoreResult<Self> {
        let database = connect(settings)?;
        let Target::Sqlite(path) = database.target().clone() else {
            see_to_schema(&database, settings.migrate).await?;
            return Ok(Self {
                database,
                stat_numbers: KnownNumbers::default(),
                _presence: None,
            });
        };
        let alone = Alone::enter(&path).map_err(unavailable)?;
        see_to_schema(&database, settings.migrate).await?;
        if alone.is_some() {
            let freed = database.write(|c| Scoped::new(free_leases(c))).await?;
            if freed > 0 {
                tracing::info!(operations = freed, "taking up what the last process left");
            }
        }
        let presence = tokio::task::spawn_blocking(move || Presence::share(&path, alone));
        let presence = presence.await.map_err(|error| StoreError::Other(error.into()))?;
        Ok(Self {
            database,
            stat_numbers: KnownNumbers::default(),
            _presence: Some(presence.map_err(unavailable)?),
        })
    }

    /// Brings the schema up to date and does nothing else.
    pub async fn migrate(settings: &StoreSettings) -> StoreResult<()> {
        see_to_schema(&connect(settings)?, true).await
    }
}

fn connect(settings: &StoreSettings) -> StoreResult<Database> {
    let target = Target::parse(&settings.url, settings.ca_file.as_deref())
        .map_err(|error| StoreError::Other(error.into()))?;
    Database::new(target, settings.max_connections, settings.reader_connections)
}

async fn see_to_schema(database: &Database, migrate: bool) -> StoreResult<()> {
    if migrate {
        migrations::run(database).await
    } else {
        migrations::check(database).await
    }
}

fn unavailable(error: std::io::Error) -> StoreError {
    StoreError::Unavailable(error.into())
}

async fn one_answers(c: &mut AnyConn) -> Outcome<()> {
    let _: i32 = diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"))
        .one(c)
        .await?;
    Ok(())
}

#[async_trait]
impl HealthStore for SqlStore {
    async fn ping(&self) -> StoreResult<()> {
        self.database.read(|c| Scoped::new(one_answers(c))).await?;
        self.database.write(|c| Scoped::new(one_answers(c))).await
    }

    fn pools(&self) -> Vec<PoolUsage> {
        self.database.pools()
    }
}
