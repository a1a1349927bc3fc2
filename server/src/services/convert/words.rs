//! Words of machines, which may be in anybody's hands.

/// Text for people: one line of bounded length, without control characters.
pub(super) fn words(text: &str, max: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_move_a_cursor_is_left_out() {
        assert_eq!(words("a\u{1b}[2J\nb\u{9b}c", 100), "a[2Jbc");
        assert_eq!(words("äöü", 2), "äö");
    }
}
