//! Rows for the benchmark, written straight into the store: ten thousand servers would take the
//! simulated hypervisor a while.

use std::time::Duration;

use hostlerd::adapters::clock::SystemClock;
use hostlerd::adapters::store::{SqlStore, StoreSettings};
use hostlerd::domain::audit::{AuditEvent, AuditOutcome};
use hostlerd::domain::change::Change;
use hostlerd::domain::enrolment::{Enrolment, EnrolmentToken};
use hostlerd::domain::etag::Generation;
use hostlerd::domain::ids::{AuditEventId, EnrolmentTokenId, NodeId, OperationId, ServerId, UserId};
use hostlerd::domain::names::{Email, ServerName};
use hostlerd::domain::node::Labels;
use hostlerd::domain::operation::{Operation, OperationKind, OperationState, Progress};
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::server::{Placement, Server, ServerState};
use hostlerd::domain::session::SecretHash;
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::clock::Clock as _;
use hostlerd::ports::store::{
    EnrolmentStore, IpPoolStore, Mutation, OperatingSystemStore, OperationStore, TariffStore, UserStore,
};
use sha2::{Digest as _, Sha256};

/// Gives the user `count` servers that no hypervisor knows; returns their ids.
pub(crate) async fn servers(
    settings: &StoreSettings,
    email: &str,
    count: u32,
) -> anyhow::Result<Vec<String>> {
    let store = SqlStore::open(settings).await?;
    let ids = rows(&store, email, count, |_| None).await?;
    Ok(ids.iter().map(ServerId::to_string).collect())
}

/// Gives the user `count` servers, running where `place` says.
pub(crate) async fn rows(
    store: &SqlStore,
    email: &str,
    count: u32,
    place: impl Fn(u32) -> Option<Placement>,
) -> anyhow::Result<Vec<ServerId>> {
    let user = store.user_by_email(&Email::parse(email)?).await?.id;
    let page = PageRequest::first(1);
    let tariff = store.tariff_list(None, page).await?.items.remove(0);
    let system = store.operating_system_list(None, page).await?.items.remove(0);
    let pool = store.ip_pool_list(page).await?.items.remove(0);
    let mut ids = Vec::new();
    for number in 0..count {
        let (id, operation_id) = (ServerId::generate(), OperationId::generate());
        let now = Timestamp::from_micros(1_700_000_000_000_000 + i64::from(number));
        let placement = place(number);
        let server = Server {
            id,
            owner_id: user,
            name: ServerName::parse(&format!("bench-{number}"))?,
            state: if placement.is_some() {
                ServerState::Running
            } else {
                ServerState::Stopped
            },
            state_reason: String::new(),
            wanted_running: placement.is_some(),
            tariff_id: tariff.id,
            operating_system_id: system.id,
            resources: tariff.resources,
            price: tariff.price,
            placement,
            addresses: Vec::new(),
            ip_pool_id: pool.0.id,
            operation_id: None,
            create_time: now,
            update_time: now,
            delete_time: None,
            generation: Generation::FIRST,
        };
        let change = Change::ServerInsert(Box::new(server));
        store
            .operation_create(&ended(operation_id, id, user, now), &[change], &audit(user, now))
            .await?;
        ids.push(id);
    }
    Ok(ids)
}

/// A machine that has joined.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) key: String,
}

/// Enrols as many machines.
pub(crate) async fn nodes(settings: &StoreSettings, count: u32) -> anyhow::Result<Vec<Node>> {
    let store = SqlStore::open(settings).await?;
    let now = SystemClock.now();
    let mut nodes = Vec::new();
    for number in 0..count {
        let key = format!("hsa_{number:042}0");
        let hash = |text: &str| SecretHash(Sha256::digest(text.as_bytes()).into());
        let token = EnrolmentToken {
            id: EnrolmentTokenId::generate(),
            hash: hash(&format!("token {number}")),
            display_name: format!("bench-{number}"),
            labels: Labels::new(),
            node_id: None,
            create_time: now,
            expire_time: now + Duration::from_hours(1),
            use_time: None,
            revoke_time: None,
            enrolled_node_id: None,
        };
        let enrolment = Enrolment {
            token: token.hash,
            key: hash(&key),
            hostname: String::new(),
            node_id: NodeId::generate(),
        };
        store
            .enrolment_token_insert(&token, u64::MAX, &audit(UserId::generate(), now))
            .await?;
        let node = store
            .node_enrol(&enrolment, now, &audit(UserId::generate(), now))
            .await?;
        nodes.push(Node {
            id: node.id.to_string(),
            key,
        });
    }
    Ok(nodes)
}

fn ended(id: OperationId, server_id: ServerId, user: UserId, now: Timestamp) -> Operation {
    Operation {
        id,
        kind: OperationKind::ServerCreate,
        state: OperationState::Succeeded,
        server_id,
        snapshot_id: None,
        owner_id: user,
        user_id: user,
        request_id: None,
        params: serde_json::Value::Null,
        next_step: 0,
        step_count: 0,
        attempt: 0,
        run_after: now,
        lease_owner: None,
        lease_until: now,
        epoch: 0,
        cancel_requested: false,
        progress: Progress::default(),
        error: None,
        create_time: now,
        start_time: None,
        end_time: Some(now),
    }
}

fn audit(user: UserId, now: Timestamp) -> Mutation {
    let audit = AuditEvent {
        id: AuditEventId::generate(),
        user_id: Some(user),
        credential: "benchmark".to_owned(),
        action: "fill".to_owned(),
        target: String::new(),
        address: String::new(),
        request_id: String::new(),
        outcome: AuditOutcome::Done,
        reason: String::new(),
        create_time: now,
    };
    Mutation { audit, request: None }
}
