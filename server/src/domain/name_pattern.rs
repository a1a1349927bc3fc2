//! Patterns of names: `*` stands for any number of any characters.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Bounded, so that matching is: a name is looked at no more often than the pattern has stars.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamePattern(Box<str>);

impl NamePattern {
    pub const MAX_LENGTH: usize = 128;
    pub const MAX_STARS: usize = 8;

    /// `None` for one that is empty, longer than allowed, or has control characters or too many stars.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.chars().count() <= Self::MAX_LENGTH;
        let stars = text.matches('*').count();
        let sound = fits && stars <= Self::MAX_STARS && !text.contains(char::is_control);
        sound.then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the whole name is like the pattern. Letters are told apart by case.
    pub fn matches(&self, name: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else {
            return &*self.0 == name;
        };
        let Some(mut name) = name.strip_prefix(first) else {
            return false;
        };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        // Each part at its first place leaves the most for those behind it.
        for part in middle.split('*') {
            let Some((_, behind)) = name.split_once(part) else {
                return false;
            };
            name = behind;
        }
        name.ends_with(last)
    }
}

impl TryFrom<String> for NamePattern {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no pattern of names")
    }
}

impl From<NamePattern> for String {
    fn from(pattern: NamePattern) -> Self {
        pattern.0.into_string()
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        NamePattern::parse(pattern).unwrap().matches(name)
    }

    #[test]
    fn a_star_stands_for_anything_and_everything_else_for_itself() {
        for (pattern, name) in [
            ("web", "web"),
            ("*", ""),
            ("*", "anything"),
            ("shop-*", "shop-"),
            ("shop-*", "shop-db-1"),
            ("*-db", "shop-db"),
            ("a*b*c", "a-b-b-c"),
            ("a**c", "abc"),
            ("*日*", "毎日新聞"),
            ("a*ab", "aab"),
            ("[a]?", "[a]?"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("web", "web-1"),
            ("web", "Web"),
            ("shop-*", "shop"),
            ("*-db", "shop-db-1"),
            ("a*a", "a"),
            ("ab*bc", "abc"),
            ("a*b*c", "acb"),
            ("?", "a"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn patterns_are_bounded() {
        assert!(NamePattern::parse(&"ä".repeat(128)).is_some());
        for bad in ["", "a\nb", &"a".repeat(129), &"*".repeat(9)] {
            assert_eq!(NamePattern::parse(bad), None, "{bad}");
        }
        let hostile = NamePattern::parse("*a*a*a*a*a*a*b").unwrap();
        assert!(!hostile.matches(&"a".repeat(100_000)));
    }
}
