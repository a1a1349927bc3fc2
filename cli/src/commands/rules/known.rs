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
        Ok(answer) => beginning(&answer, start),
        Err(_) => Known::Enough,
    }
}

fn beginning(answer: &v1::QueryStatsResponse, start: Timestamp) -> Known {
    let points = answer.series.iter().flat_map(|series| &series.points);
    let Some(first) = points
        .filter_map(|point| point.time)
        .min_by_key(|time| time.seconds)
    else {
        return Known::Nothing;
    };
    let width = answer.point_width.unwrap_or_default().seconds;
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
        v1::AlertMetric::Unspecified => return None,
    })
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
        assert_eq!(beginning(&answer(&[]), at(1000)), Known::Nothing);
        assert_eq!(beginning(&answer(&[960, 1020]), at(1000)), Known::Enough);
        assert_eq!(beginning(&answer(&[1140]), at(1000)), Known::Enough);
        assert_eq!(beginning(&answer(&[1200]), at(1000)), Known::Since(at(1200)));
    }
}
