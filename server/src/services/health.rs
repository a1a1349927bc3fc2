//! Health and reflection: what load balancers ask and what grpcurl reads.

use hostler_proto::v1;
use tokio_util::sync::CancellationToken;
use tonic::server::NamedService;
use tonic::service::RoutesBuilder;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use v1::agents_server::AgentsServer;
use v1::alert_rules_server::AlertRulesServer;
use v1::alerts_server::AlertsServer;
use v1::audit_server::AuditServer;
use v1::auth_server::AuthServer;
use v1::catalog_server::CatalogServer;
use v1::channels_server::ChannelsServer;
use v1::monitoring_server::MonitoringServer;
use v1::nodes_server::NodesServer;
use v1::notifications_server::NotificationsServer;
use v1::operations_server::OperationsServer;
use v1::servers_server::ServersServer;
use v1::snapshots_server::SnapshotsServer;
use v1::users_server::UsersServer;

use crate::services::agents::AgentsService;
use crate::services::alert_rules::AlertRulesService;
use crate::services::alerts::AlertsService;
use crate::services::audit::AuditService;
use crate::services::auth::AuthService;
use crate::services::catalog::CatalogService;
use crate::services::channels::ChannelsService;
use crate::services::monitoring::MonitoringService;
use crate::services::nodes::NodesService;
use crate::services::notifications::NotificationsService;
use crate::services::operations::OperationsService;
use crate::services::servers::ServersService;
use crate::services::snapshots::SnapshotsService;
use crate::services::users::UsersService;

/// Our services as clients name them; the empty name is the server as a whole.
const SERVICES: [&str; 15] = [
    "",
    AgentsServer::<AgentsService>::NAME,
    AlertRulesServer::<AlertRulesService>::NAME,
    AlertsServer::<AlertsService>::NAME,
    AuditServer::<AuditService>::NAME,
    AuthServer::<AuthService>::NAME,
    CatalogServer::<CatalogService>::NAME,
    ChannelsServer::<ChannelsService>::NAME,
    MonitoringServer::<MonitoringService>::NAME,
    NodesServer::<NodesService>::NAME,
    NotificationsServer::<NotificationsService>::NAME,
    OperationsServer::<OperationsService>::NAME,
    ServersServer::<ServersService>::NAME,
    SnapshotsServer::<SnapshotsService>::NAME,
    UsersServer::<UsersService>::NAME,
];

/// Adds the health service: serving until `draining`.
pub(super) async fn add_health(routes: &mut RoutesBuilder, draining: CancellationToken) {
    let (reporter, service) = tonic_health::server::health_reporter();
    routes.add_service(service);
    set_all(&reporter, ServingStatus::Serving).await;
    tokio::spawn(async move {
        draining.cancelled().await;
        set_all(&reporter, ServingStatus::NotServing).await;
    });
}

/// Adds reflection in both versions: tools in use speak either.
pub(super) fn add_reflection(routes: &mut RoutesBuilder) -> Result<(), tonic_reflection::server::Error> {
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(hostler_proto::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            // The details of errors.
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
            // Each version alone would list itself and not the other.
            .register_encoded_file_descriptor_set(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET)
            .include_reflection_service(false)
    };
    routes.add_service(builder().build_v1()?);
    routes.add_service(builder().build_v1alpha()?);
    Ok(())
}

async fn set_all(reporter: &HealthReporter, status: ServingStatus) {
    for service in SERVICES {
        reporter.set_service_status(service, status).await;
    }
}
