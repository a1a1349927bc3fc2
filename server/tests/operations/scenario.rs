//! Each kind of operation, with what has to be there before.

use std::time::Duration;

use hostlerd::domain::codes::Code;
use hostlerd::domain::ids::{OperationId, ServerId, SnapshotId};
use hostlerd::domain::names::{ServerName, SnapshotName};
use hostlerd::domain::operation::OperationKind;
use hostlerd::domain::resources::{GIB, MIB};
use hostlerd::engine::servers::*;
use hostlerd::engine::snapshots::{CreateSnapshot, DeleteSnapshot, RestoreSnapshot};

use crate::lab::Lab;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
    Create,
    CreateStopped,
    Start,
    Stop,
    StopNow,
    Restart,
    Delete,
    Resize,
    Rename,
    ResetPassword,
    SnapshotCreate,
    SnapshotRestore,
    SnapshotDelete,
}

/// What a scenario is about, once it is prepared.
pub(crate) struct Stage {
    pub(crate) server: Option<ServerId>,
    pub(crate) snapshot: Option<SnapshotId>,
}

impl Scenario {
    /// The variants of a kind, the plainest first.
    pub(crate) const fn of(kind: OperationKind) -> &'static [Self] {
        match kind {
            OperationKind::ServerCreate => &[Self::Create, Self::CreateStopped],
            OperationKind::ServerStart => &[Self::Start],
            OperationKind::ServerStop => &[Self::Stop, Self::StopNow],
            OperationKind::ServerRestart => &[Self::Restart],
            OperationKind::ServerDelete => &[Self::Delete],
            OperationKind::ServerResize => &[Self::Resize],
            OperationKind::ServerRename => &[Self::Rename],
            OperationKind::ServerResetPassword => &[Self::ResetPassword],
            OperationKind::SnapshotCreate => &[Self::SnapshotCreate],
            OperationKind::SnapshotRestore => &[Self::SnapshotRestore],
            OperationKind::SnapshotDelete => &[Self::SnapshotDelete],
        }
    }

    pub(crate) fn kind(self) -> OperationKind {
        let mut kinds = OperationKind::ALL.iter();
        *kinds.find(|kind| Self::of(**kind).contains(&self)).unwrap()
    }

    /// Needs a worker that runs.
    pub(crate) async fn prepare(self, lab: &Lab) -> Stage {
        let server = match self {
            Self::Create | Self::CreateStopped => None,
            Self::Start => Some(lab.stopped_server("web").await),
            Self::Stop
            | Self::StopNow
            | Self::Restart
            | Self::Delete
            | Self::Resize
            | Self::Rename
            | Self::ResetPassword
            | Self::SnapshotCreate
            | Self::SnapshotRestore
            | Self::SnapshotDelete => Some(lab.running_server("web").await),
        };
        let server = server.map(|server| server.id);
        let snapshot = match (self, server) {
            (Self::Delete | Self::SnapshotRestore | Self::SnapshotDelete, Some(server)) => {
                Some(snapshot(lab, server, "before").await)
            }
            _ => None,
        };
        if let (Self::SnapshotRestore, Some(server)) = (self, server) {
            // The rollback brings the old sizes back, and they have to be made new again.
            let id = resize(lab, server).await;
            lab.succeed(id).await;
        }
        Stage { server, snapshot }
    }

    pub(crate) async fn ask(self, lab: &Lab, stage: &Stage) -> OperationId {
        let caller = &lab.customer;
        let server = || stage.server.unwrap();
        match self {
            Self::Create => {
                let accepted = lab.servers.create(caller, lab.order("web")).await;
                accepted.unwrap().operation.id
            }
            Self::CreateStopped => {
                let order = CreateServer {
                    keep_stopped: true,
                    ..lab.order("web")
                };
                lab.servers.create(caller, order).await.unwrap().operation.id
            }
            Self::Start => {
                let input = StartServer {
                    id: server(),
                    etag: None,
                };
                lab.servers.start(caller, input).await.unwrap().operation.id
            }
            Self::Stop => {
                let how = StopHow::Graceful {
                    timeout: Duration::from_secs(60),
                    force: false,
                };
                stop(lab, server(), how).await
            }
            Self::StopNow => stop(lab, server(), StopHow::Now).await,
            Self::Restart => {
                let input = RestartServer {
                    id: server(),
                    timeout: Duration::from_secs(60),
                    etag: None,
                };
                lab.servers.restart(caller, input).await.unwrap().operation.id
            }
            Self::Delete => {
                let input = DeleteServer {
                    id: server(),
                    etag: None,
                    forget: false,
                };
                lab.servers.delete(caller, input).await.unwrap().operation.id
            }
            Self::Resize => resize(lab, server()).await,
            Self::Rename => {
                let input = RenameServer {
                    id: server(),
                    name: ServerName::parse("mail").unwrap(),
                    etag: None,
                };
                lab.servers.rename(caller, input).await.unwrap().operation.id
            }
            Self::ResetPassword => {
                let input = ResetRootPassword {
                    id: server(),
                    etag: None,
                };
                let accepted = lab.servers.reset_root_password(caller, input).await;
                accepted.unwrap().operation.id
            }
            Self::SnapshotCreate => ask_snapshot(lab, server(), "now").await.0,
            Self::SnapshotRestore => {
                let input = RestoreSnapshot {
                    id: stage.snapshot.unwrap(),
                    start: true,
                    etag: None,
                };
                lab.snapshots.restore(caller, input).await.unwrap().operation.id
            }
            Self::SnapshotDelete => {
                let input = DeleteSnapshot {
                    id: stage.snapshot.unwrap(),
                    etag: None,
                };
                lab.snapshots.delete(caller, input).await.unwrap().operation.id
            }
        }
    }
}

async fn stop(lab: &Lab, id: ServerId, how: StopHow) -> OperationId {
    let input = StopServer { id, how, etag: None };
    lab.servers.stop(&lab.customer, input).await.unwrap().operation.id
}

async fn resize(lab: &Lab, id: ServerId) -> OperationId {
    let input = ResizeServer {
        id,
        to: ResizeTo::Sizes {
            cpu_millicores: Some(2000),
            memory_bytes: Some(768 * MIB),
            disk_bytes: Some(12 * GIB),
        },
        etag: None,
    };
    lab.servers
        .resize(&lab.customer, input)
        .await
        .unwrap()
        .operation
        .id
}

pub(crate) async fn ask_snapshot(lab: &Lab, server_id: ServerId, name: &str) -> (OperationId, SnapshotId) {
    let input = CreateSnapshot {
        server_id,
        name: SnapshotName::parse(name).unwrap(),
        description: "kept by a test".to_owned(),
    };
    let accepted = lab.snapshots.create(&lab.customer, input).await.unwrap();
    (accepted.operation.id, accepted.snapshot.unwrap().id)
}

pub(crate) async fn snapshot(lab: &Lab, server: ServerId, name: &str) -> SnapshotId {
    let (operation, snapshot) = ask_snapshot(lab, server, name).await;
    lab.succeed(operation).await;
    snapshot
}
