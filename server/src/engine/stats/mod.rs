//! Figures of servers: how they are taken, shown and told, and their history.
//!
//! A sweep lists all guests of a hypervisor at once; what it sees is stored and shown. Servers that somebody
//! watches are looked at more often, for them alone.

mod board;
pub mod buckets;
mod keeper;
mod lookout;
pub mod query;
pub mod retention;
mod service;
mod settings;
mod sweep_log;
mod watch;

pub use board::{Board, Figures};
pub use buckets::{Buckets, MAX_POINTS, MAX_RANGE};
pub use keeper::BoardKeeper;
pub use lookout::{Listing, Lookout, Turn, is_of};
pub use query::{History, Point, StatsHistory, StatsQuery};
pub use retention::RetentionPatch;
pub use service::Stats;
pub use settings::StatsSettings;
pub use sweep_log::{SweepLog, SweepRecord, SweepTurn};
pub use watch::StatsEvent;
