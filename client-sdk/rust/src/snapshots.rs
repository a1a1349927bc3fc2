//! Points in time that a server's disk can be brought back to.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::snapshots_client::SnapshotsClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::page::{self, Page};

/// Takes, restores and deletes snapshots.
#[derive(Clone, Debug)]
pub struct Snapshots {
    connection: Connection,
}

/// Work on a snapshot that the server has accepted.
#[derive(Clone, Debug)]
pub struct SnapshotOperation {
    /// The work, to follow with [`Operations::wait`](crate::Operations::wait).
    pub operation: v1::Operation,
    /// The snapshot as the work begins.
    pub snapshot: v1::Snapshot,
}

impl SnapshotOperation {
    fn new(operation: Option<v1::Operation>, snapshot: Option<v1::Snapshot>) -> Result<Self, Error> {
        Ok(Self {
            operation: present(operation, "the operation")?,
            snapshot: present(snapshot, "the snapshot")?,
        })
    }
}

impl Snapshots {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns one page of a server's snapshots, newest first.
    pub async fn list(&self, request: v1::ListSnapshotsRequest) -> Result<Page<v1::Snapshot>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                SnapshotsClient::new(channel).list_snapshots(request).await
            })
            .await?;
        Ok(Page {
            items: answer.snapshots,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all snapshots of a server, newest first.
    pub fn list_all(
        &self,
        filter: v1::ListSnapshotsRequest,
    ) -> BoxStream<'static, Result<v1::Snapshot, Error>> {
        let snapshots = self.clone();
        page::all(move |page_token| {
            let (snapshots, filter) = (snapshots.clone(), filter.clone());
            async move {
                snapshots
                    .list(v1::ListSnapshotsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Returns one snapshot.
    pub async fn get(&self, id: &str) -> Result<v1::Snapshot, Error> {
        let answer = self
            .connection
            .call(
                Rule::SAFE,
                v1::GetSnapshotRequest {
                    snapshot_id: id.to_owned(),
                },
                |channel, request| async move { SnapshotsClient::new(channel).get_snapshot(request).await },
            )
            .await?;
        present(answer.snapshot, "the snapshot")
    }

    /// Takes a snapshot.
    pub async fn create(&self, mut request: v1::CreateSnapshotRequest) -> Result<SnapshotOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                SnapshotsClient::new(channel).create_snapshot(request).await
            })
            .await?;
        SnapshotOperation::new(answer.operation, answer.snapshot)
    }

    /// Brings the server back to a snapshot: what was written since is lost.
    pub async fn restore(&self, mut request: v1::RestoreSnapshotRequest) -> Result<SnapshotOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                SnapshotsClient::new(channel).restore_snapshot(request).await
            })
            .await?;
        SnapshotOperation::new(answer.operation, answer.snapshot)
    }

    /// Deletes a snapshot.
    pub async fn delete(&self, mut request: v1::DeleteSnapshotRequest) -> Result<SnapshotOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                SnapshotsClient::new(channel).delete_snapshot(request).await
            })
            .await?;
        SnapshotOperation::new(answer.operation, answer.snapshot)
    }
}
