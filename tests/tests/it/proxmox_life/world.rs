//! A cluster, the server that sells it, a customer and an operator; and whether all of them agree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use hostler_client::{Client, WaitError, v1};
use hostler_tests::fakepve::FakePve;
use hostler_tests::fault_plan::FaultPlan;
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::adapters::clock::SystemClock;
use hostlerd::adapters::proxmox::{Proxmox, ProxmoxSettings};
use hostlerd::config::HypervisorConfig;
use hostlerd::domain::user::Role;
use hostlerd::engine::operations::{RetrySettings, StepSettings, WorkerSettings};
use serde_json::{Value, json};
use tempfile::TempDir;

const CUSTOMER: &str = "alice@example.org";
const OPERATOR: &str = "oscar@example.org";
/// Longer than anything takes here.
const PATIENCE: Duration = Duration::from_secs(25);
const GIB: u64 = 1 << 30;
const TEMPLATES: [&str; 4] = [
    "debian-13-standard_13.1-2_amd64.tar.zst",
    "debian-12-standard_12.12-1_amd64.tar.zst",
    "ubuntu-24.04-standard_24.04-2_amd64.tar.zst",
    "alpine-3.22-default_20250617_amd64.tar.xz",
];

/// What a world is to be like; the default heals whatever passes within seconds.
pub(crate) struct Setting {
    /// Nodes beside `pve1`.
    pub(crate) nodes: Vec<&'static str>,
    /// Tries of a step: many where something is to heal, few where it is to fail.
    pub(crate) attempts: u32,
    /// Gives up on an answer after this time; as configured otherwise.
    pub(crate) request_timeout: Option<Duration>,
    pub(crate) faults: Option<FaultPlan>,
    pub(crate) clock: Option<Arc<ShiftedClock>>,
    /// From one sweep to the next; as configured otherwise.
    pub(crate) sweep_seconds: Option<u64>,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            attempts: 60,
            request_timeout: None,
            faults: None,
            clock: None,
            sweep_seconds: None,
        }
    }
}

impl Setting {
    /// For troubles that do not pass.
    pub(crate) fn impatient() -> Self {
        Self {
            attempts: 3,
            ..Self::default()
        }
    }
}

pub(crate) struct World {
    pub(crate) fake: FakePve,
    pub(crate) server: TestServer,
    pub(crate) customer: Client,
    pub(crate) operator: Client,
    pub(crate) tariffs: Vec<v1::Tariff>,
    pub(crate) systems: Vec<v1::OperatingSystem>,
    _directory: TempDir,
}

impl World {
    /// `None` when this machine cannot run the cluster.
    pub(crate) async fn start(setting: Setting) -> Option<Self> {
        let cluster = json!({
            "time_scale": 0.01, "nodes": setting.nodes, "templates": TEMPLATES,
            "storages": {"fast": {"avail": 4000 * GIB}},
        });
        let fake = FakePve::start(&cluster).await.unwrap()?;
        let directory = tempfile::tempdir().unwrap();
        let mut builder = TestServer::builder()
            .worker(worker(setting.attempts))
            .config(|config| {
                // Where the receivers of tests are.
                config.notifications.own_networks = vec!["127.0.0.0/8".parse().unwrap()];
                if let Some(seconds) = setting.sweep_seconds {
                    config.monitoring.sweep_seconds = seconds;
                }
            });
        builder = match setting.request_timeout {
            None => {
                let cluster = fake.config(directory.path()).unwrap();
                let cluster = HypervisorConfig::Proxmox(Box::new(cluster));
                builder.hypervisors(BTreeMap::from([("pve".to_owned(), cluster)]))
            }
            Some(request_timeout) => {
                let settings = ProxmoxSettings {
                    request_timeout,
                    ..fake.settings()
                };
                let adapter = Proxmox::new(settings, Arc::new(SystemClock)).unwrap();
                builder.hypervisor(Arc::new(adapter))
            }
        };
        if let Some(faults) = setting.faults {
            builder = builder.faults(Arc::new(faults));
        }
        if let Some(clock) = setting.clock {
            builder = builder.clock(clock);
        }
        let server = builder.start().await;
        server.user(CUSTOMER, Role::Customer).await;
        server.user(OPERATOR, Role::Operator).await;
        let (customer, operator) = (client(&server, CUSTOMER).await, client(&server, OPERATOR).await);
        // Templates are shown to operators only.
        let catalog = operator.catalog();
        let tariffs = catalog.list_tariffs(v1::ListTariffsRequest::default()).await;
        let mut tariffs = tariffs.unwrap().items;
        tariffs.sort_by_key(|tariff| tariff.memory_bytes);
        let systems = catalog.list_operating_systems(v1::ListOperatingSystemsRequest::default());
        let systems = systems.await.unwrap().items;
        Some(Self {
            fake,
            server,
            customer,
            operator,
            tariffs,
            systems,
            _directory: directory,
        })
    }

