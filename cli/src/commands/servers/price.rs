//! What a server of other sizes costs, before the server has said it. The server computes the price that counts, in the same way.

use hostler_client::v1;

/// What a server has, or is to have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) cpu_millicores: i32,
    pub(super) memory_bytes: i64,
    pub(super) disk_bytes: i64,
}

impl From<&v1::Tariff> for Sizes {
    fn from(tariff: &v1::Tariff) -> Self {
        Self {
            cpu_millicores: tariff.cpu_millicores,
            memory_bytes: tariff.memory_bytes,
            disk_bytes: tariff.disk_bytes,
        }
    }
}

impl Sizes {
    fn fit_in(self, other: Self) -> bool {
        self.cpu_millicores <= other.cpu_millicores
            && self.memory_bytes <= other.memory_bytes
            && self.disk_bytes <= other.disk_bytes
    }
}

/// The tariff's price, raised in proportion to the size that exceeds it most and rounded up; in minor units.
pub(super) fn price(tariff: &v1::Tariff, sizes: Sizes) -> i64 {
    let included = Sizes::from(tariff);
    let own = amount(tariff.price_minor);
    let dearest = [
        (sizes.cpu_millicores.into(), included.cpu_millicores.into()),
        (sizes.memory_bytes, included.memory_bytes),
        (sizes.disk_bytes, included.disk_bytes),
    ]
    .into_iter()
    .map(|(wanted, included)| (own * amount(wanted)).div_ceil(amount(included).max(1)))
    .fold(own, u128::max);
    i64::try_from(dearest).unwrap_or(i64::MAX)
}

fn amount(value: i64) -> u128 {
    u128::try_from(value).unwrap_or(0)
}

/// The cheapest tariff on offer that holds these sizes for less.
pub(super) fn cheaper<'a>(
    tariffs: &'a [v1::Tariff],
    sizes: Sizes,
    price: i64,
    currency: &str,
) -> Option<&'a v1::Tariff> {
    tariffs
        .iter()
        .filter(|tariff| tariff.state() == v1::CatalogState::Active)
        .filter(|tariff| tariff.currency == currency && tariff.price_minor < price)
        .filter(|tariff| sizes.fit_in(Sizes::from(*tariff)))
        .min_by_key(|tariff| tariff.price_minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: i64 = 1 << 30;

    fn sizes(cpu_millicores: i32, memory: i64, disk: i64) -> Sizes {
        Sizes {
            cpu_millicores,
            memory_bytes: memory * GIB,
            disk_bytes: disk * GIB,
        }
    }

    fn tariff(name: &str, sizes: Sizes, price_minor: i64) -> v1::Tariff {
        v1::Tariff {
            name: name.to_owned(),
            cpu_millicores: sizes.cpu_millicores,
            memory_bytes: sizes.memory_bytes,
            disk_bytes: sizes.disk_bytes,
            price_minor,
            currency: "EUR".to_owned(),
            state: v1::CatalogState::Active.into(),
            ..Default::default()
        }
    }

    #[test]
    fn it_rises_with_the_largest_excess_and_never_falls_below_the_tariffs() {
        let small = tariff("small", sizes(1000, 1, 20), 490);
        for (wanted, expected) in [
            (sizes(1000, 1, 20), 490),
            (sizes(500, 1, 10), 490),
            (sizes(1500, 1, 20), 735),
            (sizes(1000, 2, 30), 980),
            (sizes(1000, 1, 21), 515),
            (sizes(2000, 4, 20), 1960),
        ] {
            assert_eq!(price(&small, wanted), expected, "{wanted:?}");
        }
    }

    #[test]
    fn the_cheapest_tariff_that_holds_it_all_is_named() {
        let mut retired = tariff("old", sizes(4000, 8, 80), 100);
        retired.set_state(v1::CatalogState::Retired);
        let tariffs = [
            tariff("small", sizes(1000, 1, 20), 490),
            tariff("large", sizes(4000, 8, 80), 1890),
            tariff("medium", sizes(2000, 4, 40), 1290),
            retired,
        ];
        let named = |price, currency| {
            cheaper(&tariffs, sizes(2000, 4, 20), price, currency).map(|tariff| tariff.name.as_str())
        };
        assert_eq!(named(1960, "EUR"), Some("medium"));
        assert_eq!(named(1290, "EUR"), None, "it costs no less");
        assert_eq!(named(1960, "JPY"), None, "currencies are not compared");
    }
}
