//! Figures that rules are about: shares such as `90%`, rates such as `10MiB` a second, sizes, and plain numbers.

use hostler_client::v1::AlertMetric;

use super::size;

/// Metrics by the words that people write.
const WORDS: [(&str, AlertMetric); 13] = [
    ("cpu", AlertMetric::CpuRatio),
    ("memory", AlertMetric::MemoryRatio),
    ("disk", AlertMetric::DiskRatio),
    ("network-in", AlertMetric::NetworkInRate),
    ("network-out", AlertMetric::NetworkOutRate),
    ("disk-read", AlertMetric::DiskReadRate),
    ("disk-write", AlertMetric::DiskWriteRate),
    ("swap", AlertMetric::SwapRatio),
    ("inodes", AlertMetric::InodeRatio),
    ("load-per-core", AlertMetric::LoadPerCore),
    ("temperature", AlertMetric::TemperatureCelsius),
    ("cores", AlertMetric::CpuCores),
    ("memory-bytes", AlertMetric::MemoryBytes),
];

pub(crate) fn metric(word: &str) -> Result<AlertMetric, String> {
    let found = WORDS.iter().find(|(known, _)| *known == word);
    found.map(|(_, metric)| *metric).ok_or_else(|| {
        let known: Vec<_> = WORDS.iter().map(|(word, _)| *word).collect();
        format!("write one of {}", known.join(", "))
    })
}

pub(crate) fn word(metric: AlertMetric) -> &'static str {
    let found = WORDS.iter().find(|(_, known)| *known == metric);
    found.map_or("unknown", |(word, _)| word)
}

/// What a figure is counted in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Share,
    Rate,
    Bytes,
    Load,
    Celsius,
    Cores,
}

const fn unit(metric: AlertMetric) -> Unit {
    match metric {
        AlertMetric::CpuRatio
        | AlertMetric::MemoryRatio
        | AlertMetric::DiskRatio
        | AlertMetric::SwapRatio
        | AlertMetric::InodeRatio => Unit::Share,
        AlertMetric::NetworkInRate
        | AlertMetric::NetworkOutRate
        | AlertMetric::DiskReadRate
        | AlertMetric::DiskWriteRate
        | AlertMetric::Unspecified => Unit::Rate,
        AlertMetric::LoadPerCore => Unit::Load,
        AlertMetric::TemperatureCelsius => Unit::Celsius,
        AlertMetric::CpuCores => Unit::Cores,
        AlertMetric::MemoryBytes => Unit::Bytes,
    }
}

/// True when a threshold of one means something for the other.
pub(crate) fn same_unit(one: AlertMetric, other: AlertMetric) -> bool {
    unit(one) == unit(other)
}

/// Reads a figure of a metric.
pub(crate) fn parse(metric: AlertMetric, text: &str) -> Result<f64, String> {
    match unit(metric) {
        Unit::Share => share(text),
        Unit::Rate => bytes(text.strip_suffix("/s").unwrap_or(text)).map_err(|_| {
            format!("write {text:?} as bytes a second with their unit, such as 512KiB or 10MiB")
        }),
        Unit::Bytes => bytes(text)
            .map_err(|_| format!("write {text:?} as bytes with their unit, such as 512MiB or 2GiB")),
        Unit::Load | Unit::Celsius | Unit::Cores => {
            let number = text.parse::<f64>().ok();
            number
                .filter(|number| number.is_finite() && *number >= 0.0)
                .ok_or_else(|| format!("write {text:?} as a number, such as 2 or 1.5"))
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no size is near 2^53")]
fn bytes(text: &str) -> Result<f64, String> {
    Ok(size::parse(text)? as f64)
}

fn share(text: &str) -> Result<f64, String> {
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.trim_end().parse::<f64>().map(|percent| percent / 100.0),
        None => text.parse(),
    };
    share
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| format!("write {text:?} as a share of at most 100%, such as 90% or 0.9"))
}

/// Writes it for people.
pub(crate) fn format(metric: AlertMetric, value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "no size is near 2^53")]
    let bytes = || size::format(value as i64);
    match unit(metric) {
        Unit::Share => format!("{} %", number(value * 100.0)),
        Unit::Rate => format!("{}/s", bytes()),
        Unit::Bytes => bytes(),
        Unit::Load => number(value),
        Unit::Celsius => format!("{} °C", number(value)),
        Unit::Cores => format!("{} cores", number(value)),
    }
}

/// With as many digits behind the point as it needs, at most two.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_percents_or_fractions_and_rates_are_sizes() {
        assert_eq!(parse(AlertMetric::CpuRatio, "90%"), Ok(0.9));
        assert_eq!(parse(AlertMetric::DiskRatio, "0.925"), Ok(0.925));
        assert_eq!(parse(AlertMetric::DiskReadRate, "10MiB"), Ok(10_485_760.0));
        assert_eq!(parse(AlertMetric::DiskReadRate, "10MiB/s"), Ok(10_485_760.0));
        for bad in ["90", "101%", "-1%", "NaN", "", "%", "lots"] {
            assert!(parse(AlertMetric::CpuRatio, bad).is_err(), "{bad}");
        }
        assert!(parse(AlertMetric::NetworkInRate, "90%").is_err());
        assert_eq!(parse(AlertMetric::MemoryBytes, "2GiB"), Ok(2_147_483_648.0));
        assert_eq!(parse(AlertMetric::LoadPerCore, "1.5"), Ok(1.5));
        for bad in ["hot", "-1", "NaN", "inf", "80%"] {
            assert!(parse(AlertMetric::TemperatureCelsius, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn figures_are_written_as_they_are_read() {
        assert_eq!(format(AlertMetric::CpuRatio, 0.9), "90 %");
        assert_eq!(format(AlertMetric::CpuRatio, 0.9251), "92.51 %");
        assert_eq!(format(AlertMetric::NetworkInRate, 10_485_760.0), "10 MiB/s");
        assert_eq!(format(AlertMetric::TemperatureCelsius, 81.5), "81.5 °C");
        assert_eq!(format(AlertMetric::CpuCores, 2.0), "2 cores");
        assert_eq!(format(AlertMetric::LoadPerCore, 100.0), "100");
        assert_eq!(format(AlertMetric::MemoryBytes, 2_147_483_648.0), "2 GiB");
    }

    #[test]
    fn every_metric_has_a_word() {
        for (known, expected) in WORDS {
            assert_eq!(metric(known), Ok(expected));
            assert_eq!(word(expected), known);
        }
        assert!(metric("heat").is_err());
    }
}
