//! From rows to domain types, and what happens to rows that do not parse.

use uuid::Uuid;

use crate::domain::page::Page;
use crate::ports::store::{StoreError, StoreResult};

/// A row as it lies in its table. Private to the file of its noun.
pub(super) trait Row: Sized {
    type Domain;
    const TABLE: &'static str;

    fn id(&self) -> Uuid;

    /// `None` when a value in it means nothing to this version of the program.
    fn into_domain(self) -> Option<Self::Domain>;
}

/// One row that was asked for by name: a bad one is an error.
pub(super) fn parse<R: Row>(row: R) -> StoreResult<R::Domain> {
    let id = row.id();
    row.into_domain().ok_or_else(|| {
        tracing::error!(table = R::TABLE, %id, "the row is corrupt");
        StoreError::Corrupt {
            table: R::TABLE,
            id: id.to_string(),
        }
    })
}

/// Many rows: bad ones are logged and left out.
pub(super) fn parse_all<R: Row>(rows: Vec<R>) -> Vec<R::Domain> {
    rows.into_iter().filter_map(|row| parse(row).ok()).collect()
}

/// A page of rows that were fetched with a limit of `size + 1`. Bad rows are left out and do not
/// end the page.
pub(super) fn parse_page<R: Row>(rows: Vec<R>, size: u32) -> Page<R::Domain> {
    let page = Page::from_rows(rows, size, Row::id);
    Page {
        next: page.next,
        items: parse_all(page.items),
    }
}

/// How many rows to fetch for a page.
pub(super) fn limit(size: u32) -> i64 {
    i64::from(size) + 1
}
