//! Tariffs, and the states of everything in the catalog.

use hostler_proto::v1;

use super::number::{wire_i32, wire_i64};
use super::reader::Reader;
use super::sizes::{resources, sizes};
use super::time::wire_time;
use super::update::{Guarded, Update};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::TariffId;
use crate::domain::money::{Currency, Money};
use crate::domain::tariff::{CatalogState, Tariff};
use crate::engine::catalog::{NewTariff, TariffPatch};

const MAX_NAME: usize = 64;
const MAX_DESCRIPTION: usize = 500;
const MAX_SNAPSHOTS: u32 = 100;
const FIELDS: [&str; 10] = [
    "name",
    "description",
    "cpu_millicores",
    "memory_bytes",
    "disk_bytes",
    "price_minor",
    "currency",
    "network_bytes_per_second",
    "snapshot_limit",
    "state",
];

/// Which entries of the catalog to list; unspecified is `None`.
#[derive(Debug)]
pub(in crate::services) struct InState(pub(in crate::services) Option<CatalogState>);

impl TryFrom<v1::ListTariffsRequest> for InState {
    type Error = FieldErrors;

    fn try_from(request: v1::ListTariffsRequest) -> Result<Self, FieldErrors> {
        in_state(request.state)
    }
}

impl TryFrom<v1::ListOperatingSystemsRequest> for InState {
    type Error = FieldErrors;

    fn try_from(request: v1::ListOperatingSystemsRequest) -> Result<Self, FieldErrors> {
        in_state(request.state)
    }
}

fn in_state(value: i32) -> Result<InState, FieldErrors> {
    let mut read = Reader::default();
    let state = catalog_state(&mut read, value);
    read.finish(|| Some(InState(state?)))
}

impl TryFrom<v1::GetTariffRequest> for TariffId {
    type Error = FieldErrors;

