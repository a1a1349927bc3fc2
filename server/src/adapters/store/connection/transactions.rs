//! Transactions of [`AnyConn`]: MySQL's as diesel-async does them, under the watch; SQLite's as
//! writers from their first statement on.

use diesel::QueryResult;
use diesel::connection::TransactionManagerStatus;
use diesel::sqlite::SqliteConnection;
use diesel_async::{AsyncConnection, AsyncMysqlConnection, TransactionManager};

use super::any_conn::AnyConn;
use super::shape::Lite;

type OnMysql = <AsyncMysqlConnection as AsyncConnection>::TransactionManager;
type OnSqlite = <Lite as AsyncConnection>::TransactionManager;

pub struct AnyTransactions;

impl TransactionManager<AnyConn> for AnyTransactions {
    type TransactionStateData = AnyConn;

    async fn begin_transaction(conn: &mut AnyConn) -> QueryResult<()> {
        match conn {
            AnyConn::Mysql(my) => {
                my.watch
                    .clone()
                    .over(OnMysql::begin_transaction(&mut my.conn))
                    .await
            }
            AnyConn::Sqlite(lite) => {
                let begin = lite.conn.spawn_blocking(begin_as_writer);
                lite.watch.clone().over(begin).await
            }
        }
    }

    async fn rollback_transaction(conn: &mut AnyConn) -> QueryResult<()> {
        match conn {
            AnyConn::Mysql(my) => {
                my.watch
                    .clone()
                    .over(OnMysql::rollback_transaction(&mut my.conn))
                    .await
            }
            AnyConn::Sqlite(lite) => {
                lite.watch
                    .clone()
                    .over(OnSqlite::rollback_transaction(&mut lite.conn))
                    .await
            }
        }
    }

    async fn commit_transaction(conn: &mut AnyConn) -> QueryResult<()> {
        match conn {
            AnyConn::Mysql(my) => {
                my.watch
                    .clone()
                    .over(OnMysql::commit_transaction(&mut my.conn))
                    .await
            }
            AnyConn::Sqlite(lite) => {
                lite.watch
                    .clone()
                    .over(OnSqlite::commit_transaction(&mut lite.conn))
                    .await
            }
        }
    }

    fn transaction_manager_status_mut(conn: &mut AnyConn) -> &mut TransactionManagerStatus {
        match conn {
            AnyConn::Mysql(my) => OnMysql::transaction_manager_status_mut(&mut my.conn),
            AnyConn::Sqlite(lite) => OnSqlite::transaction_manager_status_mut(&mut lite.conn),
        }
    }

    /// The pool asks this before it hands a connection out again; true throws it away.
    fn is_broken_transaction_manager(conn: &mut AnyConn) -> bool {
        match conn {
            AnyConn::Mysql(my) => my.watch.is_up() || OnMysql::is_broken_transaction_manager(&mut my.conn),
            AnyConn::Sqlite(lite) => {
                // The order matters: what still runs holds the connection's status.
                lite.watch.is_up() || OnSqlite::is_broken_transaction_manager(&mut lite.conn)
            }
        }
    }
}

/// A transaction that begins as a reader and then writes fails with "database is locked" at once,
/// whatever the busy timeout. Nested ones are savepoints as usual.
fn begin_as_writer(conn: &mut SqliteConnection) -> QueryResult<()> {
    use diesel::connection::{AnsiTransactionManager as Ansi, TransactionManager as _};
    match Ansi::transaction_manager_status_mut(conn).transaction_depth()? {
        None => Ansi::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
        Some(_) => Ansi::begin_transaction(conn),
    }
}
