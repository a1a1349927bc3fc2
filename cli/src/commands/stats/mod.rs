//! `hostler stats`.

mod args;
mod history;
mod live;
mod loss;
mod retention;
mod run;

pub(crate) use args::Stats;
pub(crate) use run::run;
