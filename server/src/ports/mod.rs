//! What the engine needs from the outside, as traits with small errors that say what to do.

pub mod bus;
pub mod clock;
pub mod faults;
pub mod hypervisor;
pub mod mailer;
pub mod notifier;
pub mod sample_sink;
pub mod store;
