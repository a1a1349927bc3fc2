//! `hostler rules`.

mod args;
mod condition;
mod dry_run;
mod run;

pub(crate) use args::Rules;
pub(crate) use run::run;
