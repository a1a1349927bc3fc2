//! How a MySQL or MariaDB connection is made and set up.

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncMysqlConnection, SimpleAsyncConnection};
use mysql_async::Opts;

use super::any_conn::AnyConn;
use super::watch::Watched;

/// Guarded updates need no more than READ COMMITTED, and it takes fewer locks. The strict mode
/// turns silent truncation into errors.
const SESSION: &str = "\
    SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
    SET SESSION sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION', \
    SESSION innodb_lock_wait_timeout = 5";

pub(super) async fn connect(opts: Opts) -> ConnectionResult<AnyConn> {
    let conn = mysql_async::Conn::new(opts)
        .await
        .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
    let mut conn = AsyncMysqlConnection::try_from(conn).await?;
    conn.batch_execute(SESSION)
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(AnyConn::Mysql(Watched::new(conn)))
}
