//! A store of its own for each test, on each engine.

use std::path::PathBuf;

use hostlerd::adapters::store::connection::{Database, Target};
use hostlerd::adapters::store::{SqlStore, StoreSettings};
use mysql_async::prelude::Queryable;

/// Runs one test on every engine there is.
///
/// `on_every_engine!(test_name, |store| { … })` where the body is asynchronous and sees a `Fixture`.
macro_rules! on_every_engine {
    ($(#[$meta:meta])* $name:ident, |$fixture:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "not every body needs everything")]
            use super::*;

            async fn body($fixture: &$crate::fixture::Fixture) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                let fixture = $crate::fixture::Fixture::sqlite().await;
                body(&fixture).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_mysql() {
                if let Some(fixture) = $crate::fixture::Fixture::mysql().await {
                    body(&fixture).await;
                    fixture.drop_database().await;
                }
            }
        }
    };
}
pub(crate) use on_every_engine;

pub(crate) struct Fixture {
    pub(crate) store: SqlStore,
    pub(crate) settings: StoreSettings,
    place: Place,
}

pub(crate) enum Place {
    /// Removed with the fixture.
    Sqlite(#[allow(dead_code, reason = "held, so that the directory lives")] tempfile::TempDir),
    Mysql {
        server: String,
        database: String,
    },
}

impl Fixture {
    pub(crate) async fn sqlite() -> Self {
        let (settings, directory) = Self::empty_sqlite();
        Self {
            store: SqlStore::open(&settings).await.unwrap(),
            settings,
            place: Place::Sqlite(directory),
        }
    }

    /// `None`, loudly, when there is no MariaDB to test on.
    pub(crate) async fn mysql() -> Option<Self> {
        let (settings, place) = Self::empty_mysql().await?;
        Some(Self {
            store: SqlStore::open(&settings).await.unwrap(),
            settings,
            place,
        })
    }

    pub(crate) fn is_mysql(&self) -> bool {
        match self.place {
            Place::Sqlite(_) => false,
            Place::Mysql { .. } => true,
        }
    }

    /// The same database below the store, with pools of its own.
    pub(crate) fn database(&self, max_connections: u32, reader_connections: u32) -> Database {
        let target = Target::parse(&self.settings.url, None).unwrap();
        Database::new(target, max_connections, reader_connections).unwrap()
    }

    /// Kills every connection to this test's database, as a restarted server would. Tells how many.
    pub(crate) async fn kill_connections(&self) -> usize {
        let Place::Mysql { server, database } = &self.place else {
            return 0;
        };
        let mut admin = admin(server).await;
        let find = format!("SELECT id FROM information_schema.processlist WHERE db = '{database}'");
        let ids: Vec<u64> = admin.query(find).await.unwrap();
        for id in &ids {
            // One that ended by itself is as good as killed.
            drop(admin.query_drop(format!("KILL {id}")).await);
        }
        ids.len()
    }

    pub(crate) fn empty_sqlite() -> (StoreSettings, tempfile::TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let path: PathBuf = directory.path().join("hostler.db");
        (
            StoreSettings::new(format!("sqlite://{}", path.display())),
            directory,
        )
    }

    /// A database without tables; dropped by `drop_database` of the name that comes with it.
    pub(crate) async fn empty_mysql() -> Option<(StoreSettings, Place)> {
        let server = mysql_server()?;
        let database = format!("hostler_test_{}", uuid::Uuid::now_v7().simple());
        admin(&server)
            .await
            .query_drop(format!(
                "CREATE DATABASE {database} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
            ))
            .await
            .unwrap();
        let settings = StoreSettings::new(format!("{server}/{database}"));
        Some((settings, Place::Mysql { server, database }))
    }

    pub(crate) async fn drop_database(&self) {
        self.place.drop_database().await;
    }
}

impl Place {
    pub(crate) async fn drop_database(&self) {
        match self {
            Self::Sqlite(_) => {}
            Self::Mysql { server, database } => {
                let drop = format!("DROP DATABASE {database}");
                admin(server).await.query_drop(drop).await.unwrap();
            }
        }
    }
}

/// Where MariaDB is. Not knowing is fine on a desk and an error where nothing may be skipped.
pub(crate) fn mysql_server() -> Option<String> {
    if let Ok(url) = std::env::var("HOSTLER_TEST_MYSQL_URL") {
        return Some(url.trim_end_matches('/').to_owned());
    }
    assert!(
        std::env::var("HOSTLER_TEST_REQUIRED").as_deref() != Ok("1"),
        "HOSTLER_TEST_REQUIRED=1 and no HOSTLER_TEST_MYSQL_URL"
    );
    eprintln!("skipped: HOSTLER_TEST_MYSQL_URL is not set");
    None
}

pub(crate) async fn admin(server: &str) -> mysql_async::Conn {
    let opts = mysql_async::Opts::from_url(server).unwrap();
    let opts = mysql_async::OptsBuilder::from_opts(opts).prefer_socket(false);
    mysql_async::Conn::new(opts).await.unwrap()
}
