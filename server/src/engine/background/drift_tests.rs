//! Every verdict.

use super::*;
use crate::domain::etag::Generation;
use crate::domain::guest::GuestUsage;
use crate::domain::ids::{IpPoolId, OperatingSystemId, OperationId, ServerId, TariffId, UserId};
use crate::domain::money::{Currency, Money};
use crate::domain::names::ServerName;
use crate::domain::resources::{GIB, Resources};

const RESOURCES: Resources = Resources {
    cpu_millicores: 1000,
    memory_bytes: GIB,
    disk_bytes: 10 * GIB,
};
const SETTLED: Timestamp = Timestamp::from_micros(100);

fn server(state: ServerState) -> Server {
    Server {
        id: ServerId::generate(),
        owner_id: UserId::generate(),
        name: ServerName::parse("web").unwrap(),
        state,
        state_reason: String::new(),
        wanted_running: true,
        tariff_id: TariffId::generate(),
        operating_system_id: OperatingSystemId::generate(),
        resources: RESOURCES,
        price: Money {
            minor: 1,
            currency: Currency::parse("EUR").unwrap(),
        },
        placement: Some(Placement {
            hypervisor: "sim".to_owned(),
            node: "one".to_owned(),
            vmid: 100,
        }),
        ip_pool_id: IpPoolId::generate(),
        addresses: Vec::new(),
        operation_id: None,
        create_time: Timestamp::from_micros(1),
        update_time: Timestamp::from_micros(1),
        delete_time: None,
        generation: Generation::FIRST,
    }
}

fn guest_of(server: &Server, status: GuestStatus) -> Guest {
    Guest {
        vmid: 100,
        node: "one".to_owned(),
        name: "web".to_owned(),
        status,
        lock: None,
        ours: true,
        server_id: Some(server.id),
        resources: RESOURCES,
        usage: GuestUsage::default(),
    }
}

#[test]
fn a_guest_that_agrees_with_its_row_is_fine() {
    let server = server(ServerState::Running);
    let guest = guest_of(&server, GuestStatus::Running);
    assert_eq!(judge(&server, Some(&guest), SETTLED), Verdict::Fine);
}

#[test]
fn a_guest_that_stopped_by_itself_has_drifted() {
    let server = server(ServerState::Running);
    let guest = guest_of(&server, GuestStatus::Stopped);
    let Verdict::Drifted(patch) = judge(&server, Some(&guest), SETTLED) else {
        panic!("not drifted")
    };
    assert_eq!(patch.state, Some(ServerState::Stopped));
    assert_eq!((patch.wanted_running, patch.placement), (None, None));
}

#[test]
fn a_guest_that_moved_is_found_on_its_new_node() {
    let server = server(ServerState::Running);
    let guest = Guest {
        node: "two".to_owned(),
        ..guest_of(&server, GuestStatus::Running)
    };
    let Verdict::Drifted(patch) = judge(&server, Some(&guest), SETTLED) else {
        panic!("not drifted")
    };
    assert_eq!(patch.state, None);
    assert_eq!(
        patch.placement.map(|placement| placement.node),
        Some("two".to_owned())
    );
}

#[test]
fn nothing_is_judged_while_an_operation_or_somebody_else_is_at_it() {
    let held = Server {
        operation_id: Some(OperationId::generate()),
        ..server(ServerState::Running)
    };
    assert_eq!(judge(&held, None, SETTLED), Verdict::Fine);
    let young = Server {
        update_time: SETTLED,
        ..server(ServerState::Running)
    };
    assert_eq!(judge(&young, None, SETTLED), Verdict::Fine);
    let server = server(ServerState::Running);
    let locked = Guest {
        lock: Some("backup".to_owned()),
        ..guest_of(&server, GuestStatus::Stopped)
    };
    assert_eq!(judge(&server, Some(&locked), SETTLED), Verdict::Fine);
}

#[test]
fn a_guest_nobody_knows_about_keeps_its_state() {
    let server = server(ServerState::Running);
    let guest = guest_of(&server, GuestStatus::Unknown);
    assert_eq!(judge(&server, Some(&guest), SETTLED), Verdict::Fine);
}

#[test]
fn a_guest_that_is_gone_or_replaced_is_missing() {
    let ours = server(ServerState::Stopped);
    assert_eq!(judge(&ours, None, SETTLED), Verdict::Missing);
    let replaced = guest_of(&server(ServerState::Stopped), GuestStatus::Stopped);
    assert_eq!(judge(&ours, Some(&replaced), SETTLED), Verdict::Missing);
}

#[test]
fn a_guest_without_any_mark_is_for_people_to_look_at() {
    let server = server(ServerState::Running);
    let guest = Guest {
        ours: false,
        server_id: None,
        ..guest_of(&server, GuestStatus::Running)
    };
    assert_eq!(judge(&server, Some(&guest), SETTLED), Verdict::Unmarked);
}

#[test]
fn a_lost_server_that_comes_back_is_found() {
    let server = server(ServerState::Lost);
    assert_eq!(judge(&server, None, SETTLED), Verdict::Fine);
    let guest = guest_of(&server, GuestStatus::Running);
    let Verdict::Drifted(patch) = judge(&server, Some(&guest), SETTLED) else {
        panic!("not found")
    };
    assert_eq!(patch.state, Some(ServerState::Running));
    assert_eq!(patch.wanted_running, Some(true));
}
