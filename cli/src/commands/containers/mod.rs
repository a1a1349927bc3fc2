//! `hostler containers`, and `hostler logs`.

mod act;
mod args;
mod run;

pub(crate) use act::logs;
pub(crate) use args::{Containers, Logs};
pub(crate) use run::run;
