//! How many processes there are: one directory of `/proc` each.

use std::mem::MaybeUninit;
use std::path::Path;

use rustix::fs::{Mode, OFlags, RawDir};

/// Room for some hundred names at a time.
const BUFFER_BYTES: usize = 8 * 1024;

/// The number of processes that can be seen.
pub(crate) fn count(proc: &Path) -> Option<i32> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let directory = rustix::fs::open(proc, flags, Mode::empty()).ok()?;
    let mut buffer = [MaybeUninit::uninit(); BUFFER_BYTES];
    let mut entries = RawDir::new(directory, &mut buffer);
    let mut count = 0_i32;
    while let Some(entry) = entries.next() {
        let entry = entry.ok()?;
        let name = entry.file_name().to_bytes();
        if !name.is_empty() && name.iter().all(u8::is_ascii_digit) {
            count = count.saturating_add(1);
        }
    }
    (count > 0).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_with_a_number_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(count(folder.path()), None);
        for name in ["1", "23", "self", "4x", "uptime"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        assert_eq!(count(folder.path()), Some(2));
        assert_eq!(count(&folder.path().join("nowhere")), None);
    }
}
