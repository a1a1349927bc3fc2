//! Servers.

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::{cpu, money, size, time};

/// A server.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ServerView {
    pub(crate) id: String,
    pub(crate) name: String,
    owner_id: String,
    state: String,
    state_reason: String,
    tariff_id: String,
    operating_system_id: String,
    cpu_millicores: i32,
    memory_bytes: i64,
    disk_bytes: i64,
    price_minor: i64,
    currency: String,
    addresses: Vec<AddressView>,
    operation_id: String,
    simulated: bool,
    placement: Option<PlacementView>,
    create_time: Option<String>,
    update_time: Option<String>,
    delete_time: Option<String>,
    etag: String,
    /// For people, where it is known; programs have the id.
    #[serde(skip)]
    pub(crate) tariff_name: Option<String>,
    #[serde(skip)]
    pub(crate) system_name: Option<String>,
    #[serde(skip)]
    tone: Tone,
}

#[derive(Clone, Debug, Serialize)]
struct AddressView {
    address: String,
    prefix_length: i32,
    gateway: String,
    ip_pool_id: String,
}

#[derive(Clone, Debug, Serialize)]
struct PlacementView {
    hypervisor: String,
    node: String,
    vmid: i32,
}

impl From<v1::Server> for ServerView {
    fn from(server: v1::Server) -> Self {
        let state = server.state();
        Self {
            id: server.id,
            name: server.name,
            owner_id: server.owner_id,
            state: enum_word(state.as_str_name(), "SERVER_STATE_"),
            state_reason: server.state_reason,
            tariff_id: server.tariff_id,
            operating_system_id: server.operating_system_id,
            cpu_millicores: server.cpu_millicores,
            memory_bytes: server.memory_bytes,
            disk_bytes: server.disk_bytes,
            price_minor: server.price_minor,
            currency: server.currency,
            addresses: server.addresses.into_iter().map(AddressView::from).collect(),
            operation_id: server.operation_id,
            simulated: server.simulated,
            placement: server.placement.map(|place| PlacementView {
                hypervisor: place.hypervisor,
                node: place.node,
                vmid: place.vmid,
            }),
            create_time: time::machine(server.create_time),
            update_time: time::machine(server.update_time),
            delete_time: time::machine(server.delete_time),
            etag: server.etag,
            tariff_name: None,
            system_name: None,
            tone: tone(state),
        }
    }
}

impl From<v1::IpAddress> for AddressView {
    fn from(address: v1::IpAddress) -> Self {
        Self {
            address: address.address,
            prefix_length: address.prefix_length,
            gateway: address.gateway,
            ip_pool_id: address.ip_pool_id,
        }
    }
}

impl ServerView {
    /// Its addresses for people.
    pub(crate) fn addresses(&self) -> String {
        let addresses: Vec<&str> = self
            .addresses
            .iter()
            .map(|address| address.address.as_str())
            .collect();
        addresses.join(", ")
    }

    pub(crate) fn state(&self) -> Cell {
        let text = if self.simulated {
            format!("{} (simulated)", self.state)
        } else {
            self.state.clone()
        };
        Cell::toned(text, self.tone)
    }
}

