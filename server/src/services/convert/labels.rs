//! Labels of nodes.

use std::collections::HashMap;

use super::reader::Reader;
use crate::domain::node::Labels;

const MAX_LABELS: usize = 20;
const MAX_KEY: usize = 63;
const MAX_VALUE: usize = 100;

pub(super) fn labels(read: &mut Reader, field: &str, labels: HashMap<String, String>) -> Option<Labels> {
    if labels.len() > MAX_LABELS {
        read.bad(field, format!("must be at most {MAX_LABELS}"));
        return None;
    }
    // In their order, so that the same labels give the same problems.
    let labels: Labels = labels.into_iter().collect();
    let mut sound = Labels::new();
    let count = labels.len();
    for (key, value) in labels {
        if !is_key(&key) {
            read.bad(
                field,
                format!(
                    "keys must be 1 to {MAX_KEY} lower-case letters, digits, `.`, `_`, `/` or `-`, and begin with a letter"
                ),
            );
            continue;
        }
        if let Some(value) = read.line(&format!("{field}[{key}]"), &value, 0, MAX_VALUE) {
            sound.insert(key, value);
        }
    }
    (sound.len() == count).then_some(sound)
}

fn is_key(key: &str) -> bool {
    key.len() <= MAX_KEY
        && key.starts_with(|first: char| first.is_ascii_lowercase())
        && key
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '/' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fields::FieldErrors;

    fn parse(pairs: &[(&str, &str)]) -> Result<Labels, FieldErrors> {
        let mut read = Reader::default();
        let pairs = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let labels = labels(&mut read, "labels", pairs.collect());
        read.finish(|| labels)
    }

    #[test]
    fn a_key_is_a_short_word_and_a_value_one_line() {
        assert_eq!(parse(&[("site", "Berlin 2"), ("rack/row", "")]).unwrap().len(), 2);
        for bad in ["", "Site", "1st", "a b", "ä", &"a".repeat(64)] {
            assert!(parse(&[(bad, "x")]).is_err(), "{bad}");
        }
        let errors = parse(&[("a", "x\ny"), ("b", &"x".repeat(101))]).unwrap_err();
        let fields: Vec<&str> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["labels[a]", "labels[b]"]);
    }
}
