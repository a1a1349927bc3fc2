//! The backend and the row type of both engines together, as diesel's own
//! `#[derive(MultiConnection)]` makes them.
//!
//! The derive wants synchronous connections. It is fed two outlines without a value, for the sake
//! of the `MultiBackend` and `MultiRow` that come out of it; none of the outlines' methods can run.

use std::any::Any;
use std::convert::Infallible;
use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::{
    AnsiTransactionManager, CacheSize, Connection, Instrumentation, LoadConnection, SimpleConnection,
};
use diesel::expression::QueryMetadata;
use diesel::internal::derives::multiconnection::{ConnectionSealed, MultiConnectionHelper};
use diesel::migration::MigrationConnection;
use diesel::mysql::Mysql;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::row::Row;
use diesel::sql_types::TypeMetadata;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnectionCore, AsyncMysqlConnection};

use super::detached::Detached;

/// SQLite's connection, whose statements run on the blocking pool.
pub(in crate::adapters::store) type Lite = SyncConnectionWrapper<SqliteConnection, Detached>;
/// A row that SQLite answered, on its own.
pub(super) type LiteRow = <Lite as AsyncConnectionCore>::Row<'static, 'static>;
type MyRow = <AsyncMysqlConnection as AsyncConnectionCore>::Row<'static, 'static>;

/// The outline of a synchronous connection: a backend and a row.
pub struct Shape<DB, R>(Infallible, PhantomData<fn() -> (DB, R)>);

// The derive pastes `TYPE::establish`, which does not parse with generic arguments.
type MyShape = Shape<Mysql, MyRow>;
type LiteShape = Shape<Sqlite, LiteRow>;

#[derive(diesel::MultiConnection)]
#[expect(dead_code, reason = "only the derive looks at it")]
pub(super) enum Outline {
    Mysql(MyShape),
    Sqlite(LiteShape),
}

impl<DB, R> ConnectionSealed for Shape<DB, R> {}

impl<DB, R> SimpleConnection for Shape<DB, R> {
    fn batch_execute(&mut self, _: &str) -> QueryResult<()> {
        match self.0 {}
    }
}

impl<DB: Backend + 'static, R: 'static> Connection for Shape<DB, R> {
    type Backend = DB;
    type TransactionManager = AnsiTransactionManager;

    fn establish(_: &str) -> diesel::ConnectionResult<Self> {
        Err(diesel::ConnectionError::BadConnection(
            "an outline, not a connection".into(),
        ))
    }

    fn execute_returning_count<T: QueryFragment<DB> + QueryId>(&mut self, _: &T) -> QueryResult<usize> {
        match self.0 {}
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        match self.0 {}
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        match self.0 {}
    }

    fn set_instrumentation(&mut self, _: impl Instrumentation) {
        match self.0 {}
    }

    fn set_prepared_statement_cache_size(&mut self, _: CacheSize) {
        match self.0 {}
    }
}

impl<DB: Backend + 'static, R: for<'a> Row<'a, DB> + 'static> LoadConnection for Shape<DB, R> {
    type Cursor<'conn, 'query> = std::iter::Empty<QueryResult<R>>;
    type Row<'conn, 'query> = R;

    fn load<'conn, 'query, T>(&'conn mut self, _: T) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<DB> + QueryId + 'query,
        DB: QueryMetadata<T::SqlType>,
    {
        match self.0 {}
    }
}

impl<DB: Backend + 'static, R: 'static> MigrationConnection for Shape<DB, R> {
    fn setup(&mut self) -> QueryResult<usize> {
        match self.0 {}
    }
}

impl<DB: Backend + TypeMetadata<MetadataLookup = ()> + 'static, R: 'static> MultiConnectionHelper
    for Shape<DB, R>
{
    fn to_any<'a>(lookup: &mut ()) -> &mut (dyn Any + 'a) {
        lookup
    }

    fn from_any(lookup: &mut dyn Any) -> Option<&mut ()> {
        lookup.downcast_mut()
    }
}
