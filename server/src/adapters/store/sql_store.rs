//! The store itself: a database that is there and has the right schema. What it can do is in one
//! file per noun.

use std::path::PathBuf;

use async_trait::async_trait;

use super::connection::{AnyConn, Database, Run, Scoped, Target};
use super::errors::Outcome;
use super::migrations;
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
}

impl std::fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqlStore").finish_non_exhaustive()
    }
}

impl SqlStore {
    /// Connects and sees to the schema.
    pub async fn open(settings: &StoreSettings) -> StoreResult<Self> {
        let store = Self::connect(settings)?;
        if settings.migrate {
            migrations::run(&store.database).await?;
        } else {
            migrations::check(&store.database).await?;
        }
        Ok(store)
    }

    /// Brings the schema up to date and does nothing else.
    pub async fn migrate(settings: &StoreSettings) -> StoreResult<()> {
        let store = Self::connect(settings)?;
        migrations::run(&store.database).await
    }

    fn connect(settings: &StoreSettings) -> StoreResult<Self> {
        let target = Target::parse(&settings.url, settings.ca_file.as_deref())
            .map_err(|error| StoreError::Other(error.into()))?;
        let database = Database::new(target, settings.max_connections, settings.reader_connections)?;
        Ok(Self { database })
    }
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
