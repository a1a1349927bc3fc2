//! What a dry run has shown, in sentences.

use std::time::Duration;

use prost_types::Timestamp;

use super::known::Known;
use crate::units::time;

/// A server that the rule was tried on.
pub(super) struct Tried {
    pub(super) name: String,
    pub(super) fired: usize,
    /// How many of these are told one by one.
    pub(super) shown: usize,
    pub(super) known: Known,
}

/// Where there is nothing to judge by that is said in place of "never".
pub(super) fn verdict(
    tried: &[Tried],
    (start, end): (Timestamp, Timestamp),
    width: Option<prost_types::Duration>,
) -> Vec<String> {
    let moment = |moment| time::human(time::machine(Some(moment)).as_deref());
    let range = format!("between {} and {}", moment(start), moment(end));
    if tried.is_empty() {
        return vec!["There is no server that it could be tried on.".to_owned()];
    }
    let (blind, judged): (Vec<_>, Vec<_>) = tried
        .iter()
        .partition(|tried| tried.known == Known::Nothing && tried.fired == 0);
    let mut sentences = Vec::new();
    if !judged.is_empty() {
        let fired: usize = judged.iter().map(|tried| tried.fired).sum();
        let times = match fired {
            0 => "It would not have fired".to_owned(),
            fired => format!("It would have fired {}", counted(fired, "time")),
        };
        let servers = counted(judged.len(), "server");
        sentences.push(format!("{times} on {servers} {range}{}.", by(width)));
    }
    for tried in &judged {
        if tried.fired > tried.shown {
            sentences.push(format!(
                "{}: the newest {} of {} are shown.",
                tried.name, tried.shown, tried.fired
            ));
        }
        if let Known::Since(first) = tried.known {
            let first = moment(first);
            sentences.push(format!("{}: there is no history before {first}.", tried.name));
        }
    }
    for tried in blind {
        sentences.push(format!(
            "{}: there is no history {range}, so nothing can be said about it.",
            tried.name
        ));
    }
    sentences
}

/// What was compared, unless every sample was.
fn by(width: Option<prost_types::Duration>) -> String {
    let width = width
        .and_then(|width| Duration::try_from(width).ok())
        .unwrap_or_default();
    if width.is_zero() {
        return String::new();
    }
    format!(", by averages of {}", time::span(width))
}

fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(name: &str, fired: usize, known: Known) -> Tried {
        Tried {
            name: name.to_owned(),
            fired,
            shown: fired.min(100),
            known,
        }
    }

    fn said(tried: &[Tried], width: i64) -> String {
        let at = |seconds| Timestamp { seconds, nanos: 0 };
        let width = (width > 0).then_some(prost_types::Duration {
            seconds: width,
            nanos: 0,
        });
        verdict(tried, (at(0), at(86_400)), width).join("\n")
    }

    #[test]
    fn how_often_and_over_what_is_said() {
        let one = [tried("web-1", 1, Known::Enough)];
        insta::assert_snapshot!(said(&one, 0), @"It would have fired 1 time on 1 server between 1970-01-01 00:00:00 UTC and 1970-01-02 00:00:00 UTC.");
        let many = [
            tried("web-1", 250, Known::Enough),
            tried("db-1", 0, Known::Enough),
        ];
        insta::assert_snapshot!(said(&many, 600), @r"
        It would have fired 250 times on 2 servers between 1970-01-01 00:00:00 UTC and 1970-01-02 00:00:00 UTC, by averages of 10 min.
        web-1: the newest 100 of 250 are shown.
        ");
    }

    #[test]
    fn what_could_not_be_judged_is_not_called_fine() {
        let late = Known::Since(Timestamp {
            seconds: 3600,
            nanos: 0,
        });
        let some = [tried("web-1", 0, late), tried("db-1", 0, Known::Nothing)];
        insta::assert_snapshot!(said(&some, 0), @r"
        It would not have fired on 1 server between 1970-01-01 00:00:00 UTC and 1970-01-02 00:00:00 UTC.
        web-1: there is no history before 1970-01-01 01:00:00 UTC.
        db-1: there is no history between 1970-01-01 00:00:00 UTC and 1970-01-02 00:00:00 UTC, so nothing can be said about it.
        ");
        let nothing = [tried("db-1", 0, Known::Nothing)];
        assert!(!said(&nothing, 0).contains("fired"));
        assert!(said(&[], 0).contains("no server"));
    }
}
