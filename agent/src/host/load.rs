//! How many processes ran or waited to, from `/proc/loadavg`.

/// Averages over 1, 5 and 15 minutes.
pub(crate) fn parse(text: &str) -> Option<[f64; 3]> {
    let mut words = text.split_ascii_whitespace().map(|word| {
        word.parse()
            .ok()
            .filter(|number: &f64| number.is_finite() && *number >= 0.0)
    });
    Some([words.next()??, words.next()??, words.next()??])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_averages_are_read() {
        assert_eq!(parse("0.20 0.18 12.5 1/80 11206\n"), Some([0.20, 0.18, 12.5]));
    }

    #[test]
    fn what_is_no_average_is_not_known() {
        for text in ["", "1 2", "a b c", "NaN 1 1", "inf 1 1", "-1 1 1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
