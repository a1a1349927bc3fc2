//! Tariffs, operating systems and address pools.

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::{cpu, money, size, time};

const STATE: &str = "CATALOG_STATE_";

/// A tariff.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TariffView {
    pub(crate) id: String,
    pub(crate) name: String,
    description: String,
    cpu_millicores: i32,
    memory_bytes: i64,
    disk_bytes: i64,
    price_minor: i64,
    currency: String,
    network_bytes_per_second: i64,
    snapshot_limit: i32,
    state: String,
    create_time: Option<String>,
    update_time: Option<String>,
    etag: String,
}

impl From<v1::Tariff> for TariffView {
    fn from(tariff: v1::Tariff) -> Self {
        let state = tariff.state();
        Self {
            id: tariff.id,
            name: tariff.name,
            description: tariff.description,
            cpu_millicores: tariff.cpu_millicores,
            memory_bytes: tariff.memory_bytes,
            disk_bytes: tariff.disk_bytes,
            price_minor: tariff.price_minor,
            currency: tariff.currency,
            network_bytes_per_second: tariff.network_bytes_per_second,
            snapshot_limit: tariff.snapshot_limit,
            state: enum_word(state.as_str_name(), STATE),
            create_time: time::machine(tariff.create_time),
            update_time: time::machine(tariff.update_time),
            etag: tariff.etag,
        }
    }
}

impl View for TariffView {
    const COLUMNS: &'static [&'static str] = &[
        "NAME",
        "CPU",
        "MEMORY",
        "DISK",
        "PRICE",
        "SNAPSHOTS",
        "STATE",
        "ID",
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.name.as_str().into(),
            cpu::format(self.cpu_millicores).into(),
            size::format(self.memory_bytes).into(),
            size::format(self.disk_bytes).into(),
            money::format(self.price_minor, &self.currency).into(),
            self.snapshot_limit.to_string().into(),
            state_cell(&self.state),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let network = match self.network_bytes_per_second {
            0 => "unlimited".to_owned(),
            rate => format!("{}/s", size::format(rate)),
        };
        vec![
            ("Name", self.name.as_str().into()),
            ("Description", self.description.as_str().into()),
            ("Cores", cpu::format(self.cpu_millicores).into()),
            ("Memory", size::format(self.memory_bytes).into()),
            ("Disk", size::format(self.disk_bytes).into()),
            ("Network", network.into()),
            ("Snapshots", self.snapshot_limit.to_string().into()),
            (
                "Price a month",
                money::format(self.price_minor, &self.currency).into(),
            ),
            ("State", state_cell(&self.state)),
            ("Id", self.id.as_str().into()),
        ]
    }
}

/// An operating system.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SystemView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    family: String,
    template: String,
    nesting: bool,
    min_memory_bytes: i64,
    min_disk_bytes: i64,
    state: String,
    create_time: Option<String>,
    update_time: Option<String>,
    etag: String,
}

impl From<v1::OperatingSystem> for SystemView {
    fn from(system: v1::OperatingSystem) -> Self {
        let state = system.state();
        Self {
            id: system.id,
            name: system.name,
            version: system.version,
            family: system.family,
            template: system.template,
            nesting: system.nesting,
            min_memory_bytes: system.min_memory_bytes,
            min_disk_bytes: system.min_disk_bytes,
            state: enum_word(state.as_str_name(), STATE),
            create_time: time::machine(system.create_time),
            update_time: time::machine(system.update_time),
            etag: system.etag,
        }
    }
}

impl View for SystemView {
    const COLUMNS: &'static [&'static str] = &[
        "NAME",
        "VERSION",
        "FAMILY",
        "LEAST MEMORY",
        "LEAST DISK",
        "STATE",
        "ID",
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.name.as_str().into(),
            self.version.as_str().into(),
            self.family.as_str().into(),
            least(self.min_memory_bytes),
            least(self.min_disk_bytes),
            state_cell(&self.state),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Name", self.name.as_str().into()),
            ("Version", self.version.as_str().into()),
            ("Family", self.family.as_str().into()),
            ("Template", self.template.as_str().into()),
            ("Nesting", if self.nesting { "yes" } else { "no" }.into()),
            ("Least memory", least(self.min_memory_bytes)),
            ("Least disk", least(self.min_disk_bytes)),
            ("State", state_cell(&self.state)),
            ("Id", self.id.as_str().into()),
        ]
    }
}

/// A pool of network addresses.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PoolView {
    pub(crate) id: String,
    pub(crate) name: String,
    hypervisor: String,
    bridge: String,
    vlan_tag: i32,
    kind: String,
    network: String,
    gateway: String,
    first_address: String,
    last_address: String,
    nameservers: Vec<String>,
    address_count: i64,
    used_count: i64,
    create_time: Option<String>,
    update_time: Option<String>,
    etag: String,
}

impl From<v1::IpPool> for PoolView {
    fn from(pool: v1::IpPool) -> Self {
        let kind = pool.kind();
        Self {
            id: pool.id,
            name: pool.name,
            hypervisor: pool.hypervisor,
            bridge: pool.bridge,
            vlan_tag: pool.vlan_tag,
            kind: enum_word(kind.as_str_name(), "IP_POOL_KIND_"),
            network: pool.network,
            gateway: pool.gateway,
            first_address: pool.first_address,
            last_address: pool.last_address,
            nameservers: pool.nameservers,
            address_count: pool.address_count,
            used_count: pool.used_count,
            create_time: time::machine(pool.create_time),
            update_time: time::machine(pool.update_time),
            etag: pool.etag,
        }
    }
}

impl View for PoolView {
    const COLUMNS: &'static [&'static str] =
        &["NAME", "HYPERVISOR", "BRIDGE", "KIND", "NETWORK", "USED", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.name.as_str().into(),
            self.hypervisor.as_str().into(),
            self.bridge.as_str().into(),
            self.kind.as_str().into(),
            self.network.as_str().into(),
            format!("{} of {}", self.used_count, self.address_count).into(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Name", self.name.as_str().into()),
            ("Hypervisor", self.hypervisor.as_str().into()),
            ("Bridge", self.bridge.as_str().into()),
            ("Kind", self.kind.as_str().into()),
            ("Network", self.network.as_str().into()),
            ("Gateway", self.gateway.as_str().into()),
            (
                "Range",
                format!("{} to {}", self.first_address, self.last_address).into(),
            ),
            ("Name servers", self.nameservers.join(", ").into()),
            (
                "Used",
                format!("{} of {}", self.used_count, self.address_count).into(),
            ),
            ("Id", self.id.as_str().into()),
        ]
    }
}

fn state_cell(state: &str) -> Cell {
    Cell::toned(
        state,
        if state == "active" {
            Tone::Good
        } else {
            Tone::Plain
        },
    )
}

fn least(bytes: i64) -> Cell {
    if bytes == 0 {
        "any".into()
    } else {
        size::format(bytes).into()
    }
}
