//! Keeps the state in a file, so that a demonstration survives a restart of the program.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::state::State;

/// Grows when the form of the file changes.
const VERSION: u32 = 1;

/// A file larger than this is not one of ours.
const MAX_BYTES: u64 = 256 << 20;

#[derive(Serialize, Deserialize)]
struct Document<S> {
    version: u32,
    state: S,
}

/// `None` when there is no file yet.
pub(super) fn load(path: &Path) -> io::Result<Option<State>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if file.metadata()?.len() > MAX_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the file is too large",
        ));
    }
    let document: Document<State> = serde_json::from_reader(io::BufReader::new(file))?;
    if document.version != VERSION {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the file has version {}, not {VERSION}", document.version),
        ));
    }
    Ok(Some(document.state))
}

/// Replaces the file as a whole: whoever reads it sees the old state or the new one. A killed process
/// loses nothing of it. It is not flushed to the disk, which would hold up every call: after a power
/// cut a simulation may be some changes behind, and the reconciler says where.
pub(super) fn save(path: &Path, state: &State) -> io::Result<()> {
    let text = serde_json::to_vec(&Document {
        version: VERSION,
        state,
    })?;
    let beside = beside(path);
    // A leftover of a crash may have other permissions.
    match fs::remove_file(&beside) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(&text)?;
    fs::rename(&beside, path)
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}
