//! The generation of a row, which callers see as an opaque etag.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Grows by one with every change of a row; guarded updates name the one they saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub i64);

impl Generation {
    pub const FIRST: Self = Self(1);

    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The generation that an etag names; `None` for a text that never was one.
    pub fn parse(etag: &str) -> Option<Self> {
        let generation = Self(etag.strip_prefix('g')?.parse().ok()?);
        generation.matches(etag).then_some(generation)
    }

    /// Whether an etag that a caller sent names this generation.
    pub fn matches(self, etag: &str) -> bool {
        etag == self.to_string()
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "g{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_read_back_in_its_one_spelling() {
        assert_eq!(Generation::parse("g12"), Some(Generation(12)));
        for bad in ["", "g", "12", "g012", "g+12", "G12", "g12 "] {
            assert_eq!(Generation::parse(bad), None, "{bad}");
        }
    }
}
