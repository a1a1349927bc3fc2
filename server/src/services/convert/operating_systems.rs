//! Operating systems.

use hostler_proto::v1;

use super::number::wire_i64;
use super::reader::Reader;
use super::tariffs::{catalog_state, given_state, wire_catalog_state};
use super::time::wire_time;
use super::update::{Guarded, Update};
use super::viewer::Viewer;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::OperatingSystemId;
use crate::domain::operating_system::OperatingSystem;
use crate::domain::resources::TIB;
use crate::domain::tariff::CatalogState;
use crate::engine::catalog::{NewOperatingSystem, OperatingSystemPatch};

const MAX_NAME: usize = 64;
const MAX_VERSION: usize = 32;
const MAX_FAMILY: usize = 32;
const MAX_TEMPLATE: usize = 255;
const FIELDS: [&str; 8] = [
    "name",
    "version",
    "family",
    "template",
    "nesting",
    "min_memory_bytes",
    "min_disk_bytes",
    "state",
];

impl TryFrom<v1::GetOperatingSystemRequest> for OperatingSystemId {
    type Error = FieldErrors;

    fn try_from(request: v1::GetOperatingSystemRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("operating_system_id", &request.operating_system_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::CreateOperatingSystemRequest> for NewOperatingSystem {
    type Error = FieldErrors;

    fn try_from(request: v1::CreateOperatingSystemRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("operating_system.");
        let system = request.operating_system.unwrap_or_default();
        let name = read.line("name", &system.name, 1, MAX_NAME);
        let version = read.line("version", &system.version, 1, MAX_VERSION);
        let family = family(&mut read, &system.family);
        let template = read.line("template", &system.template, 1, MAX_TEMPLATE);
        let min_memory_bytes = memory(&mut read, system.min_memory_bytes);
        let min_disk_bytes = disk(&mut read, system.min_disk_bytes);
        let state = catalog_state(&mut read, system.state);
        read.finish(|| {
            Some(Self {
                name: name?,
                version: version?,
                family: family?,
                template: template?,
                nesting: system.nesting,
                min_memory_bytes: min_memory_bytes?,
                min_disk_bytes: min_disk_bytes?,
                state: state?.unwrap_or(CatalogState::Active),
            })
        })
    }
}

impl TryFrom<v1::UpdateOperatingSystemRequest> for Update<OperatingSystemId, OperatingSystemPatch> {
    type Error = FieldErrors;

    fn try_from(request: v1::UpdateOperatingSystemRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("operating_system.");
        let system = request.operating_system.unwrap_or_default();
        let id = read.id("id", &system.id);
        let mask = read.mask(request.update_mask, &FIELDS);
        let mut patch = OperatingSystemPatch::default();
        if mask.names("name", !system.name.is_empty()) {
            patch.name = read.line("name", &system.name, 1, MAX_NAME);
        }
        if mask.names("version", !system.version.is_empty()) {
            patch.version = read.line("version", &system.version, 1, MAX_VERSION);
        }
        if mask.names("family", !system.family.is_empty()) {
            patch.family = family(&mut read, &system.family);
        }
        if mask.names("template", !system.template.is_empty()) {
            patch.template = read.line("template", &system.template, 1, MAX_TEMPLATE);
        }
        if mask.names("nesting", system.nesting) {
            patch.nesting = Some(system.nesting);
        }
        if mask.names("min_memory_bytes", system.min_memory_bytes != 0) {
            patch.min_memory_bytes = memory(&mut read, system.min_memory_bytes);
        }
        if mask.names("min_disk_bytes", system.min_disk_bytes != 0) {
            patch.min_disk_bytes = disk(&mut read, system.min_disk_bytes);
        }
        if mask.names("state", system.state != 0) {
            patch.state = given_state(&mut read, system.state);
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

impl TryFrom<v1::DeleteOperatingSystemRequest> for Guarded<OperatingSystemId> {
    type Error = FieldErrors;

    fn try_from(request: v1::DeleteOperatingSystemRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("operating_system_id", &request.operating_system_id);
        let etag = read.etag(&request.etag);
        read.finish(|| Some(Self { id: id?, etag: etag? }))
    }
}

/// Picks a picture by file name, so it is one plain word.
fn family(read: &mut Reader, text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=MAX_FAMILY).contains(&text.len()) && text.chars().all(plain) {
        return Some(text.to_owned());
    }
    read.bad("family", "must be 1 to 32 lower-case letters, digits or hyphens");
    None
}

fn memory(read: &mut Reader, bytes: i64) -> Option<u64> {
    at_most(read, "min_memory_bytes", bytes, TIB, "must be from 0 to 1 TiB")
}

fn disk(read: &mut Reader, bytes: i64) -> Option<u64> {
    at_most(
        read,
        "min_disk_bytes",
        bytes,
        64 * TIB,
        "must be from 0 to 64 TiB",
    )
}

fn at_most(read: &mut Reader, field: &str, bytes: i64, max: u64, problem: &str) -> Option<u64> {
    let bytes = u64::try_from(bytes).ok().filter(|bytes| *bytes <= max);
    if bytes.is_none() {
        read.bad(field, problem);
    }
    bytes
}

pub(in crate::services) fn wire_operating_system(
    system: OperatingSystem,
    viewer: Viewer,
) -> v1::OperatingSystem {
    v1::OperatingSystem {
        id: system.id.to_string(),
        name: system.name,
        version: system.version,
        family: system.family,
        template: if viewer.operator {
            system.template
        } else {
            String::new()
        },
        nesting: system.nesting,
        min_memory_bytes: wire_i64(system.min_memory_bytes),
        min_disk_bytes: wire_i64(system.min_disk_bytes),
        state: wire_catalog_state(system.state).into(),
        create_time: wire_time(system.create_time),
        update_time: wire_time(system.update_time),
        etag: system.generation.to_string(),
    }
}
