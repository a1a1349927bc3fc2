//! Something to sell on the first start of development mode: tariffs, systems and addresses for the
//! simulated hypervisor. A catalog with a pool is left alone: the pool is planted last, so a start that was
//! cut short is made up for by the next one.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::Context;

use crate::domain::audit::{AuditEvent, AuditOutcome};
use crate::domain::etag::Generation;
use crate::domain::ids::{AuditEventId, IpPoolId, OperatingSystemId, TariffId};
use crate::domain::ip_pool::{IpPool, IpPoolKind};
use crate::domain::money::{Currency, Money};
use crate::domain::operating_system::OperatingSystem;
use crate::domain::page::PageRequest;
use crate::domain::resources::{GIB, MIB, Resources};
use crate::domain::tariff::{CatalogState, Tariff};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::ports::store::{Mutation, StoreError, StoreResult};

/// Name, description, cores in thousandths, memory, disk, price in cents a month.
const TARIFFS: [(&str, &str, u32, u64, u64, i64); 4] = [
    (
        "nano",
        "A small service or a place to try things",
        500,
        512 * MIB,
        8 * GIB,
        290,
    ),
    ("small", "A web site or a bot", 1000, GIB, 20 * GIB, 490),
    (
        "medium",
        "A shop or a build machine",
        2000,
        4 * GIB,
        60 * GIB,
        1290,
    ),
    (
        "large",
        "A database or a busy application",
        4000,
        16 * GIB,
        200 * GIB,
        3990,
    ),
];

/// Name, version, family, template, nesting.
const SYSTEMS: [(&str, &str, &str, &str, bool); 4] = [
    (
        "Debian",
        "13",
        "debian",
        "debian-13-standard_13.1-2_amd64.tar.zst",
        true,
    ),
    (
        "Debian",
        "12",
        "debian",
        "debian-12-standard_12.12-1_amd64.tar.zst",
        false,
    ),
    (
        "Ubuntu",
        "24.04",
        "ubuntu",
        "ubuntu-24.04-standard_24.04-2_amd64.tar.zst",
        true,
    ),
    (
        "Alpine",
        "3.22",
        "alpine",
        "alpine-3.22-default_20250617_amd64.tar.xz",
        false,
    ),
];

pub(super) async fn plant(ports: &Ports, hypervisor: &str) -> anyhow::Result<()> {
    let store = &ports.store;
    if !store.ip_pool_list(PageRequest::first(1)).await?.items.is_empty() {
        return Ok(());
    }
    let now = ports.clock.now();
    let currency = Currency::parse("EUR").map_err(anyhow::Error::msg)?;
    for (name, description, cpu_millicores, memory_bytes, disk_bytes, price) in TARIFFS {
        let tariff = Tariff {
            id: TariffId::generate(),
            name: name.to_owned(),
            description: description.to_owned(),
            resources: Resources {
                cpu_millicores,
                memory_bytes,
                disk_bytes,
            },
            price: Money {
                minor: price,
                currency,
            },
            network_bytes_per_second: 0,
            snapshot_limit: 5,
            state: CatalogState::Active,
            create_time: now,
            update_time: now,
            generation: Generation::FIRST,
        };
        let mutation = planted(format!("tariff:{}", tariff.id), now);
        unless_there(store.tariff_insert(&tariff, &mutation).await)?;
    }
    for (name, version, family, template, nesting) in SYSTEMS {
        let system = OperatingSystem {
            id: OperatingSystemId::generate(),
            name: name.to_owned(),
            version: version.to_owned(),
            family: family.to_owned(),
            template: template.to_owned(),
            nesting,
            min_memory_bytes: 128 * MIB,
            min_disk_bytes: 2 * GIB,
            state: CatalogState::Active,
            create_time: now,
            update_time: now,
            generation: Generation::FIRST,
        };
        let mutation = planted(format!("operating_system:{}", system.id), now);
        unless_there(store.operating_system_insert(&system, &mutation).await)?;
    }
    let host = |third, last| IpAddr::V4(Ipv4Addr::new(10, 86, third, last));
    let pool = IpPool {
        id: IpPoolId::generate(),
        name: "development".to_owned(),
        hypervisor: hypervisor.to_owned(),
        bridge: "vmbr0".to_owned(),
        vlan_tag: None,
        kind: IpPoolKind::Static,
        network: "10.86.0.0/20".parse().context("the development network")?,
        gateway: Some(host(0, 1)),
        first: host(0, 10),
        last: host(15, 250),
        nameservers: vec![host(0, 1)],
        create_time: now,
        update_time: now,
        generation: Generation::FIRST,
    };
    store
        .ip_pool_insert(&pool, &planted(format!("ip_pool:{}", pool.id), now))
        .await?;
    Ok(())
}

/// What bears this name already was planted by a start that was cut short.
fn unless_there<T>(inserted: StoreResult<T>) -> StoreResult<()> {
    match inserted {
        Ok(_) | Err(StoreError::AlreadyExists { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

fn planted(target: String, now: Timestamp) -> Mutation {
    Mutation {
        audit: AuditEvent {
            id: AuditEventId::generate(),
            user_id: None,
            credential: "command line".to_owned(),
            action: "development catalog".to_owned(),
            target,
            address: String::new(),
            request_id: String::new(),
            outcome: AuditOutcome::Done,
            reason: String::new(),
            create_time: now,
        },
        request: None,
    }
}
