//! `hostler servers`.

mod args;
mod change;
mod keys;
mod price;
mod resize;
mod run;
mod watch;

pub(crate) use args::Servers;
pub(crate) use run::run;
