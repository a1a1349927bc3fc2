//! Knows whether an answer may still be on its way over a connection.
//!
//! diesel-async does not notice that a future was dropped between a command and its answer. On
//! MySQL a pool would hand the connection on, and its next user would read the previous user's
//! answer as its own. On SQLite the statement may still be running. The flag is up in that window,
//! and stays up after an I/O error; a connection whose flag is up is never used again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};

#[derive(Clone, Default)]
pub(super) struct Watch(Arc<AtomicBool>);

impl Watch {
    pub(super) fn is_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Runs one command under the flag; refuses when an earlier one never got its answer.
    pub(super) async fn over<T>(self, command: impl Future<Output = QueryResult<T>>) -> QueryResult<T> {
        if self.0.swap(true, Ordering::Relaxed) {
            let text = "connection was left in mid query".to_owned();
            return Err(Error::DatabaseError(
                DatabaseErrorKind::ClosedConnection,
                Box::new(text),
            ));
        }
        // Dropped here, the flag stays up.
        let answer = command.await;
        let broken = matches!(&answer, Err(error) if broke_the_line(error));
        self.0.store(broken, Ordering::Relaxed);
        answer
    }
}

/// A connection with its flag.
pub struct Watched<C> {
    pub(super) conn: C,
    pub(super) watch: Watch,
}

impl<C> Watched<C> {
    pub fn new(conn: C) -> Self {
        Self {
            conn,
            watch: Watch::default(),
        }
    }

    /// For the migration harness, which wants diesel-async's own types.
    pub fn into_inner(self) -> C {
        self.conn
    }
}

/// The driver's own failures, as against errors that the server reported: diesel-async files both
/// under `Unknown`, and only the driver's texts begin like this.
fn broke_the_line(error: &Error) -> bool {
    let Error::DatabaseError(_, info) = error else {
        return false;
    };
    ["Input/output error", "Driver error"]
        .iter()
        .any(|start| info.message().starts_with(start))
}
