//! What most tests do on the way to what they are about: buy a server, wait for work to end.

use hostler_proto::v1;
use tonic::Status;

use crate::api::Api;

/// A tariff and a system to create servers with.
#[derive(Clone, Debug)]
pub struct Offer {
    pub tariff: v1::Tariff,
    pub system: v1::OperatingSystem,
}

impl Api {
    /// The smallest tariff and the first system.
    pub async fn offer(&self) -> Offer {
        let mut catalog = self.catalog();
        let tariffs = catalog.list_tariffs(v1::ListTariffsRequest::default()).await;
        let systems = catalog
            .list_operating_systems(v1::ListOperatingSystemsRequest::default())
            .await;
        let tariffs = tariffs.expect("tariffs").into_inner().tariffs;
        let systems = systems.expect("systems").into_inner().operating_systems;
        Offer {
            tariff: tariffs
                .into_iter()
                .min_by_key(|tariff| tariff.memory_bytes)
                .expect("a tariff"),
            system: systems.into_iter().next().expect("a system"),
        }
    }

    /// Asks for a server; the work goes on.
    pub async fn order(&self, name: &str) -> Result<v1::CreateServerResponse, Status> {
        let offer = self.offer().await;
        let request = v1::CreateServerRequest {
            name: name.to_owned(),
            tariff_id: offer.tariff.id,
            operating_system_id: offer.system.id,
            ..Default::default()
        };
        Ok(self.servers().create_server(request).await?.into_inner())
    }

    /// A server that runs.
    pub async fn running_server(&self, name: &str) -> v1::Server {
        let made = self.order(name).await.expect("an accepted order");
        self.finish(made.operation).await;
        self.server(&made.server.expect("a server").id).await
    }

    pub async fn server(&self, server_id: &str) -> v1::Server {
        let request = v1::GetServerRequest {
            server_id: server_id.to_owned(),
        };
        let answer = self.servers().get_server(request).await.expect("the server");
        answer.into_inner().server.expect("the server")
    }

    /// A snapshot that is ready.
    pub async fn snapshot(&self, server_id: &str, name: &str) -> v1::Snapshot {
        let request = v1::CreateSnapshotRequest {
            server_id: server_id.to_owned(),
            name: name.to_owned(),
            ..Default::default()
        };
        let made = self
            .snapshots()
            .create_snapshot(request)
            .await
            .expect("an accepted order")
            .into_inner();
        self.finish(made.operation).await;
        let request = v1::GetSnapshotRequest {
            snapshot_id: made.snapshot.expect("a snapshot").id,
        };
        let answer = self
            .snapshots()
            .get_snapshot(request)
            .await
            .expect("the snapshot");
        answer.into_inner().snapshot.expect("the snapshot")
    }

    /// Follows an operation until it lasts.
    pub async fn follow(&self, operation_id: &str) -> Result<v1::Operation, Status> {
        let request = v1::WatchOperationRequest {
            operation_id: operation_id.to_owned(),
        };
        let mut stream = self.operations().watch_operation(request).await?.into_inner();
        let mut last = None;
        while let Some(update) = stream.message().await? {
            last = update.operation;
        }
        Ok(last.expect("a stream of an operation says something"))
    }

    /// Waits for the operation of an answer; it must succeed.
    pub async fn finish(&self, operation: Option<v1::Operation>) -> v1::Operation {
        let id = operation.expect("an operation in the answer").id;
        let ended = self.follow(&id).await.expect("a stream");
        assert_eq!(ended.state(), v1::OperationState::Succeeded, "{ended:?}");
        ended
    }
}

/// A fresh id that makes a retry safe.
pub fn request_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
