//! Puts the edge together: services, layers, plain routes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hostler_proto::v1;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::services::agents::AgentsService;
use crate::services::alert_rules::AlertRulesService;
use crate::services::alerts::AlertsService;
use crate::services::audit::AuditService;
use crate::services::auth::AuthService;
use crate::services::catalog::CatalogService;
use crate::services::channels::ChannelsService;
use crate::services::containers::ContainersService;
use crate::services::deps::EdgeDeps;
use crate::services::health::{add_health, add_reflection};
use crate::services::http::{MetricsPage, PageState, ReadyCache, pages};
use crate::services::inbound::Inbound;
use crate::services::layers::{Arrivals, Gate, Layers, Recorder, wrap};
use crate::services::monitoring::MonitoringService;
use crate::services::node_commands::NodeCommandsService;
use crate::services::nodes::NodesService;
use crate::services::notifications::NotificationsService;
use crate::services::operations::OperationsService;
use crate::services::policy::{Policies, PolicyError};
use crate::services::servers::ServersService;
use crate::services::session_cookie::SessionCookies;
use crate::services::snapshots::SnapshotsService;
use crate::services::streams::Streams;
use crate::services::users::UsersService;

/// The longest a unary call may take.
const DEADLINE: Duration = Duration::from_secs(60);
/// The largest request. The largest sound one, ten SSH keys, has less than a tenth of it.
const MAX_REQUEST: usize = 1 << 20;

