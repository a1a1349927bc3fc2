//! `hostler containers`.

mod args;
mod run;

pub(crate) use args::Containers;
pub(crate) use run::run;