impl View for ServerView {
    const COLUMNS: &'static [&'static str] =
        &["NAME", "STATE", "ADDRESS", "CPU", "MEMORY", "DISK", "PRICE", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.name.as_str().into(),
            self.state(),
            self.addresses().into(),
            cpu::format(self.cpu_millicores).into(),
            size::format(self.memory_bytes).into(),
            size::format(self.disk_bytes).into(),
            money::format(self.price_minor, &self.currency).into(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let mut details = vec![
            ("Name", self.name.as_str().into()),
            ("State", self.state()),
            ("Id", self.id.as_str().into()),
            ("Owner", self.owner_id.as_str().into()),
            ("Addresses", self.addresses().into()),
            ("Cores", cpu::format(self.cpu_millicores).into()),
            ("Memory", size::format(self.memory_bytes).into()),
            ("Disk", size::format(self.disk_bytes).into()),
            (
                "Price a month",
                money::format(self.price_minor, &self.currency).into(),
            ),
            ("Tariff", name_or(self.tariff_name.as_ref(), &self.tariff_id)),
            (
                "System",
                name_or(self.system_name.as_ref(), &self.operating_system_id),
            ),
            ("Created", time::human(self.create_time.as_deref()).into()),
            ("Changed", time::human(self.update_time.as_deref()).into()),
        ];
        if !self.state_reason.is_empty() {
            details.insert(2, ("Reason", self.state_reason.as_str().into()));
        }
        if !self.operation_id.is_empty() {
            details.push(("Operation", self.operation_id.as_str().into()));
        }
        if let Some(place) = &self.placement {
            details.push((
                "Place",
                format!("{} / {} / {}", place.hypervisor, place.node, place.vmid).into(),
            ));
        }
        if self.delete_time.is_some() {
            details.push(("Deleted", time::human(self.delete_time.as_deref()).into()));
        }
        details
    }
}

fn name_or(name: Option<&String>, id: &str) -> Cell {
    name.map_or(id, String::as_str).into()
}

const fn tone(state: v1::ServerState) -> Tone {
    match state {
        v1::ServerState::Running => Tone::Good,
        v1::ServerState::Unspecified | v1::ServerState::Stopped | v1::ServerState::Deleted => Tone::Plain,
        v1::ServerState::Failed | v1::ServerState::Lost => Tone::Bad,
        v1::ServerState::Creating
        | v1::ServerState::Starting
        | v1::ServerState::Stopping
        | v1::ServerState::Restarting
        | v1::ServerState::Resizing
        | v1::ServerState::Snapshotting
        | v1::ServerState::Restoring
        | v1::ServerState::Deleting
        | v1::ServerState::Updating => Tone::Changing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> ServerView {
        v1::Server {
            id: "0190".to_owned(),
            name: "web-1".to_owned(),
            state: v1::ServerState::Running.into(),
            cpu_millicores: 1500,
            memory_bytes: 2 << 30,
            disk_bytes: 20 << 30,
            price_minor: 450,
            currency: "EUR".to_owned(),
            simulated: true,
            addresses: vec![v1::IpAddress {
                address: "192.0.2.7".to_owned(),
                prefix_length: 24,
                ..Default::default()
            }],
            create_time: Some(prost_types::Timestamp {
                seconds: 1_767_225_600,
                nanos: 0,
            }),
            ..Default::default()
        }
        .into()
    }

    #[test]
    fn its_json_is_stable() {
        insta::assert_json_snapshot!(server());
    }

    #[test]
    fn names_stand_in_for_ids_where_they_are_known() {
        let view = ServerView {
            tariff_id: "0191".to_owned(),
            operating_system_id: "0192".to_owned(),
            tariff_name: Some("small".to_owned()),
            ..server()
        };
        let text = crate::table::pairs(&view.details(), false);
        insta::assert_snapshot!(text, @r"
        Name:           web-1
        State:          running (simulated)
        Id:             0190
        Owner:          -
        Addresses:      192.0.2.7
        Cores:          1.5
        Memory:         2 GiB
        Disk:           20 GiB
        Price a month:  4.50 EUR
        Tariff:         small
        System:         0192
        Created:        2026-01-01 00:00:00 UTC
        Changed:        -
        ");
    }

    #[test]
    fn its_row_is_for_people() {
        let text = crate::table::rows(ServerView::COLUMNS, &[server().cells()], false);
        insta::assert_snapshot!(text, @r"
        NAME   STATE                ADDRESS    CPU  MEMORY  DISK    PRICE     ID
        web-1  running (simulated)  192.0.2.7  1.5  2 GiB   20 GiB  4.50 EUR  0190
        ");
    }
}
