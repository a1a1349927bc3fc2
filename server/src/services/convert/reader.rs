//! Reads the fields of a request one by one and notes all that is wrong with them.

use std::fmt::Display;
use std::str::FromStr;

use prost_types::{Duration as WireDuration, FieldMask};

use crate::domain::fields::FieldErrors;
use crate::domain::span::Span;
use crate::domain::time::Timestamp;

/// Longest text that is taken for an id, a token or an etag, in bytes.
const MAX_OPAQUE: usize = 1024;

/// Every method gives `None` for a bad field and notes it; [`Reader::finish`] then makes the whole.
#[derive(Debug, Default)]
pub(super) struct Reader {
    errors: FieldErrors,
    /// Of a message inside the request, such as `tariff.`.
    prefix: &'static str,
}

impl Reader {
    /// Reads a message inside the request; `prefix` ends with a dot.
    pub(super) fn inside(prefix: &'static str) -> Self {
        Self {
            errors: FieldErrors::default(),
            prefix,
        }
    }

    pub(super) fn bad(&mut self, field: &str, problem: impl Into<String>) {
        self.errors.push(format!("{}{field}", self.prefix), problem);
    }

    /// Notes what a rule of the domain finds wrong; true when that is nothing.
    pub(super) fn check(&mut self, rule: impl FnOnce(&mut FieldErrors)) -> bool {
        let mut found = FieldErrors::default();
        rule(&mut found);
        let sound = found.0.is_empty();
        for error in found.0 {
            self.bad(&error.field, error.problem);
        }
        sound
    }

    pub(super) fn take<T, E: Display>(&mut self, field: &str, value: Result<T, E>) -> Option<T> {
        value.map_err(|problem| self.bad(field, problem.to_string())).ok()
    }

    pub(super) fn id<T: FromStr>(&mut self, field: &str, text: &str) -> Option<T> {
        let id = text.parse().ok();
        if id.is_none() {
            self.bad(field, "must be an id: a UUID in its usual form");
        }
        id
    }

    /// An id that may be left empty.
    pub(super) fn optional_id<T: FromStr>(&mut self, field: &str, text: &str) -> Option<Option<T>> {
        if text.is_empty() {
            Some(None)
        } else {
            self.id(field, text).map(Some)
        }
    }

    /// Free text of at most `max` characters, on one line.
    pub(super) fn line(&mut self, field: &str, text: &str, min: usize, max: usize) -> Option<String> {
        let trimmed = text.trim();
        if trimmed.chars().any(char::is_control) {
            self.bad(field, "must be one line without control characters");
            return None;
        }
        self.length(field, trimmed, min, max)
    }

    /// Free text of at most `max` characters, line breaks allowed.
    pub(super) fn text(&mut self, field: &str, text: &str, max: usize) -> Option<String> {
        if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            self.bad(field, "must not hold control characters");
            return None;
        }
        self.length(field, text, 0, max)
    }

    fn length(&mut self, field: &str, text: &str, min: usize, max: usize) -> Option<String> {
        let length = text.chars().take(max + 1).count();
        if (min..=max).contains(&length) {
            return Some(text.to_owned());
        }
        let problem = match min {
            0 => format!("must be at most {max} characters"),
            _ => format!("must be {min} to {max} characters"),
        };
        self.bad(field, problem);
        None
    }

    /// A token of ours or a secret: required, and of a length that makes sense.
    pub(super) fn opaque(&mut self, field: &str, text: &str) -> Option<String> {
        if text.is_empty() || text.len() > MAX_OPAQUE {
            self.bad(field, "must not be empty or overlong");
            return None;
        }
        Some(text.to_owned())
    }

    /// The etag that a change is guarded by; empty is no guard.
    pub(super) fn etag(&mut self, text: &str) -> Option<Option<String>> {
        if text.len() > MAX_OPAQUE {
            self.errors
                .push("etag", "must be the etag of the resource as it was read");
            return None;
        }
        Some((!text.is_empty()).then(|| text.to_owned()))
    }

    /// A number that must fit where it goes, negative ones never.
    pub(super) fn number<T: TryFrom<i64>>(&mut self, field: &str, value: i64) -> Option<T> {
        let number = T::try_from(value).ok();
        if number.is_none() {
            self.bad(field, "is out of range");
        }
        number
    }

    /// A point in time that may be left out.
    pub(super) fn time(
        &mut self,
        field: &str,
        value: Option<prost_types::Timestamp>,
    ) -> Option<Option<Timestamp>> {
        let Some(value) = value else {
            return Some(None);
        };
        let nanos = u32::try_from(value.nanos)
            .ok()
            .filter(|nanos| *nanos < 1_000_000_000);
        let micros = nanos.and_then(|nanos| {
            value
                .seconds
                .checked_mul(1_000_000)?
                .checked_add(i64::from(nanos / 1000))
        });
        if micros.is_none() {
            self.bad(field, "must be a valid point in time");
        }
        micros.map(|micros| Some(Timestamp::from_micros(micros)))
    }

    /// A span of time of at most `max`; left out or zero is `None`.
    pub(super) fn duration(
        &mut self,
        field: &str,
        value: Option<WireDuration>,
        max: std::time::Duration,
    ) -> Option<Option<std::time::Duration>> {
        let Some(value) = value else {
            return Some(None);
        };
        // By hand: the conversion of prost-types negates, and overflows at the ends of what a field can hold.
        let duration = match (u64::try_from(value.seconds), u32::try_from(value.nanos)) {
            (Ok(seconds), Ok(nanos @ ..=999_999_999)) => Some(std::time::Duration::new(seconds, nanos)),
            (Ok(_) | Err(_), Ok(_) | Err(_)) => None,
        };
        match duration {
            Some(duration) if duration <= max => Some((!duration.is_zero()).then_some(duration)),
            Some(_) | None => {
                self.bad(field, format!("must be at most {}, and not negative", Span(max)));
                None
            }
        }
    }

    /// Values of an enum, of which unspecified is none; at most `max`.
    pub(super) fn enums<T>(
        &mut self,
        field: &str,
        values: &[i32],
        max: usize,
        parse: fn(i32) -> Option<T>,
    ) -> Option<Vec<T>> {
        if values.len() > max {
            self.bad(field, format!("must be at most {max} values"));
            return None;
        }
        let parsed: Option<Vec<T>> = values.iter().map(|value| parse(*value)).collect();
        if parsed.is_none() {
            self.bad(
                field,
                "must be values that this server knows, and not unspecified",
            );
        }
        parsed
    }

    /// The fields that an update names; a path that is not in `allowed` is bad.
    pub(super) fn mask(&mut self, mask: Option<FieldMask>, allowed: &[&str]) -> Mask {
        let paths = mask.map(|mask| mask.paths).unwrap_or_default();
        for path in &paths {
            if !allowed.contains(&path.as_str()) {
                let problem = format!("must name fields of: {}", allowed.join(", "));
                self.errors.push("update_mask", problem);
                break;
            }
        }
        Mask(paths)
    }

    /// The whole, if nothing was wrong with its parts.
    pub(super) fn finish<T>(self, whole: impl FnOnce() -> Option<T>) -> Result<T, FieldErrors> {
        self.errors.clone().check()?;
        whole().ok_or(self.errors)
    }
}