/// Why there is no edge to serve.
#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    #[error("the policies of the contract are not sound")]
    Policy(#[from] PolicyError),
    #[error("the contract cannot be reflected")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Every route of the port. Starts the task that tells of the drain; it ends with that token.
pub async fn router(deps: EdgeDeps) -> Result<Router, EdgeError> {
    let policies = Arc::new(Policies::load(hostler_proto::DESCRIPTORS)?);
    let cookies = SessionCookies {
        https: deps.settings.https,
    };
    let layers = Layers {
        cookies,
        origins: deps.settings.cors_origins.clone(),
        recorder: Recorder {
            policies: Arc::clone(&policies),
            audits: Arc::clone(&deps.audits),
            metrics: deps.metrics.clone(),
            stop: deps.stop.clone(),
        },
        arrivals: Arrivals::new(Arc::clone(&policies), MAX_REQUEST),
        gate: Gate {
            policies,
            auth: Arc::clone(&deps.auth),
            agents: Arc::clone(&deps.agent_keys),
        },
        deadline: DEADLINE,
        concurrent_calls: Some(deps.settings.concurrent_calls),
    };
    // A server with too much to do is not a sick one: load balancers must not hear so.
    let unlimited = Layers {
        concurrent_calls: None,
        ..layers.clone()
    };
    let plain = pages(PageState {
        ready: Arc::new(ReadyCache::new(
            Arc::clone(&deps.readiness),
            deps.draining.clone(),
        )),
        metrics: MetricsPage {
            registry: Arc::clone(&deps.registry),
            vitals: deps.vitals.clone(),
            token: deps.settings.metrics_token.clone(),
        },
        web_client: Arc::clone(&deps.web_client),
    });
    let foreign = wrap(grpc(foreign(deps.draining.clone()).await?), unlimited);
    Ok(plain
        .merge(foreign)
        .merge(wrap(grpc(services(deps, cookies)), layers)))
}

/// Without a fallback of their own, which would collide with that of the plain routes.
fn grpc(routes: Routes) -> Router {
    routes.into_axum_router().reset_fallback()
}

/// Health and reflection.
async fn foreign(draining: CancellationToken) -> Result<Routes, EdgeError> {
    let mut routes = Routes::builder();
    add_health(&mut routes, draining).await;
    add_reflection(&mut routes)?;
    Ok(routes.routes())
}

fn services(deps: EdgeDeps, cookies: SessionCookies) -> Routes {
    let inbound = Inbound::new(deps.keys);
    let streams = Streams::new(
        deps.access,
        deps.metrics,
        deps.stop,
        deps.settings.streams_per_user,
    );
    let auth = v1::auth_server::AuthServer::new(AuthService {
        auth: deps.auth,
        api_tokens: deps.api_tokens,
        cookies,
        inbound: inbound.clone(),
    });
    let users = v1::users_server::UsersServer::new(UsersService {
        users: deps.users,
        inbound: inbound.clone(),
    });
    let catalog = v1::catalog_server::CatalogServer::new(CatalogService {
        catalog: deps.catalog,
        inbound: inbound.clone(),
    });
    let servers = v1::servers_server::ServersServer::new(ServersService {
        servers: deps.servers,
        inbound: inbound.clone(),
        streams: streams.clone(),
        simulated: Arc::new(deps.settings.simulated_hypervisors),
    });
    let snapshots = v1::snapshots_server::SnapshotsServer::new(SnapshotsService {
        snapshots: deps.snapshots,
        inbound: inbound.clone(),
    });
    let operations = v1::operations_server::OperationsServer::new(OperationsService {
        operations: deps.operations,
        inbound: inbound.clone(),
        streams: streams.clone(),
    });
    let monitoring = v1::monitoring_server::MonitoringServer::new(MonitoringService {
        stats: deps.stats,
        history: Arc::clone(&deps.history),
        inbound: inbound.clone(),
        streams: streams.clone(),
    });
    let alert_rules = v1::alert_rules_server::AlertRulesServer::new(AlertRulesService {
        rules: deps.alert_rules,
        inbound: inbound.clone(),
    });
    let alerts = v1::alerts_server::AlertsServer::new(AlertsService {
        alerts: deps.alerts,
        silences: deps.silences,
        inbound: inbound.clone(),
        streams: streams.clone(),
    });
    let channels = v1::channels_server::ChannelsServer::new(ChannelsService {
        channels: deps.channels,
        inbound: inbound.clone(),
    });
    let nodes = v1::nodes_server::NodesServer::new(NodesService {
        nodes: deps.nodes,
        enrolments: Arc::clone(&deps.enrolments),
        stats: deps.node_stats,
        history: deps.history,
        inbound: inbound.clone(),
        streams: streams.clone(),
        heartbeat: deps.heartbeat,
    });
    let containers = v1::containers_server::ContainersServer::new(ContainersService {
        containers: deps.containers,
        inbound: inbound.clone(),
        streams: streams.clone(),
    });
    let node_commands = v1::node_commands_server::NodeCommandsServer::new(NodeCommandsService {
        commands: Arc::clone(&deps.node_commands),
        inbound: inbound.clone(),
        streams: streams.clone(),
    });
    let agents = v1::agents_server::AgentsServer::new(AgentsService {
        agents: deps.agents,
        commands: deps.node_commands,
        enrolments: deps.enrolments,
        intake: deps.intake,
        stop: streams.stop(),
    });
    let notifications = v1::notifications_server::NotificationsServer::new(NotificationsService {
        notifications: deps.notifications,
        inbound: inbound.clone(),
        streams,
    });
    let audit = v1::audit_server::AuditServer::new(AuditService {
        audits: deps.audits,
        inbound,
    });
    let mut routes = Routes::builder();
    routes
        .add_service(auth.max_decoding_message_size(MAX_REQUEST))
        .add_service(users.max_decoding_message_size(MAX_REQUEST))
        .add_service(catalog.max_decoding_message_size(MAX_REQUEST))
        .add_service(servers.max_decoding_message_size(MAX_REQUEST))
        .add_service(snapshots.max_decoding_message_size(MAX_REQUEST))
        .add_service(operations.max_decoding_message_size(MAX_REQUEST))
        .add_service(monitoring.max_decoding_message_size(MAX_REQUEST))
        .add_service(alert_rules.max_decoding_message_size(MAX_REQUEST))
        .add_service(alerts.max_decoding_message_size(MAX_REQUEST))
        .add_service(channels.max_decoding_message_size(MAX_REQUEST))
        .add_service(nodes.max_decoding_message_size(MAX_REQUEST))
        .add_service(containers.max_decoding_message_size(MAX_REQUEST))
        .add_service(node_commands.max_decoding_message_size(MAX_REQUEST))
        .add_service(agents.max_decoding_message_size(MAX_REQUEST))
        .add_service(notifications.max_decoding_message_size(MAX_REQUEST))
        .add_service(audit.max_decoding_message_size(MAX_REQUEST));
    routes.routes()
}
