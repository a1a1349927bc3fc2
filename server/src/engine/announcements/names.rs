//! Words for what the program knows by a code.

use super::library;
use crate::domain::user::Locale;

/// The code itself where a language has no word for it.
pub(super) fn name(locale: Locale, code: &str) -> &str {
    library::names(locale)
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .find(|(known, _)| *known == code)
        .map_or(code, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::Code as _;
    use crate::domain::operation::OperationKind;

    #[test]
    fn every_language_has_a_word_for_every_operation() {
        for locale in Locale::ALL {
            for kind in OperationKind::ALL {
                let code = kind.public_name();
                assert_ne!(name(*locale, code), code, "{locale}");
            }
        }
    }

    #[test]
    fn every_language_has_words_for_the_same_codes() {
        let codes = |locale| -> Vec<&str> {
            library::names(locale)
                .lines()
                .map(|line| line.split_once(" = ").unwrap().0)
                .collect()
        };
        for locale in Locale::ALL {
            assert_eq!(codes(*locale), codes(Locale::English), "{locale}");
        }
    }
}