/// Which fields an update changes.
#[derive(Debug)]
pub(super) struct Mask(Vec<String>);

impl Mask {
    /// Whether to change a field: the mask names it, or names nothing and the field is not empty.
    pub(super) fn names(&self, path: &str, present: bool) -> bool {
        if self.0.is_empty() {
            present
        } else {
            self.0.iter().any(|named| named == path)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ServerId;

    fn problems<T>(read: impl FnOnce(&mut Reader) -> Option<T>) -> Vec<String> {
        let mut reader = Reader::inside("outer.");
        let value = read(&mut reader);
        let errors = reader.finish(|| value).err().unwrap_or_default();
        errors
            .0
            .into_iter()
            .map(|error| format!("{}: {}", error.field, error.problem))
            .collect()
    }

    #[test]
    fn every_bad_field_is_named_with_its_path() {
        let mut reader = Reader::default();
        let id: Option<ServerId> = reader.id("server_id", "x");
        let name = reader.line("name", "", 1, 64);
        let errors = reader.finish(|| Some((id?, name?))).unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["server_id", "name"]);
        assert_eq!(
            problems(|r| r.line("name", "", 1, 64)),
            ["outer.name: must be 1 to 64 characters"]
        );
    }

    #[test]
    fn text_is_counted_in_characters_and_holds_no_control_characters() {
        assert!(problems(|r| r.line("f", &"é".repeat(64), 1, 64)).is_empty());
        assert_eq!(problems(|r| r.line("f", &"é".repeat(65), 1, 64)).len(), 1);
        assert_eq!(problems(|r| r.line("f", "a\nb", 1, 64)).len(), 1);
        assert!(problems(|r| r.text("f", "a\nb", 64)).is_empty());
        assert_eq!(problems(|r| r.text("f", "a\u{0}b", 64)).len(), 1);
    }

    #[test]
    fn times_and_spans_out_of_range_are_bad() {
        let time =
            |seconds, nanos| problems(|r| r.time("f", Some(prost_types::Timestamp { seconds, nanos })));
        assert!(time(1, 999_999_999).is_empty());
        assert_eq!(time(1, -1).len(), 1);
        assert_eq!(time(1, 1_000_000_000).len(), 1);
        assert_eq!(time(i64::MAX, 0).len(), 1);
        let span = |seconds, nanos| {
            let limit = std::time::Duration::from_secs(1800);
            problems(|r| r.duration("f", Some(WireDuration { seconds, nanos }), limit))
        };
        assert!(span(1800, 0).is_empty());
        assert_eq!(span(1800, 1).len(), 1);
        assert_eq!(span(-1, 0).len(), 1);
    }

    #[test]
    fn an_empty_mask_names_what_is_set_and_another_names_what_it_says() {
        let mut reader = Reader::default();
        let none = reader.mask(None, &["name"]);
        assert!(none.names("name", true) && !none.names("name", false));
        let paths = vec!["name".to_owned()];
        let named = reader.mask(Some(FieldMask { paths }), &["name"]);
        assert!(named.names("name", false) && !named.names("price", true));
        let paths = vec!["id".to_owned()];
        reader.mask(Some(FieldMask { paths }), &["name"]);
        let errors = reader.finish(|| Some(())).unwrap_err();
        assert_eq!(errors.0[0].field, "update_mask");
    }
}
