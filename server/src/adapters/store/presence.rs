//! Whether this process is the only one at a SQLite file.
//!
//! Leases outlive the process that took them, so that another can tell a slow holder from a dead one by time
//! alone. One that comes to a file that nobody else has open needs no time to know: all holders are dead.
//!
//! Everybody holds a shared lock on a file beside the database for as long as it runs, and tries for the whole
//! lock first. The kernel lets go of a lock with its process, however that ends.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use diesel::prelude::*;

use super::columns::AnyId;
use super::connection::{AnyConn, Run};
use super::errors::Outcome;
use super::schema::{leader_leases, operations};
use crate::domain::time::Timestamp;

/// Held while the database is in use.
pub(super) struct Presence {
    _lock: File,
}

/// The whole lock: while it is held, nobody else comes in.
pub(super) struct Alone(File);

impl Alone {
    /// `None` when somebody else is there.
    pub(super) fn enter(database: &Path) -> std::io::Result<Option<Self>> {
        let file = lock_file(database)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Presence {
    /// Lets others in. Waits for nobody but one that is alone, which is a matter of milliseconds.
    pub(super) fn share(database: &Path, alone: Option<Alone>) -> std::io::Result<Self> {
        let file = match alone {
            Some(Alone(file)) => file,
            None => lock_file(database)?,
        };
        file.lock_shared()?;
        Ok(Self { _lock: file })
    }
}

fn lock_file(database: &Path) -> std::io::Result<File> {
    let mut path = database.as_os_str().to_owned();
    path.push("-lock");
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

/// Makes what dead holders were at claimable at once; tells how many operations that are.
pub(super) async fn free_leases(c: &mut AnyConn) -> Outcome<usize> {
    let held = operations::table.filter(
        operations::due_time
            .is_not_null()
            .and(operations::lease_owner.is_not_null()),
    );
    let freed = diesel::update(held)
        .set((
            operations::lease_owner.eq(None::<&str>),
            operations::lease_until.eq(Timestamp::from_micros(0)),
            operations::claim_id.eq(None::<AnyId>),
            operations::due_time.eq(operations::run_after.nullable()),
        ))
        .exec(c)
        .await?;
    diesel::delete(leader_leases::table).exec(c).await?;
    Ok(freed)
}
