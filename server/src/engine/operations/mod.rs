//! Durable work: accepted with the change that begins it, carried out step by step, undone when it
//! cannot be finished. docs/operations.md tells the whole story.
//!
//! - [`Operations::new`]`(ports)`: what callers ask about operations;
//! - [`Worker::new`]`(ports, `[`WorkerSettings::new`]`(owner)).run(token)`: does the work;
//! - [`accept`]: how use cases hand work over;
//! - `kinds/`: one file for each kind with its list of steps; `steps/`: the steps that kinds share.

pub mod accept;
mod context;
mod events;
mod failure;
mod journal;
mod kinds;
mod log;
mod machine;
mod messages;
mod notices;
pub mod params;
mod requests;
mod run;
mod settings;
mod step;
mod step_end;
mod step_limit;
mod steps;
mod watch;
mod worker;

pub use kinds::step_names;
pub use requests::Operations;
pub use settings::{Deadlines, RetrySettings, StepSettings, WorkerSettings};
pub use worker::Worker;
