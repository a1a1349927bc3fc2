//! Figures of servers: their history.

pub mod buckets;
pub mod query;
pub mod retention;

pub use buckets::{Buckets, MAX_POINTS, MAX_RANGE};
pub use query::{History, Point, StatsHistory, StatsQuery};
pub use retention::RetentionPatch;