    /// Starts the server on what it left behind.
    pub(crate) async fn restart(&mut self) {
        self.server.restart().await;
        self.customer = client(&self.server, CUSTOMER).await;
        self.operator = client(&self.server, OPERATOR).await;
    }

    /// An order of the smallest server.
    pub(crate) fn order(&self, name: &str) -> v1::CreateServerRequest {
        let system = self.systems.iter().find(|system| system.family == "debian");
        v1::CreateServerRequest {
            name: name.to_owned(),
            tariff_id: self.tariffs[0].id.clone(),
            operating_system_id: system.unwrap().id.clone(),
            ..Default::default()
        }
    }

    /// A server that is there, running or not, and the vmid of its guest.
    pub(crate) async fn server_named(&self, name: &str, running: bool) -> (v1::Server, u32) {
        let order = v1::CreateServerRequest {
            keep_stopped: !running,
            ..self.order(name)
        };
        let made = self.customer.servers().create(order).await.unwrap();
        self.succeed(&made.operation.id).await;
        let server = self.look(&made.server.id).await;
        let vmid = vmid(&server).unwrap();
        (server, vmid)
    }

    /// The server as the operator sees it.
    pub(crate) async fn look(&self, server_id: &str) -> v1::Server {
        self.operator.servers().get(server_id).await.unwrap()
    }

    /// Follows an operation to its end; as the operator sees it.
    pub(crate) async fn end(&self, operation_id: &str) -> v1::Operation {
        let operations = self.customer.operations();
        let waiting = operations.wait(operation_id, |_| ());
        let Ok(ended) = tokio::time::timeout(PATIENCE, waiting).await else {
            let seen = self.operator.operations().get(operation_id).await;
            panic!("the operation does not end: {seen:#?}");
        };
        let told = match ended {
            Ok(operation) => operation,
            Err(WaitError::Unsuccessful(operation)) => *operation,
            Err(WaitError::Call(error)) => panic!("the operation cannot be followed: {error}"),
        };
        if let Some(error) = told.error {
            assert_eq!(error.detail, "", "details are for staff");
        }
        self.operator.operations().get(operation_id).await.unwrap()
    }

    pub(crate) async fn succeed(&self, operation_id: &str) {
        let ended = self.end(operation_id).await;
        assert_eq!(ended.state(), v1::OperationState::Succeeded, "{ended:#?}");
    }

    /// The operation must fail for this reason, with this for the operator and nothing of it for the customer.
    pub(crate) async fn fail(&self, operation_id: &str, reason: &str, detail: &str) {
        let ended = self.end(operation_id).await;
        assert_eq!(ended.state(), v1::OperationState::Failed, "{ended:#?}");
        expect_error(&ended, reason, detail);
    }

    /// Lets a stuck operation go on.
    pub(crate) async fn retry(&self, operation_id: &str) {
        let retry = v1::RetryOperationRequest {
            operation_id: operation_id.to_owned(),
            ..Default::default()
        };
        self.operator.operations().retry(retry).await.unwrap();
    }

    /// Waits until a try of the operation has failed.
    pub(crate) async fn has_failed_once(&self, operation_id: &str) {
        hostler_tests::wait::wait_for("a try to fail", || async {
            let operation = self.operator.operations().get(operation_id).await.unwrap();
            let failed = operation.steps.iter().any(|step| !step.detail.is_empty());
            if failed {
                Ok(())
            } else {
                Err(format!("{operation:#?}"))
            }
        })
        .await;
    }

