//! Reads Proxmox VE's JSON, whose types are loose: a number may be a string, a flag 0, "1" or true,
//! and any field may be missing.

use serde_json::Value;

/// One JSON object; anything else reads as an object without fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(pub(super) &'a Value);

impl<'a> Fields<'a> {
    fn get(self, key: &str) -> Option<&'a Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    pub(super) fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// A text or a number as text.
    pub(super) fn text(self, key: &str) -> Option<String> {
        self.get(key).and_then(text)
    }

    pub(super) fn number(self, key: &str) -> Option<f64> {
        match self.get(key)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
        .filter(|number: &f64| number.is_finite())
    }

    /// A whole number that is not negative; fractions are cut off.
    pub(super) fn unsigned(self, key: &str) -> Option<u64> {
        match self.get(key)? {
            Value::Number(number) if number.is_u64() => number.as_u64(),
            Value::String(text) if text.trim().parse::<u64>().is_ok() => text.trim().parse().ok(),
            Value::Number(_) | Value::String(_) | Value::Bool(_) => whole(self.number(key)?),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    pub(super) fn vmid(self, key: &str) -> Option<u32> {
        self.unsigned(key).and_then(|vmid| u32::try_from(vmid).ok())
    }

    /// A flag; missing is `false`.
    pub(super) fn flag(self, key: &str) -> bool {
        self.number(key).is_some_and(|number| number != 0.0)
    }
}

/// The rows of a list; anything else is an empty list.
pub(super) fn rows(value: &Value) -> impl Iterator<Item = Fields<'_>> {
    value
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .map(Fields)
}

/// A text or a number as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Cuts off the fraction. `None` for what is negative or beyond any size.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked, and the fraction is meant to go"
)]
pub(super) fn whole(number: f64) -> Option<u64> {
    (0.0..=1e18).contains(&number).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_read_from_strings_and_strings_from_numbers() {
        let value = json!({"a": "5900", "b": 12.7, "c": -3, "d": null, "e": true, "f": [], "g": "x", "h": "18446744073709551615", "i": "1e400"});
        let fields = Fields(&value);
        assert_eq!(fields.unsigned("a"), Some(5900));
        assert_eq!(fields.unsigned("b"), Some(12));
        assert_eq!(fields.unsigned("c"), None);
        assert_eq!(fields.unsigned("d"), None);
        assert!(!fields.has("d"));
        assert!(fields.flag("e"));
        assert!(!fields.flag("missing"));
        assert_eq!(fields.number("f"), None);
        assert_eq!(fields.number("g"), None);
        assert_eq!(fields.unsigned("h"), Some(u64::MAX));
        assert_eq!(fields.number("i"), None);
        assert_eq!(fields.text("b").as_deref(), Some("12.7"));
    }

    #[test]
    fn what_is_no_object_and_no_list_reads_as_empty() {
        for value in [json!(null), json!(3), json!("x"), json!([1])] {
            assert_eq!(Fields(&value).text("a"), None);
        }
        assert_eq!(rows(&json!({"a": 1})).count(), 0);
    }
}
