//! The commands, a file a noun.

pub(crate) mod account;
pub(crate) mod alerts;
pub(crate) mod audit;
pub(crate) mod channels;
pub(crate) mod completions;
pub(crate) mod containers;
pub(crate) mod deliveries;
pub(crate) mod hypervisors;
pub(crate) mod node_commands;
pub(crate) mod nodes;
pub(crate) mod notifications;
pub(crate) mod operations;
pub(crate) mod pools;
mod preferences;
pub(crate) mod rules;
pub(crate) mod servers;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod snapshots;
pub(crate) mod stats;
pub(crate) mod systems;
pub(crate) mod tariffs;
pub(crate) mod templates;
pub(crate) mod tokens;
pub(crate) mod users;
