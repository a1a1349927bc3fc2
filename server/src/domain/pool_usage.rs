//! How busy a pool of database connections is.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUsage {
    /// `reader` and `writer` of SQLite's file, or `shared`.
    pub pool: &'static str,
    /// Lent to somebody at this moment.
    pub in_use: u64,
    /// Connections at most.
    pub limit: u64,
    /// Callers that wait for one.
    pub waiting: u64,
}
