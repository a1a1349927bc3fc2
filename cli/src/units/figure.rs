//! Figures that rules are about: shares such as `90%`, rates such as `10MiB` a second.

use hostler_client::v1::AlertMetric;

use super::size;

/// Metrics by the words that people write.
const WORDS: [(&str, AlertMetric); 7] = [
    ("cpu", AlertMetric::CpuRatio),
    ("memory", AlertMetric::MemoryRatio),
    ("disk", AlertMetric::DiskRatio),
    ("network-in", AlertMetric::NetworkInRate),
    ("network-out", AlertMetric::NetworkOutRate),
    ("disk-read", AlertMetric::DiskReadRate),
    ("disk-write", AlertMetric::DiskWriteRate),
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

const fn is_ratio(metric: AlertMetric) -> bool {
    matches!(
        metric,
        AlertMetric::CpuRatio | AlertMetric::MemoryRatio | AlertMetric::DiskRatio
    )
}

/// True when a threshold of one means something for the other.
pub(crate) const fn same_unit(one: AlertMetric, other: AlertMetric) -> bool {
    is_ratio(one) == is_ratio(other)
}

/// Reads a figure of a metric.
pub(crate) fn parse(metric: AlertMetric, text: &str) -> Result<f64, String> {
    if !is_ratio(metric) {
        #[expect(clippy::cast_precision_loss, reason = "no rate is near 2^53")]
        let rate = size::parse(text.strip_suffix("/s").unwrap_or(text)).map_err(|_| {
            format!("write {text:?} as bytes a second with their unit, such as 512KiB or 10MiB")
        })? as f64;
        return Ok(rate);
    }
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
    if is_ratio(metric) {
        let percent = format!("{:.2}", value * 100.0);
        let percent = percent.trim_end_matches('0').trim_end_matches('.');
        return format!("{percent} %");
    }
    #[expect(clippy::cast_possible_truncation, reason = "no rate is near 2^53")]
    let bytes = value as i64;
    format!("{}/s", size::format(bytes))
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
    }

    #[test]
    fn figures_are_written_as_they_are_read() {
        assert_eq!(format(AlertMetric::CpuRatio, 0.9), "90 %");
        assert_eq!(format(AlertMetric::CpuRatio, 0.9251), "92.51 %");
        assert_eq!(format(AlertMetric::NetworkInRate, 10_485_760.0), "10 MiB/s");
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
