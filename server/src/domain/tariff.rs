//! What is sold: resources for a price.

use super::codes::coded;
use super::etag::Generation;
use super::ids::TariffId;
use super::money::Money;
use super::resources::Resources;
use super::time::Timestamp;

coded! {
    /// Whether an entry of the catalog can be ordered.
    CatalogState {
        Active = "active",
        /// Kept for the servers that use it; customers cannot order it.
        Retired = "retired",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    pub id: TariffId,
    pub name: String,
    pub description: String,
    pub resources: Resources,
    /// Per month.
    pub price: Money,
    /// 0 is unlimited.
    pub network_bytes_per_second: u64,
    /// Snapshots a server on this tariff may have at a time.
    pub snapshot_limit: u32,
    pub state: CatalogState,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub generation: Generation,
}
