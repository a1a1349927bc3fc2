//! Which generation of a row a change is for.

use crate::domain::etag::Generation;
use crate::engine::error::{Error, Result};
use crate::ports::store::StoreError;

/// Times a change without an etag is repeated when somebody else changes the same row.
const TRIES: u32 = 5;

/// Decides what each try of a change is guarded by. The store looks at the request id before the
/// guard, so a repeated request gets its first answer whatever its etag says.
pub struct Guard {
    wanted: Option<Generation>,
    tries_left: u32,
}

impl Guard {
    pub fn new(etag: Option<&str>) -> Result<Self> {
        Ok(Self {
            wanted: wanted(etag)?,
            tries_left: TRIES,
        })
    }

    /// The generation to guard by, given the one the row has now.
    pub fn generation(&self, current: Generation) -> Generation {
        self.wanted.unwrap_or(current)
    }

    /// Whether the change is worth another try after this error.
    pub fn retries(&mut self, error: &StoreError) -> bool {
        self.tries_left -= 1;
        matches!(error, StoreError::Stale) && self.wanted.is_none() && self.tries_left > 0
    }
}

/// The generation that an etag names, for deletions; no etag is no check.
pub fn wanted(etag: Option<&str>) -> Result<Option<Generation>> {
    etag.map(|etag| Generation::parse(etag).ok_or(Error::Stale))
        .transpose()
}
