//! Work that repeats: a driver, and one file for each task.
//!
//! A task takes no input and returns a line that says what it did. [`Driver`] gives it its
//! period, wakes it early when a notice asks for it, keeps its status, and ends with the token.

pub mod driver;
pub mod outbox;
pub mod prune;
pub mod task;

pub use driver::{Driver, TaskHandle};
pub use outbox::{OutboxDelivery, OutboxStatus};
pub use prune::{Prune, PruneStatus};
pub use task::{Schedule, Task, TaskError, TaskStatus};
