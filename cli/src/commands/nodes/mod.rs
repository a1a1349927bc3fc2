//! `hostler nodes`.

mod args;
mod change;
mod enrol;
mod run;
mod stats;

pub(crate) use args::{Nodes, label};
pub(crate) use run::run;
