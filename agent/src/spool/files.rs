//! The few things that are done to files of the spool, so that a test can have a disk that is full.

use std::fmt::Debug;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::state::private_file::OWNER_ONLY_FILE;

/// What is asked of a disk.
pub(super) trait Files: Debug + Send {
    /// Puts bytes behind the end of a file, and makes the file where there is none.
    fn append(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Shortens a file.
    fn cut(&mut self, path: &Path, length: u64) -> io::Result<()>;
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    fn remove(&mut self, path: &Path) -> io::Result<()>;
}

/// The machine's own.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Disk;

impl Files for Disk {
    fn append(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(OWNER_ONLY_FILE)
            .open(path)?;
        file.write_all(bytes)
    }

    fn cut(&mut self, path: &Path, length: u64) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.set_len(length)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A disk with room for so many bytes more; it takes the part that fits, as real ones do.
    #[derive(Clone, Debug)]
    pub(in crate::spool) struct TightDisk(Arc<AtomicU64>);

    impl TightDisk {
        pub(in crate::spool) fn with_room(bytes: u64) -> Self {
            Self(Arc::new(AtomicU64::new(bytes)))
        }

        pub(in crate::spool) fn make_room(&self, bytes: u64) {
            self.0.store(bytes, Ordering::SeqCst);
        }
    }

    impl Files for TightDisk {
        fn append(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
            let room = self.0.load(Ordering::SeqCst);
            let fits = usize::try_from(room).unwrap().min(bytes.len());
            Disk.append(path, &bytes[..fits])?;
            self.0.fetch_sub(fits as u64, Ordering::SeqCst);
            if fits < bytes.len() {
                return Err(io::ErrorKind::StorageFull.into());
            }
            Ok(())
        }

        fn cut(&mut self, path: &Path, length: u64) -> io::Result<()> {
            Disk.cut(path, length)
        }

        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            Disk.read(path)
        }

        fn remove(&mut self, path: &Path) -> io::Result<()> {
            Disk.remove(path)
        }
    }
}
