//! A server's disk and configuration at one moment.

use super::codes::coded;
use super::etag::Generation;
use super::ids::{ServerId, SnapshotId, UserId};
use super::names::SnapshotName;
use super::resources::Resources;
use super::time::Timestamp;

coded! {
    SnapshotState {
        Creating = "creating",
        Ready = "ready",
        Restoring = "restoring",
        Deleting = "deleting",
        Failed = "failed",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub id: SnapshotId,
    pub server_id: ServerId,
    pub owner_id: UserId,
    pub name: SnapshotName,
    pub description: String,
    pub state: SnapshotState,
    /// What the server had when the snapshot was taken.
    pub resources: Resources,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub generation: Generation,
}
