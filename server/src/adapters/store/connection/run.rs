//! How queries are run: `query.all(c)`, `query.one(c)`, `query.exec(c)`.
//!
//! Each ends in a boxed future on purpose. The types of queries are enormous, and proving for every
//! function above that a future which holds one is `Send` is most of the compile time of a store.

use diesel::QueryResult;
use diesel_async::RunQueryDsl;
use diesel_async::methods::{ExecuteDsl, LoadQuery};
use futures_util::future::{BoxFuture, FutureExt};

use super::any_conn::AnyConn;

pub trait Run: Sized {
    /// Every row.
    fn all<'c, 'q: 'c, U>(self, c: &'c mut AnyConn) -> BoxFuture<'c, QueryResult<Vec<U>>>
    where
        Self: LoadQuery<'q, AnyConn, U> + 'q,
        U: Send + 'c,
    {
        RunQueryDsl::load(self, c).boxed()
    }

    /// The first row; `Error::NotFound` when there is none.
    fn one<'c, 'q: 'c, U>(self, c: &'c mut AnyConn) -> BoxFuture<'c, QueryResult<U>>
    where
        Self: LoadQuery<'q, AnyConn, U> + 'q,
        U: Send + 'c,
    {
        RunQueryDsl::get_result(self, c).boxed()
    }

    /// How many rows were inserted, matched or deleted.
    fn exec<'c, 'q: 'c>(self, c: &'c mut AnyConn) -> BoxFuture<'c, QueryResult<usize>>
    where
        Self: ExecuteDsl<AnyConn> + 'q,
    {
        RunQueryDsl::execute(self, c)
    }
}

impl<T> Run for T {}