    /// Checks that the server's rows and the cluster say the same, and that nothing is left over on either side.
    pub(crate) async fn expect_agreement(&self) {
        let mut guests: BTreeMap<u32, Value> = BTreeMap::new();
        for guest in self.fake.containers().await.unwrap() {
            let vmid = guest["vmid"].as_u64().and_then(|vmid| u32::try_from(vmid).ok());
            guests.insert(vmid.unwrap(), guest);
        }
        let mut addresses = BTreeSet::new();
        let mut page = v1::ListServersRequest::default();
        loop {
            let answer = self.operator.servers().list(page.clone()).await.unwrap();
            for server in answer.items {
                assert_eq!(server.operation_id, "", "{server:#?}");
                let guest = vmid(&server).and_then(|vmid| guests.remove(&vmid));
                match server.state() {
                    v1::ServerState::Running | v1::ServerState::Stopped => {
                        expect_guest(
                            &server,
                            &guest.unwrap_or_else(|| panic!("no guest for {server:#?}")),
                        );
                        for address in &server.addresses {
                            assert!(
                                addresses.insert(address.address.clone()),
                                "{address:?} is given twice"
                            );
                        }
                    }
                    v1::ServerState::Failed => {
                        let made = guest.filter(|guest| says(guest, "description").contains(&server.id));
                        assert_eq!(made, None, "{server:#?} has left a guest");
                        assert_eq!(server.addresses, []);
                        assert_ne!(server.state_reason, "");
                    }
                    other @ (v1::ServerState::Unspecified
                    | v1::ServerState::Creating
                    | v1::ServerState::Starting
                    | v1::ServerState::Stopping
                    | v1::ServerState::Restarting
                    | v1::ServerState::Resizing
                    | v1::ServerState::Snapshotting
                    | v1::ServerState::Restoring
                    | v1::ServerState::Deleting
                    | v1::ServerState::Deleted
                    | v1::ServerState::Lost
                    | v1::ServerState::Updating) => panic!("{other:?}: {server:#?}"),
                }
            }
            if answer.next_page_token.is_empty() {
                break;
            }
            page.page_token = answer.next_page_token;
        }
        let orphans: Vec<&Value> = guests
            .values()
            .filter(|guest| says(guest, "description").contains("hostler") || !guest["lock"].is_null())
            .collect();
        assert!(orphans.is_empty(), "{orphans:#?}");
        let catalog = self.operator.catalog();
        let pools = catalog.list_ip_pools(v1::ListIpPoolsRequest::default()).await;
        let used: i64 = pools.unwrap().items.iter().map(|pool| pool.used_count).sum();
        assert_eq!(
            usize::try_from(used).unwrap(),
            addresses.len(),
            "addresses are lost"
        );
    }
}

/// What staff and customers are told of a failure.
pub(crate) fn expect_error(operation: &v1::Operation, reason: &str, detail: &str) {
    let error = operation.error.as_ref().unwrap();
    assert_eq!(error.reason, reason, "{operation:#?}");
    assert!(error.detail.contains(detail), "{error:#?}");
    let plain = error
        .message
        .chars()
        .all(|c| c.is_ascii_alphabetic() || " ,;.'".contains(c));
    assert!(
        plain && !error.message.is_empty(),
        "for customers: {:?}",
        error.message
    );
}

/// The vmid of the server's guest, once it has a place.
pub(crate) fn vmid(server: &v1::Server) -> Option<u32> {
    let placement = server.placement.as_ref()?;
    u32::try_from(placement.vmid).ok()
}

/// An entry of the guest's configuration as text.
pub(crate) fn says(guest: &Value, key: &str) -> String {
    let entry = &guest["config"][key];
    match entry.as_str() {
        Some(text) => text.to_owned(),
        None if entry.is_null() => String::new(),
        None => entry.to_string(),
    }
}

/// Checks the guest of a server that is there: marks, name, sizes, address, and whether it runs.
fn expect_guest(server: &v1::Server, guest: &Value) {
    let running = server.state() == v1::ServerState::Running;
    assert_eq!(guest["status"] == "running", running, "{server:#?} {guest:#?}");
    assert!(says(guest, "description").contains(&server.id), "{guest:#?}");
    let tags = says(guest, "tags");
    assert!(tags.split(';').any(|tag| tag == "hostler"), "{tags}");
    assert_eq!(says(guest, "hostname"), server.name);
    assert_eq!(says(guest, "memory"), (server.memory_bytes >> 20).to_string());
    let disk = format!("size={}G", server.disk_bytes >> 30);
    assert!(says(guest, "rootfs").contains(&disk), "{disk}: {guest:#?}");
    assert_eq!(server.addresses.len(), 1);
    let address = format!("ip={}/", server.addresses[0].address);
    assert!(says(guest, "net0").contains(&address), "{address}: {guest:#?}");
    assert_eq!(
        server.placement.as_ref().unwrap().node,
        guest["node"].as_str().unwrap()
    );
}

fn worker(attempts: u32) -> WorkerSettings {
    WorkerSettings {
        retry: RetrySettings {
            first_wait: Duration::from_millis(20),
            longest_wait: Duration::from_millis(300),
            attempts,
        },
        steps: StepSettings {
            first_poll: Duration::from_millis(10),
            longest_poll: Duration::from_millis(100),
            ..StepSettings::default()
        },
        ..WorkerSettings::new("test")
    }
}

async fn client(server: &TestServer, email: &str) -> Client {
    let client = Client::builder(server.url()).connect().await.unwrap();
    let request = v1::SignInRequest {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        device_name: "test".to_owned(),
    };
    client.auth().sign_in(request).await.unwrap();
    client
}
