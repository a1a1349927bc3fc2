//! `hostler rules`.

mod args;
mod condition;
mod dry_run;
mod known;
mod run;
mod verdict;

pub(crate) use args::Rules;
pub(crate) use run::run;
