//! The calls that the benchmark makes, with a token.

use anyhow::Context;
use hostler_proto::v1;
use hostlerd::domain::time::Timestamp;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Request, Status};

pub(crate) const PASSWORD: &str = "benchmark-of-the-house-42";

#[derive(Clone)]
pub(crate) struct Session {
    token: MetadataValue<Ascii>,
}

impl Session {
    pub(crate) async fn sign_in(channel: Channel, email: &str) -> anyhow::Result<Self> {
        let request = v1::SignInRequest {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            device_name: "benchmark".to_owned(),
        };
        let answer = v1::auth_client::AuthClient::new(channel)
            .sign_in(request)
            .await?
            .into_inner();
        let tokens = answer.tokens.context("no tokens")?;
        Ok(Self {
            token: format!("Bearer {}", tokens.access_token).parse()?,
        })
    }

    /// The header with which it calls.
    pub(crate) fn authorization(&self) -> anyhow::Result<&str> {
        Ok(self.token.to_str()?)
    }

    pub(crate) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.token.clone());
        request
    }

    pub(crate) async fn get(&self, channel: Channel, server_id: &str) -> Result<(), Status> {
        let request = self.request(v1::GetServerRequest {
            server_id: server_id.to_owned(),
        });
        v1::servers_client::ServersClient::new(channel)
            .get_server(request)
            .await
            .map(drop)
    }

    pub(crate) async fn list(&self, channel: Channel) -> Result<Vec<v1::Server>, Status> {
        let request = self.request(v1::ListServersRequest {
            page_size: 50,
            ..Default::default()
        });
        let answer = v1::servers_client::ServersClient::new(channel)
            .list_servers(request)
            .await?;
        Ok(answer.into_inner().servers)
    }

    /// Of all metrics; tells how many points there are.
    pub(crate) async fn history(
        &self,
        channel: Channel,
        server_id: &str,
        (from, to): (Timestamp, Timestamp),
        points: i32,
    ) -> Result<usize, Status> {
        let time = |time: Timestamp| prost_types::Timestamp {
            seconds: time.as_micros() / 1_000_000,
            nanos: 0,
        };
        let request = self.request(v1::QueryStatsRequest {
            server_id: server_id.to_owned(),
            start_time: Some(time(from)),
            end_time: Some(time(to)),
            max_points: points,
            ..Default::default()
        });
        let answer = v1::monitoring_client::MonitoringClient::new(channel)
            .query_stats(request)
            .await?;
        let series = answer.into_inner().series;
        Ok(series.iter().map(|series| series.points.len()).sum())
    }

    pub(crate) async fn start(&self, channel: Channel, server_id: &str) -> Result<(), Status> {
        let request = self.request(v1::StartServerRequest {
            server_id: server_id.to_owned(),
            ..Default::default()
        });
        v1::servers_client::ServersClient::new(channel)
            .start_server(request)
            .await
            .map(drop)
    }

    /// Ids of the first active tariff and system.
    pub(crate) async fn offer(&self, channel: Channel) -> anyhow::Result<(String, String)> {
        let mut catalog = v1::catalog_client::CatalogClient::new(channel);
        let tariffs = catalog
            .list_tariffs(self.request(v1::ListTariffsRequest::default()))
            .await?
            .into_inner();
        let systems = catalog
            .list_operating_systems(self.request(v1::ListOperatingSystemsRequest::default()))
            .await?
            .into_inner();
        let tariff = tariffs.tariffs.first().context("no tariff")?.id.clone();
        Ok((
            tariff,
            systems.operating_systems.first().context("no system")?.id.clone(),
        ))
    }

    /// Creates a stopped server; the operation runs on.
    pub(crate) async fn create(
        &self,
        channel: Channel,
        name: &str,
        offer: &(String, String),
    ) -> anyhow::Result<(String, String)> {
        let request = self.request(v1::CreateServerRequest {
            name: name.to_owned(),
            tariff_id: offer.0.clone(),
            operating_system_id: offer.1.clone(),
            keep_stopped: true,
            ..Default::default()
        });
        let answer = v1::servers_client::ServersClient::new(channel)
            .create_server(request)
            .await?
            .into_inner();
        let (server, operation) = answer.server.zip(answer.operation).context("no server")?;
        Ok((server.id, operation.id))
    }

    /// Waits until an operation has ended; an error when it did not succeed.
    pub(crate) async fn wait(&self, channel: Channel, operation_id: &str) -> anyhow::Result<()> {
        let mut client = v1::operations_client::OperationsClient::new(channel);
        let request = self.request(v1::WatchOperationRequest {
            operation_id: operation_id.to_owned(),
        });
        let mut stream = client.watch_operation(request).await?.into_inner();
        let mut last = None;
        while let Some(update) = stream.message().await? {
            last = update.operation;
        }
        let last = last.context("no operation")?;
        anyhow::ensure!(
            last.state() == v1::OperationState::Succeeded,
            "operation {}: {:?}",
            last.id,
            last.error
        );
        Ok(())
    }
}
