//! What can go wrong with the store, by what a caller can do about it.

use uuid::Uuid;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no such row")]
    NotFound,
    /// A unique value is taken. `what` names the value, such as `server_name`.
    #[error("{what} is taken")]
    AlreadyExists { what: &'static str },
    /// A guard did not hold: the row is not in the state or generation the caller saw.
    #[error("the row has changed")]
    Stale,
    /// This request id was carried out before, and made or changed `resource`.
    #[error("the request was carried out before")]
    Replayed { resource: Uuid },
    /// This request id was used for another action, or on something else.
    #[error("the request id was used for something else")]
    Reused,
    /// Other rows need this one. `by` names them, such as `servers`.
    #[error("still used by {by}")]
    InUse { by: &'static str },
    /// The user has as many of these as one may: `limit` of them.
    #[error("the user has {limit} {what} already")]
    Full { what: &'static str, limit: u64 },
    /// Nobody would be left who operates the installation.
    #[error("this is the last operator")]
    LastOperator,
    /// Every address of the pool is taken.
    #[error("{what} is used up")]
    Exhausted { what: &'static str },
    /// The database cannot be reached or is overloaded; a write may or may not have happened.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row does not parse. Logged where it is met; lists skip it.
    #[error("row {id} of {table} is corrupt")]
    Corrupt { table: &'static str, id: String },
    #[error("the database failed")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

pub type StoreResult<T> = Result<T, StoreError>;
