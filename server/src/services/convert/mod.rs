//! Between the messages of the contract and the types of the domain: one file for each noun.
//!
//! `TryFrom` of a request is the one place where it is checked, and it names every bad field at once. The limits
//! are those that the comments of the contract state.

mod agents;
mod alert_conditions;
mod alert_rules;
mod alert_subjects;
mod alert_viewer;
mod alerts;
mod audit;
mod auth;
mod channels;
mod containers;
mod deliveries;
mod hypervisors;
mod ip_pools;
mod keyed;
mod labels;
mod node_commands;
mod node_samples;
mod node_stats;
mod nodes;
mod nothing;
mod notifications;
mod number;
mod operating_systems;
mod operations;
mod paged;
mod reader;
mod server_events;
mod servers;
mod silences;
mod sizes;
mod snapshots;
mod stats;
mod stats_history;
mod stats_retention;
mod tariffs;
mod time;
mod update;
mod users;
mod viewer;
mod words;

pub(super) use agents::{Introduction, Joining, wire_order, wire_welcome};
pub(super) use alert_rules::{RulesOf, wire_alert_rule, wire_dry_run};
pub(super) use alert_viewer::AlertViewer;
pub(super) use alerts::{Cursor, wire_alert, wire_alerts_event, wire_change};
pub(super) use audit::wire_audit_event;
pub(super) use auth::{
    MailTo, MailedToken, PasswordChange, PasswordReset, Refresh, wire_api_token, wire_session,
    wire_signed_in, wire_tokens,
};
pub(super) use channels::{AddressOf, OfInstallation, wire_channel};
pub(super) use containers::{
    ContainersOf, container_figures, containers_report, wire_containers_event, wire_containers_page,
};
pub(super) use deliveries::{DeliveriesOf, wire_delivery};
pub(super) use hypervisors::{
    HypervisorName, TemplatesOf, wire_finding, wire_hypervisor, wire_sweep_report, wire_template,
};
pub(super) use ip_pools::wire_ip_pool;
pub(super) use keyed::{Keyed, request_id};
pub(super) use node_commands::{
    NewCommand, command_begun, command_ended, command_output, wire_command_event, wire_node_command,
};
pub(super) use node_samples::{Looks, processes, units};
pub(super) use node_stats::{NodeStatsOf, wire_node_stats, wire_node_stats_event};
pub(super) use nodes::{
    NodesIn, WatchedNodes, wire_enrolment_token, wire_node, wire_node_event, wire_nodes_event,
};
pub(super) use nothing::Nothing;
pub(super) use notifications::{
    PreferencesUpdate, UnreadOnly, wire_count, wire_inbox_event, wire_notification, wire_preferences,
};
pub(super) use operating_systems::wire_operating_system;
pub(super) use operations::{wire_operation, wire_operation_with_steps};
pub(super) use paged::{Paged, page_size};
pub(super) use server_events::{EventsOf, wire_server_event};
pub(super) use servers::{Watched, wire_event, wire_server};
pub(super) use silences::{WithPast, wire_silence};
pub(super) use snapshots::{SnapshotsOf, wire_snapshot};
pub(super) use stats::{StatsOf, wire_stats, wire_stats_event};
pub(super) use stats_history::{HistoryOf, wire_history, wire_node_history};
pub(super) use stats_retention::{RetentionUpdate, wire_retention};
pub(super) use tariffs::{InState, wire_tariff};
pub(super) use update::{Guarded, Update};
pub(super) use users::{OwnUpdate, wire_user};
pub(super) use viewer::Viewer;
