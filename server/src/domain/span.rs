//! Spans of time in words, for messages to people.

use std::fmt;
use std::time::Duration;

/// Written in whole units, of which there are two at least, and rounded up: who waits for so long has waited enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

const UNITS: [(&str, u64); 3] = [("day", 86_400), ("hour", 3600), ("minute", 60)];

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self
            .0
            .as_secs()
            .saturating_add(u64::from(self.0.subsec_nanos() > 0));
        let fits = |(_, unit): &&(&str, u64)| seconds >= 2 * unit;
        let (name, unit) = UNITS.iter().find(fits).copied().unwrap_or(("second", 1));
        let count = seconds.div_ceil(unit);
        write!(f, "{count} {name}{}", if count == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_units_that_people_use() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (121, "3 minutes"),
            (3600, "60 minutes"),
            (85_679, "24 hours"),
            (86_400, "24 hours"),
            (365 * 86_400, "365 days"),
        ] {
            assert_eq!(Span(Duration::from_secs(seconds)).to_string(), words);
        }
        assert_eq!(Span(Duration::from_millis(1)).to_string(), "1 second");
        assert!(Span(Duration::MAX).to_string().ends_with(" days"));
    }
}
