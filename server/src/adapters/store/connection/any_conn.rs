//! One connection type for MySQL/MariaDB and SQLite. What it can do is in `driver.rs`.

use diesel_async::AsyncMysqlConnection;

use super::shape::Lite;
use super::watch::Watched;

pub enum AnyConn {
    Mysql(Watched<AsyncMysqlConnection>),
    Sqlite(Watched<Lite>),
}
