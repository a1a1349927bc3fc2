//! Work that repeats: a driver, and one file for each task.
//!
//! A task takes no input and returns a line that says what it did. [`Driver`] gives it its
//! period, wakes it early when a notice asks for it, logs its failures, and ends with the token.

mod alerts;
pub mod deliveries;
mod drift;
pub mod driver;
mod due_times;
mod live;
mod node_absences;
mod node_commands;
pub mod outbox;
pub mod prune;
pub mod reconcile;
pub mod stats;
mod sweep;
pub mod task;

pub use alerts::AlertConditions;
pub use deliveries::{Deliveries, DeliveryStatus};
pub use driver::Driver;
pub use due_times::DueTimes;
pub use live::LiveLooks;
pub use node_absences::NodeAbsences;
pub use node_commands::NodeCommandDeadlines;
pub use outbox::{DispatchStatus, OutboxDispatch};
pub use prune::{Prune, PruneSettings, PruneStatus};
pub use reconcile::ReconcileSettings;
pub use stats::{StatsStatus, StatsUpkeep};
pub use sweep::{Sweep, SweepShared};
pub use task::{Schedule, Task, TaskError};
