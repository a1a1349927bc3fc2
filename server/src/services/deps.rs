//! What the edge is built from.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use prometheus_client::registry::Registry;
use tokio_util::sync::CancellationToken;

use crate::engine::access_watch::AccessWatch;
use crate::engine::agents::{AgentKeys, Agents, Intake};
use crate::engine::alerts::{AlertRules, Alerts, Silences};
use crate::engine::api_tokens::ApiTokens;
use crate::engine::audits::Audits;
use crate::engine::auth::Auth;
use crate::engine::catalog::Catalog;
use crate::engine::channels::Channels;
use crate::engine::containers::Containers;
use crate::engine::node_commands::NodeCommands;
use crate::engine::nodes::{Enrolments, NodeStats, Nodes};
use crate::engine::notifications::Notifications;
use crate::engine::operations::Operations;
use crate::engine::readiness::Readiness;
use crate::engine::secrets::Keys;
use crate::engine::servers::Servers;
use crate::engine::snapshots::Snapshots;
use crate::engine::stats::{Stats, StatsHistory};
use crate::engine::users::Users;
use crate::services::http::WebClient;
use crate::services::metrics::EdgeMetrics;
use crate::services::vital_metrics::VitalMetrics;

/// The use cases and everything else that `router` needs.
pub struct EdgeDeps {
    pub auth: Arc<Auth>,
    pub api_tokens: Arc<ApiTokens>,
    pub users: Arc<Users>,
    pub catalog: Arc<Catalog>,
    pub servers: Arc<Servers>,
    pub snapshots: Arc<Snapshots>,
    pub operations: Arc<Operations>,
    pub stats: Arc<Stats>,
    pub history: Arc<StatsHistory>,
    pub alert_rules: Arc<AlertRules>,
    pub alerts: Arc<Alerts>,
    pub silences: Arc<Silences>,
    pub channels: Arc<Channels>,
    pub notifications: Arc<Notifications>,
    pub nodes: Arc<Nodes>,
    pub node_stats: Arc<NodeStats>,
    pub containers: Arc<Containers>,
    pub node_commands: Arc<NodeCommands>,
    pub enrolments: Arc<Enrolments>,
    pub agents: Arc<Agents>,
    pub intake: Intake,
    pub agent_keys: Arc<AgentKeys>,
    /// Of the streams that have nothing to tell.
    pub heartbeat: Duration,
    pub audits: Arc<Audits>,
    pub access: AccessWatch,
    pub readiness: Arc<Readiness>,
    /// Seal the page tokens.
    pub keys: Arc<Keys>,
    /// What `/metrics` shows; `metrics` and `vitals` are registered in it.
    pub registry: Arc<Registry>,
    pub metrics: EdgeMetrics,
    pub vitals: VitalMetrics,
    pub web_client: Arc<WebClient>,
    pub settings: EdgeSettings,
    /// Health and `/readyz` say no from here on; calls are still served.
    pub draining: CancellationToken,
    /// Ends every stream.
    pub stop: CancellationToken,
}

#[derive(Clone, Debug)]
pub struct EdgeSettings {
    /// Origins whose pages may call by gRPC-Web.
    pub cors_origins: Vec<HeaderValue>,
    /// The configured public URL is https: cookies are for TLS alone.
    pub https: bool,
    /// Opens `/metrics` to other machines.
    pub metrics_token: Option<Arc<str>>,
    /// Calls at work at a time, streams not counted.
    pub concurrent_calls: usize,
    /// Streams that a user may hold open at a time.
    pub streams_per_user: u32,
    /// Names of the hypervisors that only pretend.
    pub simulated_hypervisors: HashSet<String>,
}