    fn try_from(request: v1::GetTariffRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("tariff_id", &request.tariff_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::CreateTariffRequest> for NewTariff {
    type Error = FieldErrors;

    fn try_from(request: v1::CreateTariffRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("tariff.");
        let tariff = request.tariff.unwrap_or_default();
        let name = read.line("name", &tariff.name, 1, MAX_NAME);
        let description = read.text("description", &tariff.description, MAX_DESCRIPTION);
        let resources = resources(
            &mut read,
            tariff.cpu_millicores,
            tariff.memory_bytes,
            tariff.disk_bytes,
        );
        let minor = price(&mut read, tariff.price_minor);
        let currency = read.take("currency", Currency::parse(&tariff.currency));
        let network = read.number("network_bytes_per_second", tariff.network_bytes_per_second);
        let snapshot_limit = snapshot_limit(&mut read, tariff.snapshot_limit);
        let state = catalog_state(&mut read, tariff.state);
        read.finish(|| {
            Some(Self {
                name: name?,
                description: description?,
                resources: resources?,
                price: Money {
                    minor: minor?,
                    currency: currency?,
                },
                network_bytes_per_second: network?,
                snapshot_limit: snapshot_limit?,
                state: state?.unwrap_or(CatalogState::Active),
            })
        })
    }
}

impl TryFrom<v1::UpdateTariffRequest> for Update<TariffId, TariffPatch> {
    type Error = FieldErrors;

    fn try_from(request: v1::UpdateTariffRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("tariff.");
        let tariff = request.tariff.unwrap_or_default();
        let id = read.id("id", &tariff.id);
        let mask = read.mask(request.update_mask, &FIELDS);
        let mut patch = TariffPatch::default();
        if mask.names("name", !tariff.name.is_empty()) {
            patch.name = read.line("name", &tariff.name, 1, MAX_NAME);
        }
        if mask.names("description", !tariff.description.is_empty()) {
            patch.description = read.text("description", &tariff.description, MAX_DESCRIPTION);
        }
        let cpu = mask.names("cpu_millicores", tariff.cpu_millicores != 0);
        let memory = mask.names("memory_bytes", tariff.memory_bytes != 0);
        let disk = mask.names("disk_bytes", tariff.disk_bytes != 0);
        let sizes = sizes(
            &mut read,
            cpu.then_some(tariff.cpu_millicores),
            memory.then_some(tariff.memory_bytes),
            disk.then_some(tariff.disk_bytes),
        )
        .unwrap_or_default();
        patch.cpu_millicores = sizes.cpu_millicores;
        patch.memory_bytes = sizes.memory_bytes;
        patch.disk_bytes = sizes.disk_bytes;
        if mask.names("price_minor", tariff.price_minor != 0) {
            patch.price_minor = price(&mut read, tariff.price_minor);
        }
        if mask.names("currency", !tariff.currency.is_empty()) {
            patch.currency = read.take("currency", Currency::parse(&tariff.currency));
        }
        if mask.names("network_bytes_per_second", tariff.network_bytes_per_second != 0) {
            let network = tariff.network_bytes_per_second;
            patch.network_bytes_per_second = read.number("network_bytes_per_second", network);
        }
        if mask.names("snapshot_limit", tariff.snapshot_limit != 0) {
            patch.snapshot_limit = snapshot_limit(&mut read, tariff.snapshot_limit);
        }
        if mask.names("state", tariff.state != 0) {
            patch.state = given_state(&mut read, tariff.state);
        }
        let etag = read.etag(&request.etag);
        read.finish(|| {
            Some(Self {
                id: id?,
                patch,
                etag: etag?,
            })
        })
    }
}

impl TryFrom<v1::DeleteTariffRequest> for Guarded<TariffId> {
    type Error = FieldErrors;

    fn try_from(request: v1::DeleteTariffRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("tariff_id", &request.tariff_id);
        let etag = read.etag(&request.etag);
        read.finish(|| Some(Self { id: id?, etag: etag? }))
    }
}

fn price(read: &mut Reader, minor: i64) -> Option<i64> {
    if minor < 0 {
        read.bad("price_minor", "must not be negative");
        return None;
    }
    Some(minor)
}

fn snapshot_limit(read: &mut Reader, limit: i32) -> Option<u32> {
    let limit = u32::try_from(limit).ok().filter(|limit| *limit <= MAX_SNAPSHOTS);
    if limit.is_none() {
        read.bad("snapshot_limit", format!("must be from 0 to {MAX_SNAPSHOTS}"));
    }
    limit
}

/// Unspecified is `None`.
pub(super) fn catalog_state(read: &mut Reader, value: i32) -> Option<Option<CatalogState>> {
    match v1::CatalogState::try_from(value) {
        Ok(v1::CatalogState::Unspecified) => Some(None),
        Ok(v1::CatalogState::Active) => Some(Some(CatalogState::Active)),
        Ok(v1::CatalogState::Retired) => Some(Some(CatalogState::Retired)),
        Err(_) => {
            read.bad("state", "must be a state that this server knows");
            None
        }
    }
}

/// A state that an update names.
pub(super) fn given_state(read: &mut Reader, value: i32) -> Option<CatalogState> {
    let state = catalog_state(read, value)?;
    if state.is_none() {
        read.bad("state", "must be given");
    }
    state
}

pub(super) fn wire_catalog_state(state: CatalogState) -> v1::CatalogState {
    match state {
        CatalogState::Active => v1::CatalogState::Active,
        CatalogState::Retired => v1::CatalogState::Retired,
    }
}

pub(in crate::services) fn wire_tariff(tariff: Tariff) -> v1::Tariff {
    v1::Tariff {
        id: tariff.id.to_string(),
        name: tariff.name,
        description: tariff.description,
        cpu_millicores: wire_i32(tariff.resources.cpu_millicores),
        memory_bytes: wire_i64(tariff.resources.memory_bytes),
        disk_bytes: wire_i64(tariff.resources.disk_bytes),
        price_minor: tariff.price.minor,
        currency: tariff.price.currency.as_str().to_owned(),
        network_bytes_per_second: wire_i64(tariff.network_bytes_per_second),
        snapshot_limit: wire_i32(tariff.snapshot_limit),
        state: wire_catalog_state(tariff.state).into(),
        create_time: wire_time(tariff.create_time),
        update_time: wire_time(tariff.update_time),
        etag: tariff.generation.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> v1::Tariff {
        v1::Tariff {
            name: "Small".to_owned(),
            cpu_millicores: 1000,
            memory_bytes: 1 << 30,
            disk_bytes: 10 << 30,
            price_minor: 500,
            currency: "EUR".to_owned(),
            snapshot_limit: 3,
            ..Default::default()
        }
    }

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.0.iter().map(|error| error.field.as_str()).collect()
    }

    #[test]
    fn a_new_tariff_is_active_unless_it_says_otherwise() {
        let request = v1::CreateTariffRequest {
            tariff: Some(good()),
            request_id: String::new(),
        };
        let new = NewTariff::try_from(request).unwrap();
        assert_eq!(new.state, CatalogState::Active);
        assert_eq!(new.resources.memory_bytes, 1 << 30);
    }

    #[test]
    fn all_bad_fields_of_a_tariff_are_named_at_once() {
        let request = v1::CreateTariffRequest {
            tariff: Some(v1::Tariff {
                cpu_millicores: -1,
                memory_bytes: 1,
                price_minor: -1,
                currency: "eur".to_owned(),
                snapshot_limit: 101,
                network_bytes_per_second: -1,
                state: 9,
                ..Default::default()
            }),
            request_id: String::new(),
        };
        let errors = NewTariff::try_from(request).unwrap_err();
        assert_eq!(
            fields(&errors),
            [
                "tariff.name",
                "tariff.cpu_millicores",
                "tariff.memory_bytes",
                "tariff.disk_bytes",
                "tariff.price_minor",
                "tariff.currency",
                "tariff.network_bytes_per_second",
                "tariff.snapshot_limit",
                "tariff.state",
            ]
        );
    }

    #[test]
    fn an_update_changes_what_its_mask_names_and_nothing_else() {
        let request = v1::UpdateTariffRequest {
            tariff: Some(v1::Tariff {
                id: TariffId::generate().to_string(),
                ..good()
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["price_minor".to_owned(), "description".to_owned()],
            }),
            ..Default::default()
        };
        let update = Update::<TariffId, TariffPatch>::try_from(request).unwrap();
        let expected = TariffPatch {
            price_minor: Some(500),
            description: Some(String::new()),
            ..TariffPatch::default()
        };
        assert_eq!(update.patch, expected);
    }

    #[test]
    fn an_update_of_an_output_field_is_refused() {
        let request = v1::UpdateTariffRequest {
            tariff: Some(v1::Tariff {
                id: "x".to_owned(),
                ..good()
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["create_time".to_owned()],
            }),
            ..Default::default()
        };
        let errors = Update::<TariffId, TariffPatch>::try_from(request).unwrap_err();
        assert_eq!(fields(&errors), ["tariff.id", "update_mask"]);
    }
}
