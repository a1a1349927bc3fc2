//! Requests and answers of `Snapshots`.

use hostler_proto::v1;

use super::reader::Reader;
use super::time::wire_time;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{ServerId, SnapshotId};
use crate::domain::names::SnapshotName;
use crate::domain::snapshot::{Snapshot, SnapshotState};
use crate::engine::snapshots::{CreateSnapshot, DeleteSnapshot, RestoreSnapshot};

const MAX_DESCRIPTION: usize = 500;

/// Whose snapshots to list.
#[derive(Debug)]
pub(in crate::services) struct SnapshotsOf(pub(in crate::services) ServerId);

impl TryFrom<v1::ListSnapshotsRequest> for SnapshotsOf {
    type Error = FieldErrors;

    fn try_from(request: v1::ListSnapshotsRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("server_id", &request.server_id);
        read.finish(|| Some(Self(id?)))
    }
}

impl TryFrom<v1::GetSnapshotRequest> for SnapshotId {
    type Error = FieldErrors;

    fn try_from(request: v1::GetSnapshotRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("snapshot_id", &request.snapshot_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::CreateSnapshotRequest> for CreateSnapshot {
    type Error = FieldErrors;

    fn try_from(request: v1::CreateSnapshotRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let server_id = read.id("server_id", &request.server_id);
        let name = read.take("name", SnapshotName::parse(&request.name));
        let description = read.text("description", &request.description, MAX_DESCRIPTION);
        read.finish(|| {
            Some(Self {
                server_id: server_id?,
                name: name?,
                description: description?,
            })
        })
    }
}

impl TryFrom<v1::RestoreSnapshotRequest> for RestoreSnapshot {
    type Error = FieldErrors;

    fn try_from(request: v1::RestoreSnapshotRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("snapshot_id", &request.snapshot_id);
        let etag = read.etag(&request.etag);
        read.finish(|| {
            Some(Self {
                id: id?,
                start: request.start_after,
                etag: etag?,
            })
        })
    }
}

impl TryFrom<v1::DeleteSnapshotRequest> for DeleteSnapshot {
    type Error = FieldErrors;

    fn try_from(request: v1::DeleteSnapshotRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("snapshot_id", &request.snapshot_id);
        let etag = read.etag(&request.etag);
        read.finish(|| Some(Self { id: id?, etag: etag? }))
    }
}

pub(in crate::services) fn wire_snapshot(snapshot: Snapshot) -> v1::Snapshot {
    let state = match snapshot.state {
        SnapshotState::Creating => v1::SnapshotState::Creating,
        SnapshotState::Ready => v1::SnapshotState::Ready,
        SnapshotState::Restoring => v1::SnapshotState::Restoring,
        SnapshotState::Deleting => v1::SnapshotState::Deleting,
        SnapshotState::Failed => v1::SnapshotState::Failed,
    };
    v1::Snapshot {
        id: snapshot.id.to_string(),
        server_id: snapshot.server_id.to_string(),
        name: snapshot.name.into(),
        description: snapshot.description,
        state: state.into(),
        create_time: wire_time(snapshot.create_time),
        etag: snapshot.generation.to_string(),
    }
}
