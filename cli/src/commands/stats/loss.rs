//! What a change of how long figures are kept deletes.

use std::time::Duration;

use crate::units::time;

/// How long figures of one kind are kept.
pub(super) struct Kept {
    /// What they are called.
    pub(super) figures: &'static str,
    pub(super) now: Option<Duration>,
    /// `None` when it stays.
    pub(super) new: Option<Duration>,
}

/// Says what goes, as a warning that has no end yet. `None` when nothing does: what is kept for longer, or as long, stays.
pub(super) fn loss(kept: &[Kept]) -> Option<String> {
    let goes = |kept: &Kept| {
        let (now, new) = (kept.now?, kept.new?);
        let (old, figures) = (time::hours(new), kept.figures);
        (new < now).then(|| {
            format!(
                "{figures} older than {old} (kept for {} so far)",
                time::hours(now)
            )
        })
    };
    let gone: Vec<_> = kept.iter().filter_map(goes).collect();
    (!gone.is_empty()).then(|| format!("This deletes, of every server, {}", gone.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(figures: &'static str, now: u64, new: Option<u64>) -> Kept {
        Kept {
            figures,
            now: Some(Duration::from_hours(now)),
            new: new.map(Duration::from_hours),
        }
    }

    #[test]
    fn what_is_kept_for_less_time_is_what_goes() {
        let kept = [
            of("samples", 48, Some(36)),
            of("averages of a minute", 336, Some(336)),
            of("averages of ten minutes", 1440, Some(24)),
            of("averages of an hour", 17_520, None),
        ];
        insta::assert_snapshot!(loss(&kept).unwrap(), @"This deletes, of every server, samples older than 36 h (kept for 2 d so far), averages of ten minutes older than 1 d (kept for 60 d so far)");
    }

    #[test]
    fn what_is_kept_for_longer_costs_nothing() {
        assert_eq!(
            loss(&[of("samples", 48, Some(72)), of("samples", 48, None)]),
            None
        );
    }
}
