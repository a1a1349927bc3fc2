//! The edge: gRPC and plain HTTP on one port. Calls are checked, converted, handed to the use cases, and their
//! answers converted back; no rule of the business is here.
//!
//! [`router()`] makes the routes from [`EdgeDeps`], [`http::Edge`] serves them on a listener.

mod agent_stream;
mod agents;
mod alert_metrics;
mod alert_rules;
mod alerts;
mod audit;
mod auth;
mod call;
mod catalog;
mod channels;
mod containers;
mod convert;
mod delivery_metrics;
mod deps;
mod fault;
#[cfg(test)]
mod golden_errors;
mod health;
pub mod http;
mod inbound;
mod layers;
mod metrics;
mod monitoring;
mod node_commands;
mod nodes;
mod notifications;
mod operations;
mod policy;
mod process_metrics;
mod refusal;
mod remote_write_metrics;
mod router;
mod servers;
mod session_cookie;
mod snapshots;
mod status;
mod streams;
mod sweep_metrics;
mod users;
mod vital_metrics;

pub use deps::{EdgeDeps, EdgeSettings};
pub use metrics::EdgeMetrics;
pub use policy::PolicyError;
pub use router::{EdgeError, router};
pub use vital_metrics::VitalMetrics;
