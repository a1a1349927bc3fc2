//! Everything that can be asked of a server, each with the state it begins in and the task it leads to.

use hostler_client::v1;

use crate::proxmox_life::world::World;

const GIB: i64 = 1 << 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Create,
    Start,
    Shutdown,
    StopNow,
    Restart,
    Resize,
    Grow,
    Rename,
    Snapshot,
    Restore,
    DeleteSnapshot,
    Delete,
}

impl Act {
    pub(crate) const ALL: [Self; 12] = [
        Self::Create,
        Self::Start,
        Self::Shutdown,
        Self::StopNow,
        Self::Restart,
        Self::Resize,
        Self::Grow,
        Self::Rename,
        Self::Snapshot,
        Self::Restore,
        Self::DeleteSnapshot,
        Self::Delete,
    ];

    /// The call that begins it on the cluster: method, and the end of the path below the guest.
    pub(crate) const fn call(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("POST", "/lxc"),
            Self::Start => ("POST", "/status/start"),
            Self::Shutdown => ("POST", "/status/shutdown"),
            Self::StopNow => ("POST", "/status/stop"),
            Self::Restart => ("POST", "/status/reboot"),
            Self::Resize | Self::Rename => ("PUT", "/config"),
            Self::Grow => ("PUT", "/resize"),
            Self::Snapshot => ("POST", "/snapshot"),
            Self::Restore => ("POST", "/snapshot/before/rollback"),
            Self::DeleteSnapshot => ("DELETE", "/snapshot/before"),
            Self::Delete => ("DELETE", ""),
        }
    }

    /// The kind of task that it is on the cluster; `None` where the call does it all.
    pub(crate) const fn task(self) -> Option<&'static str> {
        match self {
            Self::Create => Some("vzcreate"),
            Self::Start => Some("vzstart"),
            Self::Shutdown => Some("vzshutdown"),
            Self::StopNow => Some("vzstop"),
            Self::Restart => Some("vzreboot"),
            Self::Resize | Self::Rename => None,
            Self::Grow => Some("resize"),
            Self::Snapshot => Some("vzsnapshot"),
            Self::Restore => Some("vzrollback"),
            Self::DeleteSnapshot => Some("vzdelsnapshot"),
            Self::Delete => Some("vzdestroy"),
        }
    }

    /// What there is to act on: a server in a fitting state, with a snapshot where one is needed.
    pub(crate) async fn stage(self, world: &World, name: &str) -> Stage {
        let running = match self {
            Self::Create => return Stage::nothing(name),
            Self::Shutdown | Self::StopNow | Self::Restart => true,
            Self::Start
            | Self::Resize
            | Self::Grow
            | Self::Rename
            | Self::Snapshot
            | Self::Restore
            | Self::DeleteSnapshot
            | Self::Delete => false,
        };
        let (server, vmid) = world.server_named(name, running).await;
        let mut snapshot = String::new();
        if matches!(self, Self::Restore | Self::DeleteSnapshot) {
            let request = v1::CreateSnapshotRequest {
                server_id: server.id.clone(),
                name: "before".to_owned(),
                ..Default::default()
            };
            let made = world.customer.snapshots().create(request).await.unwrap();
            world.succeed(&made.operation.id).await;
            snapshot = made.snapshot.id;
        }
        Stage {
            name: name.to_owned(),
            server_id: server.id,
            state: server.state,
            vmid: Some(vmid),
            snapshot,
        }
    }
}

/// What an act begins with.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    name: String,
    pub(crate) server_id: String,
    state: i32,
    /// `None` before the creation.
    pub(crate) vmid: Option<u32>,
    snapshot: String,
}

impl Stage {
    fn nothing(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            server_id: String::new(),
            state: v1::ServerState::Failed.into(),
            vmid: None,
            snapshot: String::new(),
        }
    }

    /// The end of the path of the call that begins the act.
    pub(crate) fn path(&self, act: Act) -> String {
        let end = act.call().1;
        self.vmid
            .map_or_else(|| end.to_owned(), |vmid| format!("/lxc/{vmid}{end}"))
    }

    /// Asks for the act; the id of its operation.
    pub(crate) async fn ask(&mut self, world: &World, act: Act) -> String {
        let (server_id, servers) = (self.server_id.clone(), world.customer.servers());
        let (snapshot_id, snapshots) = (self.snapshot.clone(), world.customer.snapshots());
        let accepted = match act {
            Act::Create => {
                let made = servers.create(world.order(&self.name)).await.unwrap();
                self.server_id = made.server.id.clone();
                made
            }
            Act::Start => {
                let request = v1::StartServerRequest {
                    server_id,
                    ..Default::default()
                };
                servers.start(request).await.unwrap()
            }
            Act::Shutdown | Act::StopNow => {
                let request = v1::StopServerRequest {
                    server_id,
                    force_now: act == Act::StopNow,
                    ..Default::default()
                };
                servers.stop(request).await.unwrap()
            }
            Act::Restart => {
                let request = v1::RestartServerRequest {
                    server_id,
                    ..Default::default()
                };
                servers.restart(request).await.unwrap()
            }
            Act::Resize | Act::Grow => {
                let tariff = &world.tariffs[0];
                let request = v1::ResizeServerRequest {
                    server_id,
                    memory_bytes: (act == Act::Resize).then_some(2 * tariff.memory_bytes),
                    disk_bytes: (act == Act::Grow).then_some(tariff.disk_bytes + GIB),
                    ..Default::default()
                };
                servers.resize(request).await.unwrap()
            }
            Act::Rename => {
                let request = v1::RenameServerRequest {
                    server_id,
                    name: format!("{}-new", self.name),
                    ..Default::default()
                };
                servers.rename(request).await.unwrap()
            }
            Act::Delete => {
                let request = v1::DeleteServerRequest {
                    server_id,
                    ..Default::default()
                };
                servers.delete(request).await.unwrap()
            }
            Act::Snapshot => {
                let request = v1::CreateSnapshotRequest {
                    server_id,
                    name: "before".to_owned(),
                    ..Default::default()
                };
                return snapshots.create(request).await.unwrap().operation.id;
            }
            Act::Restore => {
                let request = v1::RestoreSnapshotRequest {
                    snapshot_id,
                    ..Default::default()
                };
                return snapshots.restore(request).await.unwrap().operation.id;
            }
            Act::DeleteSnapshot => {
                let request = v1::DeleteSnapshotRequest {
                    snapshot_id,
                    ..Default::default()
                };
                return snapshots.delete(request).await.unwrap().operation.id;
            }
        };
        accepted.operation.id
    }

    /// Checks that an act that failed has left everything as it was, but for the row that says so.
    pub(crate) async fn expect_untouched(&self, world: &World, act: Act) {
        let server = world.look(&self.server_id).await;
        assert_eq!(server.state, self.state, "{act:?}: {server:#?}");
        assert_eq!(server.name, self.name);
        let Some(vmid) = self.vmid else { return };
        let guest = world.fake.container(vmid).await.unwrap();
        let kept = guest["snapshots"].as_array().unwrap().len();
        assert_eq!(
            kept,
            usize::from(!self.snapshot.is_empty()),
            "{act:?}: {guest:#?}"
        );
        let request = v1::ListSnapshotsRequest {
            server_id: self.server_id.clone(),
            ..Default::default()
        };
        for snapshot in world.customer.snapshots().list(request).await.unwrap().items {
            let failed = act == Act::Snapshot;
            let wanted = if failed {
                v1::SnapshotState::Failed
            } else {
                v1::SnapshotState::Ready
            };
            assert_eq!(snapshot.state(), wanted, "{act:?}");
        }
    }
}
