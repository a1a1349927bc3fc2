//! How much of a metric is known over a range, so that a rule that never fired is told apart from one that could not be judged.

use hostler_client::{Client, v1};
use prost_types::Timestamp;

/// Fine enough to tell where the history begins.
const POINTS: i32 = 2000;

/// Between the beginning of a range and its first sample lies up to a sweep, even where the history is whole.
const SLACK: i64 = 120;

/// What there is to judge by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Known {
    /// All of it, or it is not for us to say.
    Enough,
    /// Nothing before this moment.
    Since(Timestamp),
    Nothing,
}

/// Asks for the history that the rule was tried on. It only adds a remark, so whoever may not read it does without.
pub(super) async fn known(
    client: &Client,
    server_id: &str,
    metric: v1::AlertMetric,
    (start, end): (Timestamp, Timestamp),
) -> Known {
    let Some(metric) = measured(metric) else {
        return Known::Enough;
    };
    let request = v1::QueryStatsRequest {
        server_id: server_id.to_owned(),
        start_time: Some(start),
        end_time: Some(end),
        metrics: vec![metric.into()],
        max_points: POINTS,
    };
    match client.monitoring().history(request).await {
        Ok(answer) => beginning(&answer.series, answer.point_width, start),
        Err(_) => Known::Enough,
    }
}

/// The same of a node.
pub(super) async fn known_of_node(
    client: &Client,
    node_id: &str,
    metric: v1::AlertMetric,
    (start, end): (Timestamp, Timestamp),
) -> Known {
    let Some(metric) = measured_of_node(metric) else {
        return Known::Enough;
    };
    let request = v1::QueryNodeStatsRequest {
        node_id: node_id.to_owned(),
        start_time: Some(start),
        end_time: Some(end),
        metrics: vec![metric.into()],
        max_points: POINTS,
    };
    match client.nodes().history(request).await {
        Ok(answer) => beginning(&answer.series, answer.point_width, start),
        Err(_) => Known::Enough,
    }
}

fn beginning(series: &[v1::StatsSeries], width: Option<prost_types::Duration>, start: Timestamp) -> Known {
    let points = series.iter().flat_map(|series| &series.points);
    let Some(first) = points
        .filter_map(|point| point.time)
        .min_by_key(|time| time.seconds)
    else {
        return Known::Nothing;
    };
    let width = width.unwrap_or_default().seconds;
    if first.seconds > start.seconds.saturating_add(width).saturating_add(SLACK) {
        Known::Since(first)
    } else {
        Known::Enough
    }
}

/// The figure that says whether the rule's one is known.
const fn measured(metric: v1::AlertMetric) -> Option<v1::StatsMetric> {
    Some(match metric {
        v1::AlertMetric::CpuRatio => v1::StatsMetric::CpuRatio,
        v1::AlertMetric::MemoryRatio => v1::StatsMetric::MemoryBytes,
        v1::AlertMetric::DiskRatio => v1::StatsMetric::DiskBytes,
        v1::AlertMetric::NetworkInRate => v1::StatsMetric::NetworkInRate,
        v1::AlertMetric::NetworkOutRate => v1::StatsMetric::NetworkOutRate,
        v1::AlertMetric::DiskReadRate => v1::StatsMetric::DiskReadRate,
        v1::AlertMetric::DiskWriteRate => v1::StatsMetric::DiskWriteRate,
        v1::AlertMetric::Unspecified
        | v1::AlertMetric::SwapRatio
        | v1::AlertMetric::InodeRatio
        | v1::AlertMetric::LoadPerCore
        | v1::AlertMetric::TemperatureCelsius
        | v1::AlertMetric::CpuCores
        | v1::AlertMetric::MemoryBytes => return None,
    })
}

/// The same of a node.
const fn measured_of_node(metric: v1::AlertMetric) -> Option<v1::StatsMetric> {
    match metric {
        v1::AlertMetric::DiskRatio => Some(v1::StatsMetric::FullestDiskRatio),
        v1::AlertMetric::SwapRatio => Some(v1::StatsMetric::SwapBytes),
        v1::AlertMetric::LoadPerCore => Some(v1::StatsMetric::Load5),
        v1::AlertMetric::TemperatureCelsius => Some(v1::StatsMetric::TemperatureCelsius),
        v1::AlertMetric::CpuRatio
        | v1::AlertMetric::MemoryRatio
        | v1::AlertMetric::NetworkInRate
        | v1::AlertMetric::NetworkOutRate
        | v1::AlertMetric::DiskReadRate
        | v1::AlertMetric::DiskWriteRate
        | v1::AlertMetric::InodeRatio
        | v1::AlertMetric::CpuCores
        | v1::AlertMetric::MemoryBytes
        | v1::AlertMetric::Unspecified => measured(metric),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    fn answer(times: &[i64]) -> v1::QueryStatsResponse {
        let point = |seconds: &i64| v1::StatsPoint {
            time: Some(at(*seconds)),
            ..Default::default()
        };
        v1::QueryStatsResponse {
            point_width: Some(prost_types::Duration {
                seconds: 60,
                nanos: 0,
            }),
            series: vec![v1::StatsSeries {
                points: times.iter().map(point).collect(),
                ..Default::default()
            }],
            ..Default::default()
        }
    }

    #[test]
    fn a_history_begins_with_its_first_point() {
        let beginning = |times: &[i64]| {
            let answer = answer(times);
            beginning(&answer.series, answer.point_width, at(1000))
        };
        assert_eq!(beginning(&[]), Known::Nothing);
        assert_eq!(beginning(&[960, 1020]), Known::Enough);
        assert_eq!(beginning(&[1140]), Known::Enough);
        assert_eq!(beginning(&[1200]), Known::Since(at(1200)));
    }
}
