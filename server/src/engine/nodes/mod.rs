//! Nodes as operators see them: how they join, what they are, what happens to them.

mod enrolment;
mod input;
mod service;
mod watch;

pub use enrolment::{Enrolments, ShownToken};
pub use input::{NewToken, NodePatch};
pub use service::Nodes;
pub use watch::NodesEvent;
