//! A number on disk that is written over in place: that needs no room, so it works on a full disk, too.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::private_file::OWNER_ONLY_FILE;

/// Digits of the largest number and the end of the line.
const WIDTH: usize = 21;

/// One number in a file of its own.
#[derive(Debug)]
pub(crate) struct NumberFile {
    path: PathBuf,
}

impl NumberFile {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The number; `None` where there is none that can be read.
    pub(crate) fn read(&self) -> Option<u64> {
        let text = std::fs::read_to_string(&self.path).ok()?;
        text.trim_end().parse().ok()
    }

    /// Writes the number, onto the disk itself.
    pub(crate) fn write(&self, number: u64) -> io::Result<()> {
        let file = open(&self.path)?;
        let line = format!("{number:0width$}\n", width = WIDTH - 1);
        file.write_all_at(line.as_bytes(), 0)?;
        file.sync_data()
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(OWNER_ONLY_FILE)
        .open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = NumberFile::at(folder.path().join("number"));
        assert_eq!(file.read(), None);
        for number in [u64::MAX, 0, 42] {
            file.write(number).unwrap();
            assert_eq!(file.read(), Some(number));
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = NumberFile::at(folder.path().join("number"));
        std::fs::write(&file.path, "12x").unwrap();
        assert_eq!(file.read(), None);
    }
}
