//! Reads the small text files of the kernel into one buffer that is used again and again.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// More than any of these files has on the largest machines.
const LONGEST: u64 = 8 << 20;

/// A buffer for one file at a time.
#[derive(Debug, Default)]
pub(crate) struct Buffer(Vec<u8>);

impl Buffer {
    /// The text of a file; `None` when it cannot be read, or is no text.
    pub(crate) fn read(&mut self, path: &Path) -> Option<&str> {
        std::str::from_utf8(self.read_bytes(path)?).ok()
    }

    /// The content of a file; `None` when it cannot be read.
    pub(crate) fn read_bytes(&mut self, path: &Path) -> Option<&[u8]> {
        self.0.clear();
        let file = File::open(path).ok()?;
        file.take(LONGEST).read_to_end(&mut self.0).ok()?;
        Some(&self.0)
    }

    /// The number that a file holds, and nothing else.
    pub(crate) fn read_number(&mut self, path: &Path) -> Option<i64> {
        self.read(path)?.trim().parse().ok()
    }
}

/// The text of a file without white space around it; `None` when there is none.
pub(crate) fn line(path: &Path) -> Option<String> {
    let mut buffer = Buffer::default();
    let text = buffer.read(path)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A count as the protocol has it; the largest where it is larger.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
