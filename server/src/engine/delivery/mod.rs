//! How what has happened reaches people: who is told, what a try comes to, and when the next one is.

mod attempts;
mod counters;
mod expansion;
mod patience;

pub use attempts::{Attempt, Attempts};
pub use counters::{DeliveryCounters, DeliveryResult};
pub use expansion::{Expansion, Unexpanded, expand};
pub use patience::{again_after, short};
