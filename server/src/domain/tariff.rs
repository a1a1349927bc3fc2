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

impl Tariff {
    /// The monthly price of a server on this tariff with these sizes: the tariff's own price, raised in
    /// proportion to the size that exceeds it most and rounded up. Never less than the tariff's price, so
    /// that nobody gets more for the same money by choosing sizes of their own.
    pub fn price_for(&self, sizes: &Resources) -> Money {
        let ours = &self.resources;
        let ratios = [
            (u128::from(sizes.cpu_millicores), u128::from(ours.cpu_millicores)),
            (u128::from(sizes.memory_bytes), u128::from(ours.memory_bytes)),
            (u128::from(sizes.disk_bytes), u128::from(ours.disk_bytes)),
        ];
        let price = u128::try_from(self.price.minor.max(0)).unwrap_or(0);
        let dearest = ratios
            .iter()
            .map(|&(wanted, included)| (price * wanted).div_ceil(included.max(1)))
            .fold(price, u128::max);
        Money {
            minor: i64::try_from(dearest).unwrap_or(i64::MAX),
            currency: self.price.currency,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use crate::domain::resources::GIB;

    #[test]
    fn sizes_of_ones_own_cost_in_proportion_to_the_largest_excess() {
        let sizes = |cpu_millicores, memory, disk| Resources {
            cpu_millicores,
            memory_bytes: memory * GIB,
            disk_bytes: disk * GIB,
        };
        let tariff = Tariff {
            id: TariffId::generate(),
            name: "small".to_owned(),
            description: String::new(),
            resources: sizes(1000, 1, 20),
            price: Money {
                minor: 490,
                currency: Currency::parse("EUR").unwrap(),
            },
            network_bytes_per_second: 0,
            snapshot_limit: 0,
            state: CatalogState::Active,
            create_time: Timestamp::default(),
            update_time: Timestamp::default(),
            generation: Generation::FIRST,
        };
        for (wanted, price) in [
            (sizes(1000, 1, 20), 490),
            (sizes(500, 1, 10), 490),
            (sizes(1500, 1, 20), 735),
            (sizes(1000, 2, 30), 980),
            (sizes(1000, 1, 21), 515),
        ] {
            assert_eq!(tariff.price_for(&wanted).minor, price, "{wanted:?}");
        }
    }
}
