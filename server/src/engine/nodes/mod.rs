//! Nodes as operators see them: how they join, what they are, what happens to them.

mod board;
mod enrolment;
mod input;
mod service;
mod stats;
mod watch;

pub use board::{NodeBoard, NodeFigures};
pub use enrolment::{Enrolments, ShownToken};
pub use input::{NewToken, NodePatch};
pub use service::Nodes;
pub use stats::{NodeStats, NodeStatsEvent};
pub use watch::NodesEvent;
