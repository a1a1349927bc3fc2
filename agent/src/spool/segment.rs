//! One file of the spool: how much it holds, and how much of that is sent.

use std::path::{Path, PathBuf};

use hostler_proto::v1::NodeSample;

use super::record;

const ENDING: &str = "samples";
/// Digits of a number of a file; leading zeros make names sort as numbers.
const DIGITS: usize = 20;

/// A file of samples. Files are numbered in the order in which they were begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) number: u64,
    /// Whole records in it, in bytes.
    pub(super) bytes: u64,
    /// Samples in it that are not sent yet.
    pub(super) waiting: u64,
    /// Bytes from its beginning that are sent.
    pub(super) sent: u64,
}

impl Segment {
    pub(super) fn new(number: u64) -> Self {
        Self {
            number,
            bytes: 0,
            waiting: 0,
            sent: 0,
        }
    }

    /// What a file holds; what is behind its last whole record does not count.
    pub(super) fn of(number: u64, content: &[u8]) -> Self {
        let mut rest = content;
        let mut waiting = 0;
        while let Some((_, behind)) = record::decode(rest) {
            waiting += 1;
            rest = behind;
        }
        Self {
            number,
            bytes: (content.len() - rest.len()) as u64,
            waiting,
            sent: 0,
        }
    }

    pub(super) fn path(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{:0DIGITS$}.{ENDING}", self.number))
    }

    /// The number of a file of the spool; `None` for other files.
    pub(super) fn number_of(path: &Path) -> Option<u64> {
        let is_ours = path.extension().is_some_and(|ending| ending == ENDING);
        let name = path.file_stem().filter(|_| is_ours)?.to_str()?;
        name.parse().ok().filter(|_| name.len() == DIGITS)
    }

    /// Samples from the first that is not sent, at most so many and so many bytes, but one in any case; and the bytes that they take.
    pub(super) fn next(&self, content: &[u8], most: usize, most_bytes: usize) -> (Vec<NodeSample>, u64) {
        let begin = usize::try_from(self.sent)
            .unwrap_or(usize::MAX)
            .min(content.len());
        let all = &content[begin..];
        let mut rest = all;
        let mut samples = Vec::new();
        while samples.len() < most
            && let Some((sample, behind)) = record::decode(rest)
            && (samples.is_empty() || all.len() - behind.len() <= most_bytes)
        {
            samples.push(sample);
            rest = behind;
        }
        (samples, (all.len() - rest.len()) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_sort_by_their_number_and_other_files_are_left_alone() {
        let folder = Path::new("/spool");
        let path = Segment::new(12).path(folder);
        assert_eq!(path, folder.join("00000000000000000012.samples"));
        assert_eq!(Segment::number_of(&path), Some(12));
        for other in [
            "/spool/12.samples",
            "/spool/dropped",
            "/spool/00000000000000000012.old",
        ] {
            assert_eq!(Segment::number_of(Path::new(other)), None, "{other}");
        }
    }

    #[test]
    fn content_that_is_no_sample_counts_as_nothing() {
        for content in [&b""[..], &[0; 20], &[0xff; 100]] {
            assert_eq!(Segment::of(1, content), Segment::new(1));
        }
    }
}
