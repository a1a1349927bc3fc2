//! Numbers of samples: they grow, over restarts and whatever the clock is set to.
//!
//! A number is the time in milliseconds, or one more than the last. What is on disk is a number that none has come near yet, so
//! that not every sample writes to the disk; after a crash numbers go on from there.

use std::time::Duration;

use crate::state::NumberFile;

/// How far ahead numbers are set aside: an hour.
const AHEAD: u64 = 3_600_000;

/// Gives out numbers.
#[derive(Debug)]
pub(super) struct Sequence {
    last: u64,
    /// Up to here they are on disk as given out.
    reserved: u64,
    file: NumberFile,
}

impl Sequence {
    /// Goes on from what is on disk; `seen` is a number that is known to be given out.
    pub(super) fn open(file: NumberFile, seen: Option<u64>) -> Self {
        let reserved = file.read().unwrap_or(0);
        Self {
            last: reserved.max(seen.unwrap_or(0)),
            reserved,
            file,
        }
    }

    /// The next number.
    pub(super) fn next(&mut self, now: Duration) -> u64 {
        let time = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        self.last = self.last.saturating_add(1).max(time);
        if self.last > self.reserved {
            self.reserve(self.last.saturating_add(AHEAD));
        }
        self.last
    }

    /// Gives back what was set aside.
    pub(super) fn close(&mut self) {
        self.reserve(self.last);
    }

    fn reserve(&mut self, up_to: u64) {
        match self.file.write(up_to) {
            Ok(()) => self.reserved = up_to,
            // It is tried again with the next sample. Until then only a clock that is set back could bring a number twice.
            Err(error) => tracing::debug!(%error, "cannot write the number of the last sample"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_millis(1_700_000_000_000);

    fn file(folder: &tempfile::TempDir) -> NumberFile {
        NumberFile::at(folder.path().join("sequence"))
    }

    #[test]
    fn numbers_are_the_time_and_grow_where_it_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut sequence = Sequence::open(file(&folder), None);
        assert_eq!(sequence.next(NOW), 1_700_000_000_000);
        assert_eq!(sequence.next(NOW), 1_700_000_000_001);
        assert_eq!(
            sequence.next(NOW.saturating_sub(Duration::from_secs(9))),
            1_700_000_000_002
        );
        assert_eq!(sequence.next(NOW + Duration::from_secs(1)), 1_700_000_001_000);
    }

    #[test]
    fn after_a_stop_they_go_on_although_the_clock_was_set_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut sequence = Sequence::open(file(&folder), None);
        let last = sequence.next(NOW);
        sequence.close();
        let mut sequence = Sequence::open(file(&folder), None);
        assert_eq!(
            sequence.next(NOW.saturating_sub(Duration::from_hours(9))),
            last + 1
        );
    }

    #[test]
    fn after_a_crash_none_comes_twice() {
        let folder = tempfile::tempdir().unwrap();
        let mut last = 0;
        for _ in 0..5 {
            let mut sequence = Sequence::open(file(&folder), None);
            for _ in 0..3 {
                let next = sequence.next(NOW);
                assert!(next > last);
                last = next;
            }
        }
    }

    #[test]
    fn what_waits_on_disk_counts_where_the_file_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let mut sequence = Sequence::open(file(&folder), Some(1_800_000_000_000));
        assert_eq!(sequence.next(NOW), 1_800_000_000_001);
    }
}
