//! Puts the use cases behind the gRPC edge and serves it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use http::HeaderValue;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::agents::AgentSide;
use super::core::Core;
use super::monitor::Monitor;
use super::telling::Telling;
use crate::config::{Config, HypervisorConfig};
use crate::engine::access_watch::{AccessWatch, Standings};
use crate::engine::alerts::{AlertRules, Alerts, Silences};
use crate::engine::api_tokens::ApiTokens;
use crate::engine::catalog::Catalog;
use crate::engine::channels::Channels;
use crate::engine::nodes::{Enrolments, Nodes};
use crate::engine::notifications::Notifications;
use crate::engine::operations::Operations;
use crate::engine::readiness::Readiness;
use crate::engine::servers::{Servers, ServersSettings};
use crate::engine::snapshots::Snapshots;
use crate::engine::stats::{Stats, StatsHistory};
use crate::engine::vitals::Vitals;
use crate::services::http::{Edge, TrustedProxies, WebClient};
use crate::services::{EdgeDeps, EdgeMetrics, EdgeSettings, VitalMetrics, router};

/// The edge while it serves.
pub(super) struct Running {
    draining: CancellationToken,
    stop: CancellationToken,
    serving: JoinHandle<bool>,
}

impl Running {
    /// Says `NOT_SERVING` from now on; calls are still answered.
    pub(super) fn drain(&self) {
        self.draining.cancel();
    }

    /// Takes no more calls, ends the streams, and waits for the rest within the grace.
    pub(super) async fn finish(self) {
        self.stop.cancel();
        match self.serving.await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("some calls did not end within the grace and were cut off"),
            Err(error) => tracing::error!(%error, "the accept loop failed"),
        }
    }
}

/// What the use cases are built from.
pub(super) struct Parts<'a> {
    pub(super) core: &'a Core,
    pub(super) monitor: &'a Monitor,
    pub(super) telling: &'a Telling,
    pub(super) agents: &'a AgentSide,
    pub(super) config: &'a Config,
}

pub(super) async fn spawn(
    parts: Parts<'_>,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    web_client: WebClient,
) -> anyhow::Result<Running> {
    let Parts {
        core,
        monitor,
        telling,
        agents,
        config,
    } = parts;
    let (draining, stop) = (CancellationToken::new(), CancellationToken::new());
    let mut registry = Registry::default();
    let metrics = EdgeMetrics::register(&mut registry);
    let vitals = Vitals::new(
        core.ports.clone(),
        Arc::clone(&monitor.board),
        Arc::clone(&monitor.log),
        Arc::clone(&monitor.alert_log),
        telling.attempts.counters(),
    );
    let vitals = VitalMetrics::register(&mut registry, vitals, core.ports.clock.now());
    let ports = || core.ports.clone();
    let servers = ServersSettings {
        per_user: u64::from(config.identity.servers_per_user),
    };
    let servers = Arc::new(Servers::new(ports(), servers, core.turns.clone()));
    let alerts = Alerts::new(
        ports(),
        Arc::clone(&monitor.shelf),
        monitor.alert_writer(&core.ports),
        monitor.heartbeat,
    );
    let patience = monitor.settings.stale_after();
    let alert_rules = Arc::new(AlertRules::new(
        ports(),
        Arc::clone(&servers),
        patience,
        agents.stale_after(),
    ));
    let silences = Silences::new(ports(), Arc::clone(&servers), Arc::clone(&alert_rules));
    let deps = EdgeDeps {
        auth: Arc::clone(&core.auth),
        api_tokens: Arc::new(ApiTokens::new(ports())),
        users: Arc::clone(&core.users),
        catalog: Arc::new(Catalog::new(ports())),
        servers: Arc::clone(&servers),
        snapshots: Arc::new(Snapshots::new(ports())),
        operations: Arc::new(Operations::new(ports())),
        stats: Arc::new(Stats::new(ports(), Arc::clone(&monitor.board), monitor.heartbeat)),
        history: Arc::new(StatsHistory::new(ports(), servers)),
        alert_rules,
        alerts: Arc::new(alerts),
        silences: Arc::new(silences),
        channels: Arc::new(Channels::new(
            ports(),
            Arc::clone(&core.keys),
            Arc::clone(&telling.writer),
            Arc::clone(&telling.attempts),
        )),
        notifications: Arc::new(Notifications::new(
            ports(),
            Arc::clone(&telling.writer),
            monitor.heartbeat,
        )),
        nodes: Arc::new(Nodes::new(ports())),
        node_stats: Arc::new(agents.stats(ports(), monitor.heartbeat)),
        containers: Arc::new(agents.containers(ports(), monitor.heartbeat)),
        node_commands: Arc::new(agents.commands(ports(), monitor.heartbeat)),
        enrolments: Arc::new(Enrolments::new(ports())),
        agents: Arc::clone(&agents.agents),
        intake: agents.intake.clone(),
        agent_keys: Arc::clone(&agents.keys),
        heartbeat: monitor.heartbeat,
        audits: Arc::clone(&core.audits),
        access: AccessWatch::new(
            Arc::clone(&core.ports.bus),
            Arc::clone(&core.auth) as Arc<dyn Standings>,
        ),
        readiness: Arc::new(Readiness::new(ports(), monitor.settings)),
        keys: Arc::clone(&core.keys),
        registry: Arc::new(registry),
        metrics: metrics.clone(),
        vitals,
        web_client: Arc::new(web_client),
        settings: settings(config)?,
        draining: draining.clone(),
        stop: stop.clone(),
    };
    if tls.is_none() && !listener.local_addr()?.ip().is_loopback() {
        tracing::warn!(
            "TLS is off and the port is open to other machines: passwords and tokens travel readable"
        );
    }
    let edge = Edge {
        listener,
        router: router(deps).await?,
        tls,
        max_connections: config.server.connections,
        max_connections_per_address: config.server.connections_per_address,
        proxies: TrustedProxies::new(config.server.trusted_proxies.iter().copied()),
        metrics,
        stop: stop.clone(),
        grace: Duration::from_secs(config.server.stop_grace_seconds),
    };
    Ok(Running {
        draining,
        stop,
        serving: tokio::spawn(edge.serve()),
    })
}

fn settings(config: &Config) -> anyhow::Result<EdgeSettings> {
    let origin = |text: &String| {
        HeaderValue::from_str(text).with_context(|| format!("server.cors_origins: {text:?} is no origin"))
    };
    Ok(EdgeSettings {
        cors_origins: config
            .server
            .cors_origins
            .iter()
            .map(origin)
            .collect::<anyhow::Result<_>>()?,
        https: config.server.public_url.starts_with("https://"),
        metrics_token: config
            .metrics
            .token
            .as_ref()
            .map(|token| Arc::from(token.expose())),
        concurrent_calls: config.server.concurrent_calls,
        streams_per_user: config.server.streams_per_user,
        simulated_hypervisors: config
            .hypervisors
            .iter()
            .filter(|(_, kind)| matches!(kind, HypervisorConfig::Sim(_)))
            .map(|(name, _)| name.clone())
            .collect(),
    })
}
