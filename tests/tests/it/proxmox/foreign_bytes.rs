//! Whatever a server answers, the adapter gives an error or a value, and never a panic.

use hostler_tests::guests::{ROOT_HASH, new_guest};
use hostler_tests::pve_stub::{Answer, PveStub};
use hostlerd::adapters::proxmox::Proxmox;
use hostlerd::domain::guest::{TaskKind, TaskRef};
use hostlerd::domain::resources::{GIB, Resources};
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::hypervisor::Hypervisor;
use serde_json::json;

use crate::proxmox::support::clock;

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    /// The bytes with a few of them changed, cut off, doubled or replaced by what JSON is made of.
    fn mutate(&mut self, bytes: &[u8]) -> Vec<u8> {
        const PIECES: [&str; 12] = [
            "null",
            "-1",
            "1e999",
            "\"\"",
            "[]",
            "{}",
            "true",
            "18446744073709551616",
            "\\u0000",
            "é",
            "\"",
            "UPID:",
        ];
        let mut mutated = bytes.to_vec();
        for _ in 0..=self.roll(4) {
            let at = self.roll(mutated.len());
            match self.roll(4) {
                0 => mutated.truncate(at),
                1 => mutated.rotate_left(at),
                2 => {
                    let end = (at + self.roll(12)).min(mutated.len());
                    let piece = PIECES[self.roll(PIECES.len())].bytes();
                    mutated.splice(at..end, piece);
                }
                _ => mutated[at] = u8::try_from(self.roll(256)).unwrap(),
            }
            if mutated.is_empty() {
                break;
            }
        }
        mutated
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_makes_the_adapter_panic() {
    let stub = PveStub::start().await.unwrap();
    let pve = Proxmox::new(stub.settings(), clock()).unwrap();
    let guest = new_guest("pve1", 10_001).unwrap();
    let place = &guest.guest;
    let upid = "UPID:pve1:0002C1A4:01B2C3D4E:6740F1A2:resize:10001:cp@pve!api:";
    let task = TaskRef(upid.to_owned());
    let description = format!("hostler server {}\n", place.server_id);
    let config = json!({"description": description, "hostname": "web", "cores": 2, "memory": "512", "digest": "d",
        "rootfs": "fast:subvol-10001-disk-0,size=4G", "net0": "name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp"});
    let answers = [
        ("GET /version", json!({"version": "9.2.11"})),
        (
            "GET /nodes",
            json!([{"node": "pve1", "status": "online", "mem": 1, "maxmem": "8589934592"}]),
        ),
        ("GET /cluster/status", json!([{"type": "cluster", "quorate": 1}])),
        ("GET /cluster/nextid", json!("10001")),
        (
            "GET /cluster/resources",
            json!([{"type": "lxc", "vmid": 10_001, "node": "pve1", "status": "running", "tags": "hostler", "cpu": 0.5, "maxcpu": 2}]),
        ),
        ("GET /access/permissions", json!({"/": {"VM.Audit": 1}})),
        (
            "GET /nodes/pve1/storage",
            json!([{"storage": "fast", "type": "zfspool", "content": "rootdir,vztmpl", "active": 1, "avail": 1_u64 << 40}]),
        ),
        (
            "GET /nodes/pve1/storage/fast/content",
            json!([{"volid": "fast:vztmpl/debian.tar.zst", "size": 5}]),
        ),
        ("GET /nodes/pve1/network", json!([{"iface": "vmbr0"}])),
        ("GET /nodes/pve1/tasks", json!([{"upid": upid, "status": "OK"}])),
        ("GET /nodes/pve1/lxc/10001/config", config),
        (
            "GET /nodes/pve1/lxc/10001/status/current",
            json!({"status": "stopped", "uptime": 5}),
        ),
        (
            "GET /nodes/pve1/lxc/10001/snapshot",
            json!([{"name": "before", "snaptime": 5}, {"name": "current", "parent": "after"}]),
        ),
        ("GET /nodes/pve1/lxc/10001/feature", json!({"hasFeature": 1})),
        ("POST /nodes/pve1/lxc", json!(upid)),
        ("POST /nodes/pve1/lxc/10001/status/start", json!(upid)),
        ("POST /nodes/pve1/lxc/10001/snapshot/before/rollback", json!(upid)),
        ("DELETE /nodes/pve1/lxc/10001", json!(upid)),
        ("PUT /nodes/pve1/lxc/10001/config", json!(null)),
        ("PUT /nodes/pve1/lxc/10001/resize", json!(upid)),
    ];
    let task_status = format!("GET /nodes/pve1/tasks/{upid}/status");
    let task_log = format!("GET /nodes/pve1/tasks/{upid}/log");
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let small = Resources {
        cpu_millicores: 1000,
        memory_bytes: GIB,
        disk_bytes: GIB,
    };
    for round in 0..40 {
        let ends = [
            (
                task_status.as_str(),
                json!({"status": "stopped", "exitstatus": "WARNINGS: 1"}),
            ),
            (task_log.as_str(), json!([{"n": 1, "t": "WARN: x"}])),
        ];
        for (call, data) in answers.iter().chain(ends.iter()) {
            // Most answers stay whole, so that the calls after them are reached, too.
            let whole = json!({"data": data, "message": "CT 10001 already exists\n", "errors": {"a": "b"}})
                .to_string();
            let body = if dice.roll(3) == 0 {
                dice.mutate(whole.as_bytes())
            } else {
                whole.into_bytes()
            };
            let status = [200, 200, 200, 200, 200, 400, 403, 500, 596][dice.roll(9)];
            stub.on(call, Answer::raw(status, body));
        }
        let _seen = (
            pve.status().await,
            pve.check().await.len(),
            pve.templates().await.is_ok(),
            pve.choose_node(&small).await.is_ok(),
            pve.inventory().await.is_ok(),
            pve.guest(10_001).await.is_ok(),
            pve.is_marked(place).await.is_ok(),
            pve.create(&guest).await.is_ok(),
            pve.start(place).await.is_ok(),
            pve.configure(place, &guest.plan).await.is_ok(),
            pve.mark(place, &guest.plan).await.is_ok(),
        );
        let _seen = (
            pve.configured_resources(place).await.is_ok(),
            pve.grow_disk(place, 9 * GIB).await.is_ok(),
            pve.snapshots(place).await.is_ok(),
            pve.snapshot_create(place, "other", "").await.is_ok(),
            pve.snapshot_rollback(place, "before").await.is_ok(),
            pve.snapshot_delete(place, "before").await.is_ok(),
            pve.set_root_password(place, ROOT_HASH).await.is_ok(),
            pve.find_task(place, TaskKind::Resize, Timestamp::default())
                .await
                .is_ok(),
            pve.task(&task).await.is_ok(),
            pve.abort_task(&task).await.is_ok(),
            pve.delete(place).await.is_ok(),
        );
        assert!(stub.requests().len() > round, "the stub is asked in each round");
    }
}
