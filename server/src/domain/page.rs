//! Keyset pages. Ids sort by creation time, so the last id of a page is the whole position.

use uuid::Uuid;

/// Rows a page holds when the caller does not say.
pub const DEFAULT_PAGE_SIZE: u32 = 50;
/// Rows a page holds at most.
pub const MAX_PAGE_SIZE: u32 = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Rows wanted, 1 to [`MAX_PAGE_SIZE`].
    pub size: u32,
    /// The last id of the page before; `None` for the first page.
    pub after: Option<Uuid>,
}

impl PageRequest {
    pub const fn first(size: u32) -> Self {
        Self { size, after: None }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins; `None` when this is the last one.
    pub next: Option<Uuid>,
}

impl<T> Page<T> {
    /// Makes a page of rows that were fetched with a limit of `size + 1`.
    pub fn from_rows(mut rows: Vec<T>, size: u32, id: impl Fn(&T) -> Uuid) -> Self {
        let size = size as usize;
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more { rows.last().map(id) } else { None };
        Self { items: rows, next }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }
}
