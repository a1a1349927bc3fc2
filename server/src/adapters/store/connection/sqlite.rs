//! How SQLite's file is made and a connection to it set up.

use std::fs::{DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncConnection, SimpleAsyncConnection};

use super::any_conn::AnyConn;
use super::shape::Lite;
use super::watch::Watched;

/// `busy_timeout` comes first, so that the others wait too. The page caches are small because the
/// operating system caches the file anyway, and an idle server should stay small. A commit is not synced: it
/// survives the process, and with the machine's power the last ones may go (docs/operations.md).
const WRITER: &str = "\
    PRAGMA busy_timeout = 5000; \
    PRAGMA journal_mode = WAL; \
    PRAGMA synchronous = NORMAL; \
    PRAGMA foreign_keys = ON; \
    PRAGMA temp_store = MEMORY; \
    PRAGMA journal_size_limit = 67108864; \
    PRAGMA cache_size = -2048";
const READER: &str = "\
    PRAGMA busy_timeout = 5000; \
    PRAGMA temp_store = MEMORY; \
    PRAGMA cache_size = -1024; \
    PRAGMA query_only = ON";

/// The change to WAL does not wait for the busy timeout when several processes open a new file at
/// once, so it is tried again for about as long.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Clone, Copy, Debug)]
pub(super) enum Mode {
    Writer,
    Reader,
}

pub(super) async fn connect(path: &Path, mode: Mode) -> ConnectionResult<AnyConn> {
    let text = path
        .to_str()
        .ok_or_else(|| ConnectionError::BadConnection("the database's path is not UTF-8".to_owned()))?;
    let mut conn = Lite::establish(text).await?;
    let pragmas = match mode {
        Mode::Writer => WRITER,
        Mode::Reader => READER,
    };
    let mut tries = 0;
    loop {
        match conn.batch_execute(pragmas).await {
            Ok(()) => return Ok(AnyConn::Sqlite(Watched::new(conn))),
            Err(error) if tries < TRIES && error.to_string().contains("locked") => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(ConnectionError::CouldntSetupConfiguration(error)),
        }
    }
}

/// Makes the file, for its owner alone, with the directory above it. SQLite gives the files beside
/// it (`-wal`, `-shm`) the same mode.
pub(super) fn create_file(path: &Path) -> std::io::Result<()> {
    if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_file_and_its_directory_are_for_their_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state/hostler.db");
        create_file(&path).unwrap();
        create_file(&path).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }
}
