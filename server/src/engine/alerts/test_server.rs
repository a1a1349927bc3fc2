//! A server for the unit tests of alerts.

use crate::domain::etag::Generation;
use crate::domain::ids::{IpPoolId, OperatingSystemId, ServerId, TariffId, UserId};
use crate::domain::money::{Currency, Money};
use crate::domain::names::ServerName;
use crate::domain::resources::{GIB, Resources};
use crate::domain::server::{Server, ServerState};
use crate::domain::time::Timestamp;

const NOON: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

pub(super) fn server(state: ServerState, wanted_running: bool) -> Server {
    Server {
        id: ServerId::generate(),
        owner_id: UserId::generate(),
        name: ServerName::parse("web").unwrap(),
        state,
        state_reason: String::new(),
        wanted_running,
        tariff_id: TariffId::generate(),
        operating_system_id: OperatingSystemId::generate(),
        resources: Resources {
            cpu_millicores: 1000,
            memory_bytes: GIB,
            disk_bytes: 10 * GIB,
        },
        price: Money {
            minor: 1,
            currency: Currency::parse("EUR").unwrap(),
        },
        placement: None,
        ip_pool_id: IpPoolId::generate(),
        addresses: Vec::new(),
        operation_id: None,
        create_time: NOON,
        update_time: NOON,
        delete_time: None,
        generation: Generation::FIRST,
    }
}
