//! What diesel-async asks of a connection, for [`AnyConn`].
//!
//! diesel's `MultiConnection` derive is synchronous in 2.3. Its backend and rows are used as they
//! are (`shape.rs`), only the connection is written here. When the asynchronous derive is released
//! this file goes and the queries stay; the watch must be kept until upstream has its own.

use diesel::connection::{CacheSize, Instrumentation};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::sqlite::SqliteConnection;
use diesel::{ConnectionResult, QueryResult};
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncConnection, AsyncConnectionCore, AsyncMysqlConnection, SimpleAsyncConnection};
use futures_util::future::{BoxFuture, FutureExt, TryFutureExt};
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};

use super::any_conn::AnyConn;
use super::render::{AnyDb, LiteQuery, for_mysql, for_sqlite};
use super::shape::{Lite, LiteRow, MultiRow};
use super::transactions::AnyTransactions;
use super::watch::Watched;

/// Runs a rendered query on the blocking pool.
///
/// Not by `Lite`'s own `load`: its future lives as long as the query and MySQL's as long as the
/// connection, and the two do not unify in one boxed `Send` future.
fn on_sqlite<'c, T: Send + 'static>(
    lite: &mut Watched<Lite>,
    query: QueryResult<LiteQuery>,
    run: impl FnOnce(&mut SqliteConnection, &LiteQuery) -> QueryResult<T> + Send + 'static,
) -> BoxFuture<'c, QueryResult<T>> {
    match query {
        Ok(query) => {
            let statement = lite.conn.spawn_blocking(move |conn| run(conn, &query));
            lite.watch.clone().over(statement).boxed()
        }
        Err(error) => std::future::ready(Err(error)).boxed(),
    }
}

fn all_rows(conn: &mut SqliteConnection, query: &LiteQuery) -> QueryResult<Vec<LiteRow>> {
    use diesel::connection::LoadConnection;
    use diesel::row::IntoOwnedRow;
    let mut column_names = None;
    conn.load(query)?
        .map(|row| Ok(row?.into_owned(&mut column_names)))
        .collect()
}

impl SimpleAsyncConnection for AnyConn {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        match self {
            Self::Mysql(my) => my.watch.clone().over(my.conn.batch_execute(sql)).await,
            Self::Sqlite(lite) => lite.watch.clone().over(lite.conn.batch_execute(sql)).await,
        }
    }
}

impl AsyncConnectionCore for AnyConn {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<Self::Stream<'conn, 'query>>>;
    type Stream<'conn, 'query> = BoxStream<'conn, QueryResult<MultiRow<'conn, 'conn>>>;
    type Row<'conn, 'query> = MultiRow<'conn, 'conn>;
    type Backend = AnyDb;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<AnyDb> + QueryId + 'query,
    {
        let query = source.as_query();
        match self {
            Self::Mysql(my) => match for_mysql(&query) {
                Ok(query) => my
                    .watch
                    .clone()
                    .over(my.conn.load(query))
                    .map_ok(|rows| rows.map_ok(MultiRow::Mysql).boxed())
                    .boxed(),
                Err(error) => std::future::ready(Err(error)).boxed(),
            },
            Self::Sqlite(lite) => on_sqlite(lite, for_sqlite(&query), all_rows)
                .map_ok(|rows| {
                    futures_util::stream::iter(rows.into_iter().map(MultiRow::Sqlite).map(Ok)).boxed()
                })
                .boxed(),
        }
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        query: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<AnyDb> + QueryId + 'query,
    {
        match self {
            Self::Mysql(my) => match for_mysql(&query) {
                Ok(query) => my
                    .watch
                    .clone()
                    .over(my.conn.execute_returning_count(query))
                    .boxed(),
                Err(error) => std::future::ready(Err(error)).boxed(),
            },
            Self::Sqlite(lite) => on_sqlite(
                lite,
                for_sqlite(&query),
                diesel::Connection::execute_returning_count,
            ),
        }
    }
}

impl AsyncConnection for AnyConn {
    type TransactionManager = AnyTransactions;

    /// The URL's scheme picks the engine. Pools do not come here: they set up their connections
    /// themselves (`mysql.rs`, `sqlite.rs`).
    async fn establish(url: &str) -> ConnectionResult<Self> {
        if url.starts_with("mysql://") {
            AsyncMysqlConnection::establish(url)
                .await
                .map(Watched::new)
                .map(Self::Mysql)
        } else {
            Lite::establish(url).await.map(Watched::new).map(Self::Sqlite)
        }
    }

    fn transaction_state(&mut self) -> &mut Self {
        self
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        match self {
            Self::Mysql(my) => my.conn.instrumentation(),
            Self::Sqlite(lite) => lite.conn.instrumentation(),
        }
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        match self {
            Self::Mysql(my) => my.conn.set_instrumentation(instrumentation),
            Self::Sqlite(lite) => lite.conn.set_instrumentation(instrumentation),
        }
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        match self {
            Self::Mysql(my) => my.conn.set_prepared_statement_cache_size(size),
            Self::Sqlite(lite) => lite.conn.set_prepared_statement_cache_size(size),
        }
    }
}

impl PoolableConnection for AnyConn {}
