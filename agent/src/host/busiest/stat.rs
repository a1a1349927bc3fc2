//! `/proc/PID/stat`, as `proc_pid_stat(5)` describes it.

/// What is told of one process at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    /// Processor time so far, in ticks of the clock.
    pub(super) ticks: u64,
    /// When it began, in ticks since the machine did: with the id, it tells one process from the next of the same id.
    pub(super) start: u64,
    /// Memory that it holds, in pages.
    pub(super) pages: u64,
}

/// The name of the process, and what else is used of the line. `None` when the line is not as it should be.
pub(super) fn parse(line: &[u8]) -> Option<(&[u8], Stat)> {
    // The name may hold whatever the process likes, brackets and spaces too: it ends with the last bracket.
    let open = line.iter().position(|byte| *byte == b'(')?;
    let close = line.iter().rposition(|byte| *byte == b')')?;
    let name = line.get(open + 1..close)?;
    let rest = std::str::from_utf8(line.get(close + 1..)?).ok()?;
    // Counted from the state, which is field 3.
    let mut fields = rest.split_ascii_whitespace();
    let user: u64 = fields.nth(11)?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    let start: u64 = fields.nth(6)?.parse().ok()?;
    let pages: i64 = fields.nth(1)?.parse().ok()?;
    let stat = Stat {
        ticks: user.saturating_add(system),
        start,
        pages: u64::try_from(pages).unwrap_or(0),
    };
    Some((name, stat))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &[u8] = b"17 (a) b) S 1 17 17 0 -1 4194560 900 0 3 0 250 50 0 0 20 0 4 0 12345 170000000 2048 18446744073709551615 1 1\n";

    #[test]
    fn a_name_with_brackets_and_spaces_is_read_whole() {
        let (name, stat) = parse(LINE).unwrap();
        assert_eq!(name, b"a) b");
        let wanted = Stat {
            ticks: 300,
            start: 12345,
            pages: 2048,
        };
        assert_eq!(stat, wanted);
    }

    #[test]
    fn a_line_that_is_cut_anywhere_is_nothing_and_no_panic() {
        for end in 0..LINE.len() {
            let _ = parse(&LINE[..end]);
        }
        assert_eq!(parse(b""), None);
        assert_eq!(parse(b")("), None);
        assert_eq!(parse(b"17 (x) S 1 2"), None);
    }
}
