//! Rows to test with. Names and addresses differ from call to call.

use hostlerd::domain::audit::{AuditEvent, AuditOutcome};
use hostlerd::domain::etag::Generation;
use hostlerd::domain::ids::*;
use hostlerd::domain::ip_pool::{IpPool, IpPoolKind};
use hostlerd::domain::money::{Currency, Money};
use hostlerd::domain::names::{Email, ServerName, SnapshotName};
use hostlerd::domain::operating_system::OperatingSystem;
use hostlerd::domain::operation::{Operation, OperationKind, OperationState, Progress};
use hostlerd::domain::outbox::{OutboxBody, OutboxMessage};
use hostlerd::domain::resources::{GIB, MIB, Resources};
use hostlerd::domain::server::{Server, ServerState};
use hostlerd::domain::session::{EmailToken, EmailTokenKind, SecretHash, Session};
use hostlerd::domain::snapshot::{Snapshot, SnapshotState};
use hostlerd::domain::tariff::{CatalogState, Tariff};
use hostlerd::domain::time::Timestamp;
use hostlerd::domain::user::{Locale, Role, User, UserState};
use hostlerd::ports::store::{Mutation, RequestKey};
use uuid::Uuid;

/// Seconds after an arbitrary moment.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000)
}

pub(crate) fn hash(byte: u8) -> SecretHash {
    SecretHash([byte; 32])
}

pub(crate) fn mutation() -> Mutation {
    Mutation {
        audit: AuditEvent {
            id: AuditEventId::generate(),
            user_id: None,
            credential: String::new(),
            action: "Tests.Change".to_owned(),
            target: String::new(),
            address: "192.0.2.1".to_owned(),
            request_id: String::new(),
            outcome: AuditOutcome::Done,
            reason: String::new(),
            create_time: at(0),
        },
        request: None,
    }
}

pub(crate) fn requested(user: UserId, request: Uuid, resource: Uuid) -> Mutation {
    Mutation {
        request: Some(RequestKey {
            user_id: user,
            request_id: request,
            fingerprint: [1; 32],
            resource,
        }),
        ..mutation()
    }
}

pub(crate) fn user() -> User {
    let id = UserId::generate();
    User {
        id,
        email: Email::parse(&format!("{}@example.org", id.as_uuid().simple())).unwrap(),
        email_verified: false,
        display_name: "Ada Łovelace 愛".to_owned(),
        locale: Locale::Japanese,
        role: Role::Customer,
        state: UserState::Active,
        create_time: at(0),
        update_time: at(0),
        generation: Generation::FIRST,
    }
}

pub(crate) fn session(user: UserId, refresh: u8) -> Session {
    Session {
        id: SessionId::generate(),
        user_id: user,
        refresh_hash: hash(refresh),
        previous_hash: None,
        device_name: "laptop".to_owned(),
        user_agent: "test".to_owned(),
        address: "2001:db8::1".to_owned(),
        create_time: at(0),
        last_used_time: at(0),
        expire_time: at(1000),
        revoke_time: None,
    }
}

pub(crate) fn reset_link(user: UserId) -> EmailToken {
    EmailToken {
        id: EmailTokenId::generate(),
        user_id: user,
        kind: EmailTokenKind::PasswordReset,
        create_time: at(0),
        expire_time: at(100),
        use_time: None,
    }
}

pub(crate) fn message(user: UserId) -> OutboxMessage {
    OutboxMessage {
        id: OutboxId::generate(),
        body: OutboxBody::PasswordChangedEmail { user_id: user },
        attempt: 0,
        run_after: at(0),
        create_time: at(0),
    }
}

pub(crate) fn resources() -> Resources {
    Resources {
        cpu_millicores: 1500,
        memory_bytes: 512 * MIB,
        disk_bytes: 8 * GIB,
    }
}

pub(crate) fn price() -> Money {
    Money {
        minor: 499,
        currency: Currency::parse("EUR").unwrap(),
    }
}

pub(crate) fn tariff() -> Tariff {
    let id = TariffId::generate();
    Tariff {
        id,
        name: format!("Small {id}"),
        description: "One and a half cores".to_owned(),
        resources: resources(),
        price: price(),
        network_bytes_per_second: 0,
        snapshot_limit: 3,
        state: CatalogState::Active,
        create_time: at(0),
        update_time: at(0),
        generation: Generation::FIRST,
    }
}

pub(crate) fn operating_system() -> OperatingSystem {
    let id = OperatingSystemId::generate();
    OperatingSystem {
        id,
        name: format!("Debian {id}"),
        version: "13".to_owned(),
        family: "debian".to_owned(),
        template: "debian-13-standard_13.1-1_amd64.tar.zst".to_owned(),
        nesting: true,
        min_memory_bytes: 64 * MIB,
        min_disk_bytes: GIB,
        state: CatalogState::Active,
        create_time: at(0),
        update_time: at(0),
        generation: Generation::FIRST,
    }
}

/// A static pool of `10.0.0.first` to `10.0.0.last`.
pub(crate) fn ip_pool(first: u8, last: u8) -> IpPool {
    let id = IpPoolId::generate();
    IpPool {
        id,
        name: format!("pool {id}"),
        hypervisor: "sim".to_owned(),
        bridge: "vmbr0".to_owned(),
        vlan_tag: Some(12),
        kind: IpPoolKind::Static,
        network: "10.0.0.0/24".parse().unwrap(),
        gateway: Some("10.0.0.1".parse().unwrap()),
        first: [10, 0, 0, first].into(),
        last: [10, 0, 0, last].into(),
        nameservers: vec!["9.9.9.9".parse().unwrap(), "2620:fe::fe".parse().unwrap()],
        create_time: at(0),
        update_time: at(0),
        generation: Generation::FIRST,
    }
}

pub(crate) fn server(owner: UserId, name: &str) -> Server {
    Server {
        id: ServerId::generate(),
        owner_id: owner,
        name: ServerName::parse(name).unwrap(),
        state: ServerState::Creating,
        state_reason: String::new(),
        wanted_running: true,
        tariff_id: TariffId::generate(),
        operating_system_id: OperatingSystemId::generate(),
        resources: resources(),
        price: price(),
        placement: None,
        ip_pool_id: IpPoolId::generate(),
        addresses: Vec::new(),
        operation_id: None,
        create_time: at(0),
        update_time: at(0),
        delete_time: None,
        generation: Generation::FIRST,
    }
}

pub(crate) fn snapshot(server: &Server, name: &str) -> Snapshot {
    Snapshot {
        id: SnapshotId::generate(),
        server_id: server.id,
        owner_id: server.owner_id,
        name: SnapshotName::parse(name).unwrap(),
        description: "before the update".to_owned(),
        state: SnapshotState::Creating,
        resources: server.resources,
        create_time: at(0),
        update_time: at(0),
        generation: Generation::FIRST,
    }
}

pub(crate) fn operation(server: &Server, kind: OperationKind) -> Operation {
    Operation {
        id: OperationId::generate(),
        kind,
        state: OperationState::Pending,
        server_id: server.id,
        snapshot_id: None,
        owner_id: server.owner_id,
        user_id: server.owner_id,
        request_id: None,
        params: serde_json::json!({ "name": "愛", "list": [1, 2.5, null] }),
        next_step: 0,
        step_count: 3,
        attempt: 0,
        run_after: at(0),
        lease_owner: None,
        lease_until: at(0),
        epoch: 0,
        cancel_requested: false,
        progress: Progress::default(),
        error: None,
        create_time: at(0),
        start_time: None,
        end_time: None,
    }
}
