//! Turns a query into text, owned bind values and "may its prepared statement be cached", for one
//! engine, before anything is sent.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::mysql::Mysql;
use diesel::query_builder::{CollectedQuery, MoveableBindCollector, QueryBuilder, QueryFragment};
use diesel::result::Error;
use diesel::sqlite::Sqlite;

pub use super::shape::MultiBackend as AnyDb;

type Data<DB> = <<DB as Backend>::BindCollector<'static> as MoveableBindCollector<DB>>::BindData;
pub(super) type MyQuery = CollectedQuery<Data<Mysql>>;
pub(super) type LiteQuery = CollectedQuery<Data<Sqlite>>;

// The derive's enums for these are private; the backend's associated types reach them.
type Sql = <AnyDb as Backend>::QueryBuilder;
type Binds<'a> = <AnyDb as Backend>::BindCollector<'a>;

fn render<'q>(
    query: &'q impl QueryFragment<AnyDb>,
    db: &'q AnyDb,
    mut sql: Sql,
    mut binds: Binds<'q>,
) -> QueryResult<(String, bool, Binds<'q>)> {
    query.to_sql(&mut sql, db)?;
    query.collect_binds(&mut binds, &mut (), db)?;
    Ok((sql.finish(), query.is_safe_to_cache_prepared(db)?, binds))
}

pub(super) fn for_mysql(query: &impl QueryFragment<AnyDb>) -> QueryResult<MyQuery> {
    let (sql, binds) = (Sql::Mysql(Default::default()), Binds::Mysql(Default::default()));
    match render(query, &AnyDb::Mysql(Mysql), sql, binds)? {
        (sql, cache, Binds::Mysql(binds)) => Ok(CollectedQuery::new(sql, cache, binds)),
        (_, _, Binds::Sqlite(_)) => Err(changed_backend()),
    }
}

pub(super) fn for_sqlite(query: &impl QueryFragment<AnyDb>) -> QueryResult<LiteQuery> {
    let (sql, binds) = (Sql::Sqlite(Default::default()), Binds::Sqlite(Default::default()));
    match render(query, &AnyDb::Sqlite(Sqlite), sql, binds)? {
        (sql, cache, Binds::Sqlite(binds)) => Ok(CollectedQuery::new(sql, cache, binds.moveable())),
        (_, _, Binds::Mysql(_)) => Err(changed_backend()),
    }
}

fn changed_backend() -> Error {
    Error::QueryBuilderError("the bind collector changed its backend".into())
}
