//! Alerts: rules are held against what sweeps see, and what follows is written, told and shown.
//!
//! Evaluation is pure up to one write: `guests` holds figures against rules about metrics, beside each sweep;
//! `conditions` everything else, on one instance. Both write through `writer`, guarded by the generation of
//! each alert, so that nobody is told twice.

mod book;
mod conditions;
mod dry_run;
mod guests;
mod judgement;
mod known;
mod log;
mod rules;
mod service;
mod silences;
mod tail;
#[cfg(test)]
mod test_server;
mod watch;
mod writer;

pub use book::Shelf;
pub use conditions::ConditionAlerts;
pub use dry_run::{DryRun, DryRunAlert, DryRunReport, DryRunServer, MAX_SERVERS};
pub use guests::{GuestAlerts, SweptLooks};
pub use log::AlertLog;
pub use rules::{AlertRulePatch, AlertRules, NewAlertRule};
pub use service::{Alerts, ShownAlert};
pub use silences::{NewSilence, Silences};
pub use watch::{AlertsEvent, ShownChange};
pub use writer::AlertWriter;
