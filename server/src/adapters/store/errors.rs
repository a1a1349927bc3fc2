//! What the databases say, sorted by what can be done about it. The one place that reads their
//! texts: diesel-async drops MySQL's error numbers.

use diesel::result::{DatabaseErrorKind, Error};

use crate::ports::store::StoreError;

/// Why a unit of work failed, as long as it may still be run again.
#[derive(Debug)]
pub enum Failure {
    /// Somebody else was in the way. The whole unit of work may succeed the next time.
    Contended(Error),
    /// The connection broke. Whether the last statement happened is unknown.
    Lost(Error),
    Store(StoreError),
}

pub type Outcome<T> = Result<T, Failure>;

/// Texts at whose beginning MySQL and MariaDB say that somebody was in the way.
const CONTENDED_MYSQL: [&str; 3] = [
    "Deadlock found when trying to get lock",
    "Lock wait timeout exceeded",
    "Record has changed since last read",
];
const CONTENDED_SQLITE: [&str; 3] = [
    "database is locked",
    "database table is locked",
    "database schema is locked",
];
/// The driver's own failures, and the server's last words on a connection it closes.
const LOST: [&str; 6] = [
    "Input/output error",
    "Driver error",
    "Connection was killed",
    "Server shutdown in progress",
    "Got timeout reading communication packets",
    "Query execution was interrupted",
];
/// The database answers, and cannot do it now.
const UNAVAILABLE: [&str; 11] = [
    "Too many connections",
    "database or disk is full",
    "disk is full",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
    "The MariaDB server is running with the --read-only option",
    "The MySQL server is running with the --read-only option",
    "WSREP has not yet prepared node for application use",
    "Can't create more than max_prepared_stmt_count statements",
    "Disk full",
];

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        classify(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Contended(error) | Failure::Lost(error) => Self::Unavailable(error.into()),
            Failure::Store(error) => error,
        }
    }
}

/// Sorts an error that no query expected.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "diesel adds variants: what is new to us is nothing a caller can act on"
)]
pub fn classify(error: Error) -> Failure {
    match &error {
        Error::NotFound => Failure::Store(StoreError::NotFound),
        Error::BrokenTransactionManager => Failure::Lost(error),
        Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => Failure::Lost(error),
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Failure::Contended(error),
        Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => {
            Failure::Store(StoreError::Unavailable(error.into()))
        }
        Error::DatabaseError(_, info) => {
            let text = info.message();
            if CONTENDED_MYSQL.iter().any(|start| text.starts_with(start))
                || CONTENDED_SQLITE.iter().any(|part| text.contains(part))
            {
                Failure::Contended(error)
            } else if LOST.iter().any(|start| text.starts_with(start)) {
                Failure::Lost(error)
            } else if UNAVAILABLE.iter().any(|part| text.contains(part)) {
                Failure::Store(StoreError::Unavailable(error.into()))
            } else {
                Failure::Store(StoreError::Other(error.into()))
            }
        }
        Error::RollbackErrorOnCommit { .. } => Failure::Lost(error),
        _ => Failure::Store(StoreError::Other(error.into())),
    }
}

pub fn is_unique_violation(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}

/// Reads a unique violation as "`what` is taken".
pub fn taken(what: &'static str) -> impl Fn(Error) -> Failure {
    move |error| {
        if is_unique_violation(&error) {
            Failure::Store(StoreError::AlreadyExists { what })
        } else {
            classify(error)
        }
    }
}

/// A guard that did not hold where the whole unit of work can simply be run again.
pub fn lost_race() -> Failure {
    Failure::Contended(Error::RollbackTransaction)
}

/// What no row changed means for a guarded update: the row differs, or there is none.
pub fn stale_or_missing(exists: bool) -> Failure {
    Failure::Store(if exists {
        StoreError::Stale
    } else {
        StoreError::NotFound
    })
}
