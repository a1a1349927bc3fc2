//! Spans such as `90s`, `10m`, `12h`, `30d`, and moments.

use std::time::{Duration, SystemTime};

use prost_types::Timestamp;

const HOW: &str = "write a time with its unit, such as 90s, 10m, 12h or 30d";

/// Reads a span of time that is not nothing.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    match read(text) {
        Some(span) if span.is_zero() => Err("more than nothing".to_owned()),
        found => found.ok_or_else(|| HOW.to_owned()),
    }
}

/// Reads a span of at least and at most so much, as the server takes it: who errs is told in the words of the flag that is wrong.
pub(crate) fn within(
    least: Duration,
    most: Duration,
) -> impl Fn(&str) -> Result<Duration, String> + Clone + Send + Sync + 'static {
    move |text| {
        let found = read(text).ok_or(HOW)?;
        if (least..=most).contains(&found) {
            return Ok(found);
        }
        let most = span(most);
        Err(if least > Duration::from_secs(1) {
            format!("from {} to {most}", span(least))
        } else if found < least {
            format!("more than nothing, and at most {most}")
        } else {
            format!("at most {most}")
        })
    }
}

fn read(text: &str) -> Option<Duration> {
    let seconds = |suffix: char| match suffix {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3600),
        'd' => Some(86_400),
        _ => None,
    };
    text.char_indices()
        .next_back()
        .and_then(|(index, suffix)| {
            let count: u64 = text.get(..index)?.parse().ok()?;
            count.checked_mul(seconds(suffix)?)
        })
        .map(Duration::from_secs)
}

/// The moment that far from now.
pub(crate) fn from_now(span: Duration) -> Option<Timestamp> {
    now().checked_add(span).map(Timestamp::from)
}

/// The beginning and the end of a range that long and ends now.
pub(crate) fn last(span: Duration) -> Option<(Timestamp, Timestamp)> {
    let end = now();
    let start = end.checked_sub(span)?;
    Some((Timestamp::from(start), Timestamp::from(end)))
}

/// The moment that long ago.
pub(crate) fn ago(span: Duration) -> Option<Timestamp> {
    now().checked_sub(span).map(Timestamp::from)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the moment a person means by \"in 30 days\" or \"24 hours ago\""
)]
fn now() -> SystemTime {
    SystemTime::now()
}

/// How long ago a moment was; nothing when it is to come.
pub(crate) fn since(moment: Timestamp) -> Option<Duration> {
    let moment = SystemTime::try_from(moment).ok()?;
    Some(now().duration_since(moment).unwrap_or_default())
}

/// Writes a span in its largest unit.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        172_800.. => format!("{} d", seconds / 86_400),
    }
}

/// Writes a span of whole hours to the hour, in days where it is made of them.
pub(crate) fn hours(span: Duration) -> String {
    match span.as_secs() / 3600 {
        hours if hours % 24 == 0 => format!("{} d", hours / 24),
        hours => format!("{hours} h"),
    }
}

/// Writes a moment for programs: RFC 3339, UTC.
pub(crate) fn machine(time: Option<Timestamp>) -> Option<String> {
    time.map(|time| time.to_string())
}

/// Writes a moment for people, to the second.
pub(crate) fn human(text: Option<&str>) -> String {
    let Some((day, time)) = text.and_then(|text| text.split_once('T')) else {
        return "-".to_owned();
    };
    format!("{day} {} UTC", time.get(..8).unwrap_or(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_need_a_unit() {
        assert_eq!(parse("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("30d"), Ok(Duration::from_hours(720)));
        for text in ["", "5", "d", "0s", "-5s", "5w", "5ж", "99999999999999999999d"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_span_out_of_its_bounds_says_which_they_are() {
        let repeat = within(Duration::from_mins(5), Duration::from_hours(168));
        assert_eq!(repeat("7d"), Ok(Duration::from_hours(168)));
        assert_eq!(repeat("4m"), Err("from 5 min to 7 d".to_owned()));
        assert_eq!(repeat("8d"), Err("from 5 min to 7 d".to_owned()));
        let lasting = within(Duration::ZERO, Duration::from_hours(24));
        assert_eq!(lasting("0s"), Ok(Duration::ZERO));
        assert_eq!(lasting("25h"), Err("at most 24 h".to_owned()));
        let since = within(Duration::from_secs(1), Duration::from_hours(731 * 24));
        assert_eq!(
            since("0s"),
            Err("more than nothing, and at most 731 d".to_owned())
        );
        assert_eq!(since("732d"), Err("at most 731 d".to_owned()));
        assert!(lasting("5").is_err());
    }

    #[test]
    fn spans_are_written_in_their_largest_unit() {
        let written = |seconds| span(Duration::from_secs(seconds));
        assert_eq!(
            [written(3), written(400), written(7200), written(200_000)],
            ["3 s", "6 min", "2 h", "2 d"]
        );
        assert_eq!(since(now().into()).map(|age| age.as_secs() < 60), Some(true));
    }

    #[test]
    fn moments_are_written_for_programs_and_for_people() {
        let moment = machine(Some(Timestamp {
            seconds: 1_767_225_600,
            nanos: 5_000_000,
        }))
        .unwrap();
        assert_eq!(moment, "2026-01-01T00:00:00.005Z");
        assert_eq!(human(Some(&moment)), "2026-01-01 00:00:00 UTC");
        assert_eq!(human(None), "-");
    }
}
