//! A caller of the API: a connection and whom it speaks for.

use hostler_proto::v1;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use v1::agents_client::AgentsClient;
use v1::alert_rules_client::AlertRulesClient;
use v1::alerts_client::AlertsClient;
use v1::audit_client::AuditClient;
use v1::auth_client::AuthClient;
use v1::catalog_client::CatalogClient;
use v1::channels_client::ChannelsClient;
use v1::containers_client::ContainersClient;
use v1::monitoring_client::MonitoringClient;
use v1::node_commands_client::NodeCommandsClient;
use v1::nodes_client::NodesClient;
use v1::notifications_client::NotificationsClient;
use v1::operations_client::OperationsClient;
use v1::servers_client::ServersClient;
use v1::snapshots_client::SnapshotsClient;
use v1::users_client::UsersClient;

/// Puts the credential on every call.
#[derive(Clone, Debug, Default)]
pub struct Bearer(Option<MetadataValue<Ascii>>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request.metadata_mut().insert("authorization", value.clone());
        }
        Ok(request)
    }
}

type Called = InterceptedService<Channel, Bearer>;

#[derive(Clone, Debug)]
pub struct Api {
    channel: Channel,
    bearer: Bearer,
}

impl Api {
    /// Nobody, at this address.
    pub async fn connect(url: &str) -> Self {
        let endpoint = Endpoint::from_shared(url.to_owned())
            .expect("an address")
            .tcp_nodelay(true);
        Self::over(endpoint.connect().await.expect("a connection"))
    }

    /// Nobody, over a connection that is there.
    pub fn over(channel: Channel) -> Self {
        Self {
            channel,
            bearer: Bearer::default(),
        }
    }

    /// The same connection, speaking for whoever holds this token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        let value = format!("Bearer {token}").parse().expect("a token is ASCII");
        Self {
            channel: self.channel.clone(),
            bearer: Bearer(Some(value)),
        }
    }

    /// The same connection, speaking for nobody.
    #[must_use]
    pub fn as_nobody(&self) -> Self {
        Self::over(self.channel.clone())
    }

    /// Opens a session by password; the caller with it, and its tokens.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<(Self, v1::Tokens), Status> {
        let request = v1::SignInRequest {
            email: email.to_owned(),
            password: password.to_owned(),
            device_name: "test".to_owned(),
        };
        let answer = self.auth().sign_in(request).await?.into_inner();
        let tokens = answer.tokens.expect("a sign-in answers with tokens");
        Ok((self.with_token(&tokens.access_token), tokens))
    }

    /// For calls below the generated clients.
    pub fn service(&self) -> InterceptedService<Channel, Bearer> {
        InterceptedService::new(self.channel.clone(), self.bearer.clone())
    }

    pub fn auth(&self) -> AuthClient<Called> {
        AuthClient::new(self.service())
    }

    pub fn users(&self) -> UsersClient<Called> {
        UsersClient::new(self.service())
    }

    pub fn catalog(&self) -> CatalogClient<Called> {
        CatalogClient::new(self.service())
    }

    pub fn servers(&self) -> ServersClient<Called> {
        ServersClient::new(self.service())
    }

    pub fn snapshots(&self) -> SnapshotsClient<Called> {
        SnapshotsClient::new(self.service())
    }

    pub fn alerts(&self) -> AlertsClient<Called> {
        AlertsClient::new(self.service())
    }

    pub fn alert_rules(&self) -> AlertRulesClient<Called> {
        AlertRulesClient::new(self.service())
    }

    pub fn audit(&self) -> AuditClient<Called> {
        AuditClient::new(self.service())
    }

    pub fn monitoring(&self) -> MonitoringClient<Called> {
        MonitoringClient::new(self.service())
    }

    pub fn channels(&self) -> ChannelsClient<Called> {
        ChannelsClient::new(self.service())
    }

    pub fn notifications(&self) -> NotificationsClient<Called> {
        NotificationsClient::new(self.service())
    }

    pub fn nodes(&self) -> NodesClient<Called> {
        NodesClient::new(self.service())
    }

    pub fn agents(&self) -> AgentsClient<Called> {
        AgentsClient::new(self.service())
    }

    pub fn node_commands(&self) -> NodeCommandsClient<Called> {
        NodeCommandsClient::new(self.service())
    }

    pub fn containers(&self) -> ContainersClient<Called> {
        ContainersClient::new(self.service())
    }

    pub fn operations(&self) -> OperationsClient<Called> {
        OperationsClient::new(self.service())
    }
}
