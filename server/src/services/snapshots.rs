//! The `Snapshots` service.

use std::sync::Arc;

use hostler_proto::v1;
use hostler_proto::v1::snapshots_server::Snapshots as SnapshotsRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::SnapshotId;
use crate::engine::snapshots::{
    AcceptedSnapshot, CreateSnapshot, DeleteSnapshot, RestoreSnapshot, Snapshots,
};
use crate::services::convert::{SnapshotsOf, Viewer, wire_operation, wire_snapshot};
use crate::services::inbound::{Inbound, ask};

pub(super) struct SnapshotsService {
    pub(super) snapshots: Arc<Snapshots>,
    pub(super) inbound: Inbound,
}

#[tonic::async_trait]
impl SnapshotsRpcs for SnapshotsService {
    async fn list_snapshots(
        &self,
        request: Request<v1::ListSnapshotsRequest>,
    ) -> Result<Response<v1::ListSnapshotsResponse>, Status> {
        let (caller, SnapshotsOf(server), listing) = self.inbound.list(request)?;
        let page = self.snapshots.list(&caller, server, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListSnapshotsResponse {
            snapshots: page.map(wire_snapshot).items,
            next_page_token,
        }))
    }

    async fn get_snapshot(
        &self,
        request: Request<v1::GetSnapshotRequest>,
    ) -> Result<Response<v1::GetSnapshotResponse>, Status> {
        let (caller, id) = ask::<_, SnapshotId>(request)?;
        let snapshot = self.snapshots.get(&caller, id).await?;
        Ok(Response::new(v1::GetSnapshotResponse {
            snapshot: Some(wire_snapshot(snapshot)),
        }))
    }

    async fn create_snapshot(
        &self,
        request: Request<v1::CreateSnapshotRequest>,
    ) -> Result<Response<v1::CreateSnapshotResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, CreateSnapshot>(request)?;
        let accepted = self.snapshots.create(&caller, input).await?;
        let snapshot = Some(accepted_snapshot(&accepted));
        Ok(Response::new(v1::CreateSnapshotResponse {
            operation: Some(wire_operation(accepted.operation, Viewer::of(&caller))),
            snapshot,
        }))
    }

    async fn restore_snapshot(
        &self,
        request: Request<v1::RestoreSnapshotRequest>,
    ) -> Result<Response<v1::RestoreSnapshotResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, RestoreSnapshot>(request)?;
        let accepted = self.snapshots.restore(&caller, input).await?;
        let snapshot = Some(accepted_snapshot(&accepted));
        Ok(Response::new(v1::RestoreSnapshotResponse {
            operation: Some(wire_operation(accepted.operation, Viewer::of(&caller))),
            snapshot,
        }))
    }

    async fn delete_snapshot(
        &self,
        request: Request<v1::DeleteSnapshotRequest>,
    ) -> Result<Response<v1::DeleteSnapshotResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, DeleteSnapshot>(request)?;
        let accepted = self.snapshots.delete(&caller, input).await?;
        let snapshot = Some(accepted_snapshot(&accepted));
        Ok(Response::new(v1::DeleteSnapshotResponse {
            operation: Some(wire_operation(accepted.operation, Viewer::of(&caller))),
            snapshot,
        }))
    }
}

/// What a repeated call can still say of a snapshot that is gone: which one it was.
fn accepted_snapshot(accepted: &AcceptedSnapshot) -> v1::Snapshot {
    let operation = &accepted.operation;
    accepted.snapshot.clone().map_or_else(
        || v1::Snapshot {
            id: operation.snapshot_id.map(|id| id.to_string()).unwrap_or_default(),
            server_id: operation.server_id.to_string(),
            ..v1::Snapshot::default()
        },
        wire_snapshot,
    )
}
