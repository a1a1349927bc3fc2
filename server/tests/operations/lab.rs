//! A customer, a catalog, a simulated cluster and a worker, on a store that may be shared.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use hostlerd::adapters::bus_local::BusLocal;
use hostlerd::adapters::clock::ManualClock;
use hostlerd::adapters::log_mailer::LogMailer;
use hostlerd::adapters::post::{HttpNotifier, PostSettings};
use hostlerd::adapters::sim::{Control, Effect, Sim, SimSettings};
use hostlerd::domain::etag::Generation;
use hostlerd::domain::guest::{GuestAddressing, GuestNetwork, GuestPlan, GuestRef, NewGuest};
use hostlerd::domain::ids::*;
use hostlerd::domain::ip_pool::{IpPool, IpPoolKind};
use hostlerd::domain::money::{Currency, Money};
use hostlerd::domain::names::{Email, ServerName};
use hostlerd::domain::operating_system::OperatingSystem;
use hostlerd::domain::operation::{Operation, OperationState, StepRecord};
use hostlerd::domain::principal::{Credential, Origin, Principal};
use hostlerd::domain::resources::{GIB, MIB, Resources};
use hostlerd::domain::server::Server;
use hostlerd::domain::ssh_key::SshPublicKey;
use hostlerd::domain::tariff::{CatalogState, Tariff};
use hostlerd::domain::time::Timestamp;
use hostlerd::domain::user::{Locale, Role, User, UserState};
use hostlerd::engine::alerts::GuestAlerts;
use hostlerd::engine::background::{ReconcileSettings, Sweep, SweepShared};
use hostlerd::engine::caller::Caller;
use hostlerd::engine::context::Ports;
use hostlerd::engine::operations::{Operations, RetrySettings, StepSettings, Worker, WorkerSettings};
use hostlerd::engine::passwords::HashTurns;
use hostlerd::engine::servers::{CreateServer, Servers, ServersSettings};
use hostlerd::engine::snapshots::Snapshots;
use hostlerd::engine::stats::{Board, Lookout, StatsSettings, SweepLog};
use hostlerd::ports::clock::Clock;
use hostlerd::ports::hypervisor::{Hypervisor, Hypervisors};
use hostlerd::ports::sample_sink::NoSink;
use hostlerd::ports::store::Store;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::plan::Plan;

/// Longer than anything takes here, shorter than anybody's patience.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const LEASE: Duration = Duration::from_secs(30);

pub(crate) struct Lab {
    pub(crate) ports: Ports,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) control: Control,
    pub(crate) plan: Arc<Plan>,
    pub(crate) customer: Caller,
    pub(crate) servers: Servers,
    pub(crate) snapshots: Snapshots,
    pub(crate) operations: Operations,
    pub(crate) tariff: Tariff,
    pub(crate) system: OperatingSystem,
    pub(crate) pool: IpPool,
    workers: Vec<(JoinHandle<()>, CancellationToken)>,
}

pub(crate) fn caller(role: Role) -> Caller {
    Caller {
        node: None,
        principal: Some(Principal {
            user_id: UserId::generate(),
            role,
            credential: Credential::Session(SessionId::generate()),
        }),
        origin: Origin::default(),
        action: "Tests.Call",
        request_id: None,
    }
}

impl Lab {
    /// A sweep of the cluster that shows what it sees on this board.
    pub(crate) fn sweep(&self, board: Arc<Board>) -> Sweep {
        let settings = StatsSettings::default();
        let (name, hypervisor) = self.ports.hypervisors.iter().next().unwrap();
        let lookout = Lookout::new(
            Arc::clone(hypervisor),
            Arc::clone(&self.ports.clock),
            settings.stale_after(),
        );
        let shared = SweepShared {
            board,
            log: Arc::new(SweepLog::default()),
            settings,
            reconcile: ReconcileSettings::default(),
        };
        Sweep::new(
            self.ports.clone(),
            name,
            Arc::clone(hypervisor),
            Arc::new(lookout),
            GuestAlerts::alone(&self.ports, settings.stale_after()),
            shared,
        )
    }

