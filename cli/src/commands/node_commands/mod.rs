//! `hostler node-commands`, and what all commands that tell a node something share.

mod args;
mod carry_out;
mod run;

pub(crate) use args::NodeCommands;
pub(crate) use carry_out::carry_out;
pub(crate) use run::run;
