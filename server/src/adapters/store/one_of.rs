//! `column IN (…)` for statements of the hot path, prepared once and kept.
//!
//! diesel's own `eq_any` has a text of its own for every length of its list, so nothing that
//! contains it is kept prepared: SQLite parses it anew for each call and MariaDB is asked twice.
//! Here the list is filled up to one of a few lengths by naming its last value again, and each of
//! those few texts is kept.

use diesel::Expression;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, AsExpression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, SingleValue, SqlType};

/// Lengths that are kept. A longer list stays as long as it is, and is not kept.
const LENGTHS: [usize; 5] = [1, 4, 16, 64, 256];

#[derive(Clone, Debug)]
pub(super) struct OneOf<C, V> {
    column: C,
    values: Vec<V>,
}

/// Whether the column has one of these values; of none of them, nothing is found.
pub(super) fn one_of<C, T>(
    column: C,
    values: impl IntoIterator<Item = T>,
) -> OneOf<C, <T as AsExpression<C::SqlType>>::Expression>
where
    C: Expression,
    C::SqlType: SqlType + SingleValue,
    T: AsExpression<C::SqlType> + Clone,
{
    let mut values: Vec<T> = values.into_iter().collect();
    if let Some(last) = values.last().cloned() {
        let length = LENGTHS.into_iter().find(|length| *length >= values.len());
        values.resize(length.unwrap_or(values.len()), last);
    }
    OneOf {
        column,
        values: values.into_iter().map(T::as_expression).collect(),
    }
}

impl<C, V, DB> QueryFragment<DB> for OneOf<C, V>
where
    DB: Backend,
    C: QueryFragment<DB>,
    V: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.values.len() > LENGTHS[LENGTHS.len() - 1] {
            pass.unsafe_to_cache_prepared();
        }
        let Some((first, rest)) = self.values.split_first() else {
            pass.push_sql("1 = 0");
            return Ok(());
        };
        self.column.walk_ast(pass.reborrow())?;
        pass.push_sql(" IN (");
        first.walk_ast(pass.reborrow())?;
        for value in rest {
            pass.push_sql(", ");
            value.walk_ast(pass.reborrow())?;
        }
        pass.push_sql(")");
        Ok(())
    }
}

impl<C, V> Expression for OneOf<C, V> {
    type SqlType = Bool;
}

impl<C, V> ValidGrouping<()> for OneOf<C, V> {
    type IsAggregate = is_aggregate::No;
}

impl<C, V, From> AppearsOnTable<From> for OneOf<C, V> where C: AppearsOnTable<From> {}

impl<C, V, From> SelectableExpression<From> for OneOf<C, V> where C: SelectableExpression<From> {}

/// The text depends on the list's length.
impl<C, V> QueryId for OneOf<C, V> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;
    use diesel::sqlite::Sqlite;

    use super::*;
    use crate::adapters::store::schema::servers;
    use crate::domain::ids::ServerId;

    fn text(count: usize) -> (String, bool) {
        let ids: Vec<_> = (0..count).map(|_| ServerId::generate()).collect();
        let query = servers::table
            .filter(one_of(servers::id, ids))
            .select(servers::name);
        let text = diesel::debug_query::<Sqlite, _>(&query).to_string();
        let text = text.split(" -- ").next().unwrap_or_default().to_owned();
        let kept = QueryFragment::<Sqlite>::is_safe_to_cache_prepared(&query, &Sqlite);
        (text, kept.unwrap())
    }

    #[test]
    fn lists_of_like_length_share_a_text_that_is_kept() {
        let (five, kept) = text(5);
        assert!(kept);
        assert_eq!(five.matches('?').count(), 16);
        assert_eq!(text(16), (five, true));
        assert_eq!(text(1).0.matches('?').count(), 1);
        assert!(text(256).1);
    }

    #[test]
    fn a_list_without_bounds_is_not_kept() {
        let (long, kept) = text(257);
        assert_eq!(long.matches('?').count(), 257);
        assert!(!kept);
    }

    #[test]
    fn an_empty_list_finds_nothing() {
        let (empty, kept) = text(0);
        assert!(empty.contains("1 = 0") && kept, "{empty}");
    }
}
