//! The whole life of a server, looked at from both ends after each step.

use hostler_client::v1;
use serde_json::json;

use crate::proxmox_life::world::{Setting, World, says, vmid};

const MIB: i64 = 1 << 20;
const GIB: i64 = 1 << 30;

struct Life {
    world: World,
    server_id: String,
    vmid: u32,
}

impl Life {
    async fn guest(&self) -> serde_json::Value {
        self.world.fake.container(self.vmid).await.unwrap()
    }

    /// Waits for the work, and checks the state that the server is in then.
    async fn then(&self, operation: &v1::Operation, state: v1::ServerState) -> v1::Server {
        self.world.succeed(&operation.id).await;
        let server = self.world.look(&self.server_id).await;
        assert_eq!(server.state(), state, "{server:#?}");
        self.world.expect_agreement().await;
        server
    }

    async fn start_and_stop(&self) {
        let (servers, server_id) = (self.world.customer.servers(), &self.server_id);
        // It shuts down in 2 of the seconds that the cluster counts in.
        let attributes = json!({"shutdown_secs": 2});
        self.world
            .fake
            .set_container(self.vmid, attributes)
            .await
            .unwrap();
        let stop = v1::StopServerRequest {
            server_id: server_id.clone(),
            timeout: Some(prost_types::Duration {
                seconds: 60,
                nanos: 0,
            }),
            ..Default::default()
        };
        let stopped = servers.stop(stop.clone()).await.unwrap();
        self.then(&stopped.operation, v1::ServerState::Stopped).await;
        self.start().await;
        // One that does not listen is killed when its time is up, if that was asked for.
        let attributes = json!({"shutdown_secs": 600});
        self.world
            .fake
            .set_container(self.vmid, attributes)
            .await
            .unwrap();
        let stop = v1::StopServerRequest {
            force_after_timeout: true,
            ..stop
        };
        let stopped = servers.stop(stop).await.unwrap();
        self.then(&stopped.operation, v1::ServerState::Stopped).await;
        self.start().await;
        let stop = v1::StopServerRequest {
            server_id: server_id.clone(),
            force_now: true,
            ..Default::default()
        };
        let stopped = servers.stop(stop).await.unwrap();
        self.then(&stopped.operation, v1::ServerState::Stopped).await;
        self.start().await;
        let restart = v1::RestartServerRequest {
            server_id: server_id.clone(),
            ..Default::default()
        };
        let restarted = servers.restart(restart).await.unwrap();
        self.then(&restarted.operation, v1::ServerState::Running).await;
        let seen = self.world.fake.tasks_of(self.vmid).await.unwrap();
        let wanted = [
            "vzcreate",
            "vzstart",
            "vzshutdown",
            "vzstart",
            "vzshutdown",
            "vzstart",
            "vzstop",
            "vzstart",
            "vzreboot",
        ];
        assert_eq!(seen, wanted);
    }

    async fn start(&self) {
        let start = v1::StartServerRequest {
            server_id: self.server_id.clone(),
            ..Default::default()
        };
        let started = self.world.customer.servers().start(start).await.unwrap();
        self.then(&started.operation, v1::ServerState::Running).await;
    }

    async fn resize_and_rename(&self) {
        let (servers, server_id) = (self.world.customer.servers(), &self.server_id);
        let mac = mac_address(&self.guest().await);
        let resize = v1::ResizeServerRequest {
            server_id: server_id.clone(),
            cpu_millicores: Some(1500),
            memory_bytes: Some(768 * MIB),
            disk_bytes: Some(12 * GIB),
            ..Default::default()
        };
        let resized = servers.resize(resize).await.unwrap();
        let server = self.then(&resized.operation, v1::ServerState::Running).await;
        assert_eq!(
            (server.cpu_millicores, server.memory_bytes, server.disk_bytes),
            (1500, 768 * MIB, 12 * GIB)
        );
        let guest = self.guest().await;
        assert_eq!(
            ["cores", "cpulimit", "memory"].map(|key| says(&guest, key)),
            ["2", "1.5", "768"]
        );
        let rename = v1::RenameServerRequest {
            server_id: server_id.clone(),
            name: "shop".to_owned(),
            ..Default::default()
        };
        let renamed = servers.rename(rename).await.unwrap();
        let server = self.then(&renamed.operation, v1::ServerState::Running).await;
        assert_eq!(server.name, "shop");
        assert_eq!(
            mac_address(&self.guest().await),
            mac,
            "the network card is the same one"
        );
    }

    /// A snapshot, a change after it, and the way back: the disk goes back, the plan does not.
    async fn snapshots(&self) {
        let (world, server_id) = (&self.world, &self.server_id);
        let snapshots = world.customer.snapshots();
        let create = v1::CreateSnapshotRequest {
            server_id: server_id.clone(),
            name: "before".to_owned(),
            ..Default::default()
        };
        let taken = snapshots.create(create).await.unwrap();
        self.then(&taken.operation, v1::ServerState::Running).await;
        assert_eq!(self.guest().await["snapshots"], json!(["before"]));
        let resize = v1::ResizeServerRequest {
            server_id: server_id.clone(),
            memory_bytes: Some(1024 * MIB),
            ..Default::default()
        };
        let resized = world.customer.servers().resize(resize).await.unwrap();
        self.then(&resized.operation, v1::ServerState::Running).await;
        let restore = v1::RestoreSnapshotRequest {
            snapshot_id: taken.snapshot.id.clone(),
            start_after: true,
            ..Default::default()
        };
        let restored = snapshots.restore(restore).await.unwrap();
        self.then(&restored.operation, v1::ServerState::Running).await;
        assert_eq!(says(&self.guest().await, "memory"), "1024");
        let delete = v1::DeleteSnapshotRequest {
            snapshot_id: taken.snapshot.id,
            ..Default::default()
        };
        let deleted = snapshots.delete(delete).await.unwrap();
        self.then(&deleted.operation, v1::ServerState::Running).await;
        assert_eq!(self.guest().await["snapshots"], json!([]));
    }
}

fn mac_address(guest: &serde_json::Value) -> String {
    let net = says(guest, "net0");
    let parts = net.split(',').find_map(|part| part.strip_prefix("hwaddr="));
    parts.unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_lives_on_a_cluster_from_its_order_to_its_deletion() {
    let Some(world) = World::start(Setting::default()).await else {
        return;
    };
    let made = world.customer.servers().create(world.order("web")).await.unwrap();
    world.succeed(&made.operation.id).await;
    let server = world.look(&made.server.id).await;
    let life = Life {
        vmid: vmid(&server).unwrap(),
        server_id: server.id,
        world,
    };
    let server = life.then(&made.operation, v1::ServerState::Running).await;
    let guest = life.guest().await;
    let tags = says(&guest, "tags");
    assert_eq!(tags.split(';').count(), 2, "ours, and whose: {tags}");
    assert!(says(&guest, "net0").contains("bridge=vmbr0"), "{guest:#?}");
    assert_eq!(says(&guest, "unprivileged"), "1");

    life.start_and_stop().await;
    life.resize_and_rename().await;
    life.snapshots().await;

    let delete = v1::DeleteServerRequest {
        server_id: life.server_id.clone(),
        ..Default::default()
    };
    let deleted = life.world.customer.servers().delete(delete).await.unwrap();
    life.world.succeed(&deleted.operation.id).await;
    assert_eq!(
        life.world.fake.containers().await.unwrap(),
        Vec::<serde_json::Value>::new()
    );
    life.world.expect_agreement().await;
    assert_eq!(server.addresses.len(), 1);
}
