//! What a server is installed with.

use super::etag::Generation;
use super::ids::OperatingSystemId;
use super::tariff::CatalogState;
use super::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatingSystem {
    pub id: OperatingSystemId,
    /// Such as "Debian".
    pub name: String,
    /// Such as "13".
    pub version: String,
    /// Such as "debian".
    pub family: String,
    /// File name of the hypervisor's template, such as `debian-13-standard_13.1-1_amd64.tar.zst`,
    /// or a whole volume id (`local:vztmpl/…`).
    pub template: String,
    /// Needs nested namespaces: systemd from version 257 on.
    pub nesting: bool,
    pub min_memory_bytes: u64,
    pub min_disk_bytes: u64,
    pub state: CatalogState,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub generation: Generation,
}
