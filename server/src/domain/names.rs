//! Names people choose, checked once and then carried as types.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Characters of a hypervisor's name in the configuration. With what stands before it in the names of tasks and their
/// leases it has to fit into the store's 64.
pub const MAX_HYPERVISOR_NAME: usize = 58;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NameError(&'static str);

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $problem:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn parse(text: &str) -> Result<Self, NameError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self(text.to_owned())) } else { Err(NameError($problem)) }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type!(
    /// A server's name, which is also its host name: one DNS label (RFC 1123) in lower case.
    ServerName,
    "must be 1 to 63 lower-case letters, digits or hyphens, and begin and end with a letter or a digit",
    |text| {
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        text.len() <= 63
            && edge(text.chars().next())
            && edge(text.chars().last())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    }
);

name_type!(
    /// A snapshot's name as Proxmox VE takes it: `[A-Za-z][A-Za-z0-9_-]{1,39}`, and neither
    /// `current` nor `vzdump`.
    SnapshotName,
    "must be 2 to 40 letters, digits, hyphens or underscores, begin with a letter, and be neither current nor vzdump",
    |text| {
        (2..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            && !matches!(text, "current" | "vzdump")
    }
);

name_type!(
    /// An e-mail address in lower case. Only its outline is checked: the verification link proves it.
    Email,
    "must be an e-mail address in lower case of at most 254 characters",
    |text| {
        let Some((local, domain)) = text.rsplit_once('@') else { return false };
        text.len() <= 254
            && !local.is_empty()
            && local.len() <= 64
            && !local.contains('@')
            && domain.contains('.')
            && !domain.starts_with(['.', '-'])
            && !domain.ends_with(['.', '-'])
            && !domain.contains("..")
            && domain.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
            && text.chars().all(|c| c.is_ascii_graphic() && !c.is_ascii_uppercase() && !matches!(c, '<' | '>' | '"' | ',' | ';' | '\\'))
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_name_is_one_dns_label() {
        for good in ["a", "web-1", "0", &"a".repeat(63)] {
            assert!(ServerName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a_b", "a.b", "é", &"a".repeat(64)] {
            assert!(ServerName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_snapshot_name_is_what_proxmox_takes() {
        for good in ["ab", "Before-update_2"] {
            assert!(SnapshotName::parse(good).is_ok(), "{good}");
        }
        for bad in ["a", "1a", "current", "vzdump", "a b", &"a".repeat(41)] {
            assert!(SnapshotName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_email_has_an_outline() {
        for good in ["a@b.co", "first.last+tag@mail.example.org"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "", "a", "a@", "@b.co", "a@b", "A@b.co", "a b@c.de", "a@b..co", "a@.b.co", "x@y@b.co", "<a@b.co>",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }
}
