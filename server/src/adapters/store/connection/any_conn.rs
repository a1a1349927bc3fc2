//! One connection type for MySQL/MariaDB and SQLite. What it can do is in `driver.rs`.

use diesel_async::AsyncMysqlConnection;

use super::shape::Lite;
use super::watch::Watch;

/// MySQL's connection with the flag that tells whether its line is clean.
pub struct MyConn {
    pub(super) conn: AsyncMysqlConnection,
    pub(super) watch: Watch,
}

impl MyConn {
    pub fn new(conn: AsyncMysqlConnection) -> Self {
        Self {
            conn,
            watch: Watch::default(),
        }
    }

    /// For the migration harness, which wants diesel-async's own type.
    pub fn into_inner(self) -> AsyncMysqlConnection {
        self.conn
    }
}

pub enum AnyConn {
    Mysql(MyConn),
    Sqlite(Lite),
}
