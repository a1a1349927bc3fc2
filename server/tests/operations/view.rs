//! The world in a form that can be compared between two runs: without ids, times and vmids.

use std::collections::BTreeMap;

use hostlerd::adapters::sim::{Effect, Method, SimGuest};
use hostlerd::domain::codes::Code;
use hostlerd::domain::guest::GuestNetwork;
use hostlerd::domain::ids::OperationId;
use hostlerd::domain::operation::{OperationState, StepStatus};
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::resources::Resources;
use hostlerd::domain::server::{ServerFilter, ServerState};
use hostlerd::domain::snapshot::SnapshotState;

use crate::lab::Lab;

#[derive(Debug, PartialEq)]
pub(crate) struct World {
    pub(crate) guests: Vec<GuestView>,
    pub(crate) servers: Vec<ServerView>,
    pub(crate) used_addresses: u64,
}

#[derive(Debug, PartialEq)]
pub(crate) struct GuestView {
    name: String,
    marked: bool,
    running: bool,
    lock: Option<String>,
    resources: Resources,
    network: Option<GuestNetwork>,
    ssh_public_keys: Vec<String>,
    password: Password,
    snapshots: Vec<(String, bool)>,
}

/// Hashes are salted: what can be compared is whether there is one, and whether it is the old one.
#[derive(Debug, PartialEq)]
enum Password {
    Old,
    New,
    None,
}

#[derive(Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are facts to compare, not a state"
)]
pub(crate) struct ServerView {
    name: String,
    pub(crate) state: ServerState,
    state_reason: String,
    wanted_running: bool,
    resources: Resources,
    price: i64,
    addresses: Vec<String>,
    placed: bool,
    held: bool,
    deleted: bool,
    snapshots: Vec<(String, SnapshotState)>,
}

/// How an operation ended and what it brought about.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) state: OperationState,
    pub(crate) reason: Option<String>,
    pub(crate) world: World,
    /// Tasks begun on the hypervisor, by what they do: none may be begun twice.
    pub(crate) tasks: BTreeMap<String, usize>,
    /// How each step ended, in order. A step that ran again at once counts once: after a crash it may
    /// find that there is no need to.
    log: Vec<String>,
}

impl World {
    /// `old_hashes`: the password hashes of the guests before the operation.
    pub(crate) async fn of(lab: &Lab, old_hashes: &[String]) -> Self {
        let mut guests: Vec<GuestView> = lab
            .control
            .world()
            .into_iter()
            .map(|guest| view(guest, old_hashes))
            .collect();
        guests.sort_by(|a, b| a.name.cmp(&b.name));
        let filter = ServerFilter {
            owner_id: Some(lab.owner()),
            states: ServerState::ALL.to_vec(),
            ..ServerFilter::default()
        };
        let rows = lab
            .ports
            .store
            .server_list(&filter, PageRequest::first(200))
            .await
            .unwrap();
        let mut servers = Vec::new();
        for server in rows.items {
            let page = PageRequest::first(200);
            let snapshots = lab
                .ports
                .store
                .snapshot_list(server.id, page)
                .await
                .unwrap()
                .items;
            assert_agrees(lab, &server);
            servers.push(ServerView {
                name: server.name.to_string(),
                state: server.state,
                state_reason: server.state_reason,
                wanted_running: server.wanted_running,
                resources: server.resources,
                price: server.price.minor,
                addresses: server.addresses.iter().map(|it| it.address.to_string()).collect(),
                placed: server.placement.is_some(),
                held: server.operation_id.is_some(),
                deleted: server.delete_time.is_some(),
                snapshots: snapshots
                    .into_iter()
                    .map(|snapshot| (snapshot.name.to_string(), snapshot.state))
                    .collect(),
            });
        }
        servers.sort_by(|a, b| a.name.cmp(&b.name));
        let (_, usage) = lab.ports.store.ip_pool_get(lab.pool.id).await.unwrap();
        Self {
            guests,
            servers,
            used_addresses: usage.used_count,
        }
    }
}

impl ServerView {
    pub(crate) fn is_held(&self) -> bool {
        self.held
    }
}

impl Outcome {
    /// Of an operation that has ended.
    pub(crate) async fn of(lab: &Lab, id: OperationId, effects: &[Effect], old: &[String]) -> Self {
        let operation = lab.ports.store.operation_get(id).await.unwrap();
        assert!(operation.state.is_terminal(), "{operation:#?}");
        assert_eq!(operation.lease_owner, None, "nobody is at what has ended");
        let steps = lab.ports.store.operation_steps(id).await.unwrap();
        let ends = steps.iter().filter(|step| step.status != StepStatus::Started);
        let mut log: Vec<String> = ends
            .map(|step| format!("{} {} {}", step.name, step.direction, step.status))
            .collect();
        log.dedup();
        let mut tasks = BTreeMap::new();
        for effect in effects {
            if begins_a_task(effect.method) {
                *tasks.entry(format!("{:?}", effect.method)).or_insert(0) += 1;
            }
        }
        Self {
            state: operation.state,
            reason: operation.error.as_ref().map(|error| error.reason.clone()),
            world: World::of(lab, old).await,
            tasks,
            log,
        }
    }
}

impl Outcome {
    /// What is left to compare when one of two was stuck on its way.
    pub(crate) fn without_log(&self) -> impl PartialEq + std::fmt::Debug + '_ {
        (self.state, &self.reason, &self.world, &self.tasks)
    }
}

/// Whatever happened, a row at rest says what its guest does.
fn assert_agrees(lab: &Lab, server: &hostlerd::domain::server::Server) {
    let guest = lab
        .control
        .world()
        .into_iter()
        .find(|guest| guest.server_id == Some(server.id));
    match server.state {
        ServerState::Running => assert!(guest.is_some_and(|guest| guest.running), "{server:?}"),
        ServerState::Stopped => assert!(guest.is_some_and(|guest| !guest.running), "{server:?}"),
        ServerState::Deleted | ServerState::Lost => assert_eq!(guest, None, "{server:?}"),
        _ => {}
    }
}

fn view(guest: SimGuest, old_hashes: &[String]) -> GuestView {
    let password = match guest.root_password_hash {
        hash if hash.is_empty() => Password::None,
        hash if old_hashes.contains(&hash) => Password::Old,
        _ => Password::New,
    };
    GuestView {
        name: guest.name,
        marked: guest.server_id.is_some(),
        running: guest.running,
        lock: guest.lock,
        resources: guest.resources,
        network: guest.network,
        ssh_public_keys: guest.ssh_public_keys,
        password,
        snapshots: guest
            .snapshots
            .into_iter()
            .map(|snapshot| (snapshot.name, snapshot.incomplete))
            .collect(),
    }
}

/// Synchronous calls may be repeated: they write what is there already.
const fn begins_a_task(method: Method) -> bool {
    matches!(
        method,
        Method::Create
            | Method::Start
            | Method::Shutdown
            | Method::Stop
            | Method::Restart
            | Method::Delete
            | Method::GrowDisk
            | Method::SnapshotCreate
            | Method::SnapshotRollback
            | Method::SnapshotDelete
    )
}

pub(crate) fn hashes(lab: &Lab) -> Vec<String> {
    let world = lab.control.world();
    world.into_iter().map(|guest| guest.root_password_hash).collect()
}
