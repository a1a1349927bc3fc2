//! Text that must not end up in a log.

use std::fmt;

/// A password or a token. Formatting it for debugging hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Takes text that an answer may have left empty.
    pub(crate) fn unless_empty(text: String) -> Option<Self> {
        (!text.is_empty()).then_some(Self(text))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debugging_does_not_show_it() {
        assert_eq!(format!("{:?}", Secret::from("hst_abc")), "Secret(..)");
    }
}