    pub(crate) async fn new(store: Arc<dyn Store>) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(1_700_000_000_000_000)));
        let hypervisor = format!("sim-{}", Uuid::now_v7().simple());
        let settings = SimSettings {
            name: hypervisor.clone(),
            task_time: Duration::ZERO,
            ..SimSettings::default()
        };
        let sim = Sim::new(settings, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let plan = Arc::new(Plan::default());
        let control = sim.control();
        let ports = Ports {
            store,
            hypervisors: Hypervisors::new([(hypervisor.clone(), sim as Arc<dyn Hypervisor>)]),
            mailer: Arc::new(LogMailer),
            notifier: Arc::new(HttpNotifier::new(PostSettings::default()).unwrap()),
            samples: Arc::new(NoSink),
            bus: Arc::new(BusLocal::default()),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            faults: Arc::clone(&plan) as Arc<dyn hostlerd::ports::faults::Faults>,
        };
        let customer = caller(Role::Customer);
        let now = clock.now();
        let lab = Self {
            servers: Servers::new(ports.clone(), ServersSettings::default(), HashTurns::default()),
            snapshots: Snapshots::new(ports.clone()),
            operations: Operations::new(ports.clone()),
            tariff: tariff(now),
            system: system(now),
            pool: pool(hypervisor, now),
            ports,
            clock,
            control,
            plan,
            customer,
            workers: Vec::new(),
        };
        lab.fill_catalog().await;
        lab
    }

    async fn fill_catalog(&self) {
        let store = &self.ports.store;
        let now = self.clock.now();
        let mutation = || self.customer.mutation(String::new(), Uuid::now_v7(), now);
        self.add_user(self.owner()).await;
        store.tariff_insert(&self.tariff, &mutation()).await.unwrap();
        store
            .operating_system_insert(&self.system, &mutation())
            .await
            .unwrap();
        store.ip_pool_insert(&self.pool, &mutation()).await.unwrap();
    }

    async fn add_user(&self, id: UserId) {
        let now = self.clock.now();
        let user = user(id, now);
        let mutation = self.customer.mutation(String::new(), Uuid::now_v7(), now);
        let added = self
            .ports
            .store
            .user_insert(&user, "$argon2id$", None, None, &mutation);
        added.await.unwrap();
    }

    /// An operator with a row, who may have servers.
    pub(crate) async fn operator(&self) -> Caller {
        let operator = caller(Role::Operator);
        let id = operator.signed_in().unwrap().user_id;
        self.add_user(id).await;
        operator
    }

    pub(crate) fn owner(&self) -> UserId {
        self.customer.principal.as_ref().unwrap().user_id
    }

    pub(crate) fn worker_settings(owner: &str) -> WorkerSettings {
        WorkerSettings {
            lease: LEASE,
            idle: Duration::from_millis(50),
            retry: RetrySettings {
                first_wait: Duration::ZERO,
                longest_wait: Duration::ZERO,
                attempts: 3,
            },
            steps: StepSettings {
                first_poll: Duration::from_millis(1),
                longest_poll: Duration::from_millis(2),
                ..StepSettings::default()
            },
            ..WorkerSettings::new(owner)
        }
    }

    /// Replaces the hypervisors, as a new configuration would after a restart.
    pub(crate) fn configure(&mut self, hypervisors: Hypervisors) {
        self.ports.hypervisors = hypervisors;
        self.servers = Servers::new(
            self.ports.clone(),
            ServersSettings::default(),
            HashTurns::default(),
        );
    }

    pub(crate) fn start_worker(&mut self) {
        let settings = Self::worker_settings(&format!("worker-{}", Uuid::now_v7()));
        let token = CancellationToken::new();
        let worker = Worker::new(self.ports.clone(), settings);
        self.workers
            .push((tokio::spawn(worker.run(token.clone())), token));
    }

    /// Kills every worker as a power cut would, and lets their leases run out.
    pub(crate) async fn crash(&mut self) {
        for (worker, _) in self.workers.drain(..) {
            worker.abort();
            assert!(worker.await.unwrap_err().is_cancelled());
        }
        self.clock.advance(LEASE + Duration::from_secs(1));
    }

    pub(crate) fn ask_workers_to_stop(&self) {
        for (_, token) in &self.workers {
            token.cancel();
        }
    }

    /// Asks every worker to stop and waits until they have.
    pub(crate) async fn stop_workers(&mut self) {
        for (worker, token) in self.workers.drain(..) {
            token.cancel();
            tokio::time::timeout(PATIENCE, worker).await.unwrap().unwrap();
        }
    }

    /// Follows an operation until it has ended or is stuck.
    pub(crate) async fn end_of(&self, id: OperationId) -> (Operation, Vec<StepRecord>) {
        let operator = caller(Role::Operator);
        let watch = self.operations.watch(&operator, id, CancellationToken::new());
        let last = async {
            let mut stream = Box::pin(watch.await.unwrap());
            let mut last = None;
            while let Some(told) = stream.next().await {
                last = Some(told.unwrap());
            }
            last.unwrap()
        };
        match tokio::time::timeout(PATIENCE, last).await {
            Ok(last) => last,
            Err(_) => {
                let (operation, steps) = self.operations.get(&operator, id).await.unwrap();
                panic!("the operation does not end: {operation:#?} {steps:#?}")
            }
        }
    }

    pub(crate) async fn succeed(&self, id: OperationId) {
        let (operation, steps) = self.end_of(id).await;
        assert_eq!(
            operation.state,
            OperationState::Succeeded,
            "{operation:#?} {steps:#?}"
        );
        // The next operation is to be later than this one.
        self.clock.advance(Duration::from_secs(1));
    }

    pub(crate) fn order(&self, name: &str) -> CreateServer {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGoodGoodGoodGoodGoodGoodGoodGoodGoodGoodGoo a";
        CreateServer {
            name: ServerName::parse(name).unwrap(),
            tariff_id: self.tariff.id,
            operating_system_id: self.system.id,
            ssh_public_keys: vec![SshPublicKey::parse(key).unwrap()],
            ip_pool_id: None,
            keep_stopped: false,
        }
    }

    /// A running server, made by a worker that has to be there.
    pub(crate) async fn running_server(&self, name: &str) -> Server {
        let accepted = self
            .servers
            .create(&self.customer, self.order(name))
            .await
            .unwrap();
        self.succeed(accepted.operation.id).await;
        self.server(accepted.server.id).await
    }

    pub(crate) async fn stopped_server(&self, name: &str) -> Server {
        let order = CreateServer {
            keep_stopped: true,
            ..self.order(name)
        };
        let accepted = self.servers.create(&self.customer, order).await.unwrap();
        self.succeed(accepted.operation.id).await;
        self.server(accepted.server.id).await
    }

    /// A guest with our mark that no row knows of.
    pub(crate) async fn make_guest_of(&self, server_id: ServerId, vmid: u32) -> GuestRef {
        let (_, hypervisor) = self.ports.hypervisors.iter().next().unwrap();
        let guest = GuestRef {
            node: hypervisor.choose_node(&self.tariff.resources).await.unwrap(),
            vmid,
            server_id,
        };
        let new = NewGuest {
            guest: guest.clone(),
            plan: GuestPlan {
                name: ServerName::parse("left-over").unwrap(),
                resources: self.tariff.resources,
                network: GuestNetwork {
                    bridge: "vmbr0".to_owned(),
                    vlan_tag: None,
                    addressing: GuestAddressing::Dhcp,
                    nameservers: Vec::new(),
                    bytes_per_second: 0,
                },
            },
            template: self.system.template.clone(),
            nesting: true,
            root_password_hash: "$6$salt$hash".to_owned(),
            ssh_public_keys: Vec::new(),
        };
        hypervisor.create(&new).await.unwrap();
        guest
    }

    pub(crate) async fn server(&self, id: ServerId) -> Server {
        self.ports.store.server_get(id).await.unwrap()
    }

    pub(crate) fn vmid(server: &Server) -> u32 {
        server.placement.as_ref().unwrap().vmid
    }

    pub(crate) fn effects_since(&self, count: usize) -> Vec<Effect> {
        self.control.effects().split_off(count)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for (worker, _) in &self.workers {
            worker.abort();
        }
    }
}

