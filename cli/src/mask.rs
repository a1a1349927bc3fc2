//! Which fields of a thing a command changes.

/// Names the fields that were given, so that a zero or an empty text can be told from nothing.
#[derive(Debug, Default)]
pub(crate) struct Mask(Vec<String>);

impl Mask {
    /// Takes a value over, where there is one.
    pub(crate) fn set<T>(&mut self, field: &mut T, value: Option<T>, path: &str) {
        if let Some(value) = value {
            *field = value;
            self.0.push(path.to_owned());
        }
    }
}

impl From<Mask> for prost_types::FieldMask {
    fn from(mask: Mask) -> Self {
        Self { paths: mask.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_given_is_changed_even_to_nothing() {
        let (mut name, mut text, mut count) = ("old".to_owned(), "old".to_owned(), 7);
        let mut mask = Mask::default();
        mask.set(&mut name, None, "name");
        mask.set(&mut text, Some(String::new()), "text");
        mask.set(&mut count, Some(0), "count");
        assert_eq!((name.as_str(), text.as_str(), count), ("old", "", 0));
        assert_eq!(prost_types::FieldMask::from(mask).paths, ["text", "count"]);
    }
}
