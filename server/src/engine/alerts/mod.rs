//! Alerts: rules are held against what sweeps see, and what follows is written, told and shown.
//!
//! Evaluation is pure up to one write: `guests` holds figures of servers against rules about metrics, beside each sweep;
//! `conditions` everything else of servers, on one instance; `nodes` what agents tell, on the instance that they talk to;
//! `offline` the nodes that nobody holds, on one instance. All write through `writer`, guarded by the generation of
//! each alert, so that nobody is told twice.

mod book;
mod conditions;
mod dry_run;
mod forecasts;
mod guests;
mod judgement;
mod known;
mod log;
mod looking;
mod node_judge;
mod nodes;
mod offline;
mod restarts;
mod rules;
mod service;
mod silences;
mod tail;
#[cfg(test)]
mod test_node;
#[cfg(test)]
mod test_server;
mod watch;
mod writer;

pub use book::Shelf;
pub use conditions::ConditionAlerts;
pub use dry_run::{DryRun, DryRunAlert, DryRunReport, MAX_SUBJECTS, WouldFire};
pub use guests::{GuestAlerts, SweptLooks};
pub use log::AlertLog;
pub use nodes::{NodeAlerts, NodeSources};
pub use offline::OfflineAlerts;
pub use rules::{AlertRulePatch, AlertRules, NewAlertRule};
pub use service::{Alerts, ShownAlert};
pub use silences::{NewSilence, Silences};
pub use watch::{AlertsEvent, ShownChange};
pub use writer::AlertWriter;
