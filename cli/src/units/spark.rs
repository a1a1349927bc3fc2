//! Figures as a line of small bars.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// No answer has more points.
const LONGEST: i64 = 2000;

/// A bar for every `width` seconds from the first to the last, and a blank where there is no figure. The highest
/// one is as high as it goes, and the lowest bar is 0.
pub(crate) fn line(figures: &[(i64, f64)], width: i64, (first, last): (i64, i64)) -> String {
    let highest = figures
        .iter()
        .map(|(_, figure)| *figure)
        .fold(f64::MIN_POSITIVE, f64::max);
    let mut figures = figures.iter().peekable();
    let count = (last.saturating_sub(first) / width.max(1)).clamp(0, LONGEST);
    let bar = |place: i64| {
        let end = first.saturating_add((place + 1).saturating_mul(width.max(1)));
        let mut bar = ' ';
        while let Some((_, figure)) = figures.next_if(|(time, _)| *time < end) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from 0 to 7, and beyond is the last"
            )]
            let height = (figure / highest * 7.0).round() as usize;
            bar = BARS.get(height).copied().unwrap_or('█');
        }
        bar
    };
    (0..=count).map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_up_and_down_and_has_gaps() {
        let figures = [(0, 0.0), (10, 1.0), (20, 7.0), (50, 3.5)];
        assert_eq!(line(&figures, 10, (0, 60)), "▁▂█  ▅ ");
    }

    #[test]
    fn nothing_and_nonsense_do_no_harm() {
        assert_eq!(line(&[], 10, (0, 20)), "   ");
        assert_eq!(line(&[(0, 0.0)], 10, (0, 0)), "▁");
        assert_eq!(line(&[(5, f64::NAN)], 0, (5, 5)), "▁");
        assert_eq!(line(&[], 1, (i64::MIN, i64::MAX)).chars().count(), 2001);
    }
}
