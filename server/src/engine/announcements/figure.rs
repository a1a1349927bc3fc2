//! A figure of an alert, in words.

use super::names::name;
use crate::domain::alert_metric::{AlertMetric, AlertUnit};
use crate::domain::codes::Code as _;
use crate::domain::metric::RATIO_ONE;
use crate::domain::user::Locale;

const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];

/// Such as `Processor: 93.4 %`.
pub(super) fn figure(locale: Locale, metric: AlertMetric, value: u64) -> String {
    let unit = metric.unit();
    let plain = || tenths(u128::from(value), u128::from(unit.one()));
    let amount = match unit {
        AlertUnit::Ratio => format!("{} %", tenths(u128::from(value) * 100, u128::from(RATIO_ONE))),
        AlertUnit::BytesPerSecond => format!("{}/s", size(value)),
        AlertUnit::Bytes => size(value),
        AlertUnit::Load | AlertUnit::Cores => plain(),
        AlertUnit::Celsius => format!("{} °C", plain()),
    };
    format!("{}: {amount}", name(locale, metric.code()))
}

/// Such as `Full in: 5.5 h`.
pub(super) fn full_in(locale: Locale, seconds: u64) -> String {
    let hours = tenths(u128::from(seconds), 3600);
    format!("{}: {hours} h", name(locale, "full_in"))
}

fn size(bytes: u64) -> String {
    let mut unit = 0;
    let mut scale: u128 = 1;
    while unit + 1 < UNITS.len() && rounded(u128::from(bytes), scale) >= 10 * 1024 {
        unit += 1;
        scale *= 1024;
    }
    format!("{} {}", tenths(u128::from(bytes), scale), UNITS[unit])
}

/// With one digit behind the point.
fn tenths(value: u128, unit: u128) -> String {
    let count = rounded(value, unit);
    format!("{}.{}", count / 10, count % 10)
}

/// How many tenths of the unit it is.
const fn rounded(value: u128, unit: u128) -> u128 {
    (value * 10 + unit / 2) / unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_percents_and_rates_have_the_unit_that_fits() {
        let english = |metric, value| figure(Locale::English, metric, value);
        assert_eq!(english(AlertMetric::CpuRatio, 9_345), "Processor: 93.5 %");
        assert_eq!(english(AlertMetric::CpuRatio, 9_344), "Processor: 93.4 %");
        assert_eq!(english(AlertMetric::DiskRatio, RATIO_ONE), "Disk: 100.0 %");
        assert_eq!(english(AlertMetric::NetworkInRate, 900), "Received: 900.0 B/s");
        assert_eq!(english(AlertMetric::NetworkOutRate, 3 << 19), "Sent: 1.5 MiB/s");
        assert_eq!(english(AlertMetric::NetworkInRate, 1_996), "Received: 1.9 KiB/s");
        assert_eq!(english(AlertMetric::NetworkInRate, 1_997), "Received: 2.0 KiB/s");
        assert_eq!(
            english(AlertMetric::NetworkInRate, (1 << 20) - 1),
            "Received: 1.0 MiB/s"
        );
        assert_eq!(english(AlertMetric::MemoryBytes, 3 << 29), "Memory: 1.5 GiB");
        assert_eq!(english(AlertMetric::LoadPerCore, 215), "Load per core: 2.2");
        assert_eq!(english(AlertMetric::CpuCores, 1_500), "Processor cores: 1.5");
        assert_eq!(
            english(AlertMetric::TemperatureCelsius, 815),
            "Temperature: 81.5 °C"
        );
        assert_eq!(full_in(Locale::English, 19_800), "Full in: 5.5 h");
        assert_eq!(
            english(AlertMetric::DiskReadRate, 5 << 40),
            "Read from disk: 5120.0 GiB/s"
        );
    }

    #[test]
    fn every_language_has_a_word_for_every_metric() {
        for locale in Locale::ALL {
            for metric in AlertMetric::ALL {
                assert_ne!(name(*locale, metric.code()), metric.code(), "{locale}");
            }
        }
    }
}