fn user(id: UserId, now: Timestamp) -> User {
    User {
        id,
        email: Email::parse(&format!("{}@example.org", id.as_uuid().simple())).unwrap(),
        email_verified: true,
        display_name: "Ada".to_owned(),
        locale: Locale::English,
        role: Role::Customer,
        state: UserState::Active,
        create_time: now,
        update_time: now,
        generation: Generation::FIRST,
    }
}

fn tariff(now: Timestamp) -> Tariff {
    let id = TariffId::generate();
    Tariff {
        id,
        name: format!("small {id}"),
        description: String::new(),
        resources: Resources {
            cpu_millicores: 1000,
            memory_bytes: 512 * MIB,
            disk_bytes: 8 * GIB,
        },
        price: Money {
            minor: 500,
            currency: Currency::parse("EUR").unwrap(),
        },
        network_bytes_per_second: 0,
        snapshot_limit: 3,
        state: CatalogState::Active,
        create_time: now,
        update_time: now,
        generation: Generation::FIRST,
    }
}

fn system(now: Timestamp) -> OperatingSystem {
    let id = OperatingSystemId::generate();
    OperatingSystem {
        id,
        name: format!("Debian {id}"),
        version: "13".to_owned(),
        family: "debian".to_owned(),
        template: "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst".to_owned(),
        nesting: true,
        min_memory_bytes: 64 * MIB,
        min_disk_bytes: GIB,
        state: CatalogState::Active,
        create_time: now,
        update_time: now,
        generation: Generation::FIRST,
    }
}

fn pool(hypervisor: String, now: Timestamp) -> IpPool {
    let id = IpPoolId::generate();
    IpPool {
        id,
        name: format!("pool {id}"),
        hypervisor,
        bridge: "vmbr0".to_owned(),
        vlan_tag: None,
        kind: IpPoolKind::Static,
        network: "10.0.0.0/24".parse().unwrap(),
        gateway: Some("10.0.0.1".parse().unwrap()),
        first: "10.0.0.10".parse().unwrap(),
        last: "10.0.0.60".parse().unwrap(),
        nameservers: vec!["9.9.9.9".parse().unwrap()],
        create_time: now,
        update_time: now,
        generation: Generation::FIRST,
    }
}
