//! What servers and nodes used over time.

use std::time::Duration;

use hostler_client::v1;
use prost_types::Timestamp;
use serde::Serialize;

use super::stats::{percent, rate};
use super::word::enum_word;
use crate::output::View;
use crate::table::Cell;
use crate::units::{size, spark, time};

/// The history of a server or a node.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HistoryView {
    #[serde(skip_serializing_if = "Option::is_none")]
    server_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_id: Option<String>,
    name: String,
    start_time: Option<String>,
    point_width: Option<String>,
    tier: String,
    series: Vec<SeriesView>,
    /// Of each point, in seconds.
    #[serde(skip)]
    width: u64,
}

/// The history of one of its metrics.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SeriesView {
    metric: String,
    points: Vec<PointView>,
    #[serde(skip)]
    kind: v1::StatsMetric,
    /// Heights of the line, oldest first, with the gaps.
    #[serde(skip)]
    line: String,
}

#[derive(Clone, Debug, Serialize)]
struct PointView {
    time: Option<String>,
    average: f64,
    maximum: f64,
    count: i64,
}

impl HistoryView {
    pub(crate) fn of_server(
        server: &v1::Server,
        answer: v1::QueryStatsResponse,
        range: (Timestamp, Timestamp),
    ) -> Self {
        Self {
            server_id: Some(server.id.clone()),
            ..Self::new(&server.name, answer, range)
        }
    }

    pub(crate) fn of_node(
        node: &v1::Node,
        answer: v1::QueryNodeStatsResponse,
        range: (Timestamp, Timestamp),
    ) -> Self {
        let answer = v1::QueryStatsResponse {
            point_width: answer.point_width,
            tier: answer.tier,
            series: answer.series,
        };
        Self {
            node_id: Some(node.id.clone()),
            ..Self::new(&node.display_name, answer, range)
        }
    }

    fn new(name: &str, answer: v1::QueryStatsResponse, (start, end): (Timestamp, Timestamp)) -> Self {
        let tier = enum_word(answer.tier().as_str_name(), "STATS_TIER_");
        let width = answer.point_width.unwrap_or_default();
        let ends = ends(&answer.series, width.seconds, (start, end));
        let series = |series| SeriesView::new(series, width.seconds, ends);
        Self {
            server_id: None,
            node_id: None,
            name: name.to_owned(),
            start_time: time::machine(Some(start)),
            point_width: answer.point_width.map(|width| width.to_string()),
            tier,
            series: answer.series.into_iter().map(series).collect(),
            width: u64::try_from(width.seconds).unwrap_or_default(),
        }
    }

    pub(crate) fn title(&self) -> String {
        let since = time::human(self.start_time.as_deref());
        let width = time::span(Duration::from_secs(self.width));
        format!("{} since {since}, {width} a point", self.name)
    }

    /// Those that change; the limits stand still.
    pub(crate) fn rows(&self) -> Vec<&SeriesView> {
        let changes = |series: &&SeriesView| {
            !matches!(
                series.kind,
                v1::StatsMetric::MemoryLimitBytes
                    | v1::StatsMetric::DiskLimitBytes
                    | v1::StatsMetric::SwapLimitBytes
            )
        };
        self.series.iter().filter(changes).collect()
    }
}

/// The first second of the stretch that the range begins in, and the last second of the range. Where stretches begin is told by any point;
/// `None` when there is none.
fn ends(series: &[v1::StatsSeries], width: i64, (start, end): (Timestamp, Timestamp)) -> Option<(i64, i64)> {
    let mut points = series.iter().flat_map(|series| &series.points);
    let point = points.find_map(|point| point.time)?;
    let into = start
        .seconds
        .saturating_sub(point.seconds)
        .rem_euclid(width.max(1));
    // The end itself is not in the range, when it is a whole second.
    let last = end.seconds.saturating_sub(i64::from(end.nanos == 0));
    Some((start.seconds.saturating_sub(into), last))
}

impl SeriesView {
    fn new(series: v1::StatsSeries, width: i64, ends: Option<(i64, i64)>) -> Self {
        let kind = series.metric();
        let heights: Vec<_> = series
            .points
            .iter()
            .filter_map(|point| Some((point.time?.seconds, point.average)))
            .collect();
        let point = |point: v1::StatsPoint| PointView {
            time: time::machine(point.time),
            average: point.average,
            maximum: point.maximum,
            count: point.count,
        };
        Self {
            metric: enum_word(kind.as_str_name(), "STATS_METRIC_"),
            points: series.points.into_iter().map(point).collect(),
            kind,
            line: ends
                .map(|ends| spark::line(&heights, width, ends))
                .unwrap_or_default(),
        }
    }

    fn name(&self) -> &'static str {
        match self.kind {
            v1::StatsMetric::Unspecified => "",
            v1::StatsMetric::CpuRatio => "CPU",
            v1::StatsMetric::MemoryBytes => "MEMORY",
            v1::StatsMetric::MemoryLimitBytes => "MEMORY LIMIT",
            v1::StatsMetric::DiskBytes => "DISK",
            v1::StatsMetric::DiskLimitBytes => "DISK LIMIT",
            v1::StatsMetric::NetworkInRate => "NET IN",
            v1::StatsMetric::NetworkOutRate => "NET OUT",
            v1::StatsMetric::DiskReadRate => "READ",
            v1::StatsMetric::DiskWriteRate => "WRITE",
            v1::StatsMetric::CpuUserRatio => "CPU USER",
            v1::StatsMetric::CpuSystemRatio => "CPU SYSTEM",
            v1::StatsMetric::CpuWaitRatio => "CPU WAIT",
            v1::StatsMetric::CpuStealRatio => "CPU STEAL",
            v1::StatsMetric::Load1 => "LOAD 1",
            v1::StatsMetric::Load5 => "LOAD 5",
            v1::StatsMetric::Load15 => "LOAD 15",
            v1::StatsMetric::SwapBytes => "SWAP",
            v1::StatsMetric::SwapLimitBytes => "SWAP LIMIT",
            v1::StatsMetric::TemperatureCelsius => "TEMPERATURE",
            v1::StatsMetric::ProcessCount => "PROCESSES",
            v1::StatsMetric::FullestDiskRatio => "FULLEST DISK",
        }
    }

    fn amount(&self, value: Option<f64>) -> Cell {
        #[expect(clippy::cast_possible_truncation, reason = "bytes that the server told")]
        let bytes = || value.map(|value| value.round() as i64);
        match self.kind {
            v1::StatsMetric::CpuRatio
            | v1::StatsMetric::CpuUserRatio
            | v1::StatsMetric::CpuSystemRatio
            | v1::StatsMetric::CpuWaitRatio
            | v1::StatsMetric::CpuStealRatio
            | v1::StatsMetric::FullestDiskRatio => percent(value),
            v1::StatsMetric::Load1 | v1::StatsMetric::Load5 | v1::StatsMetric::Load15 => value
                .map(|value| format!("{value:.2}"))
                .unwrap_or_default()
                .into(),
            v1::StatsMetric::TemperatureCelsius => value
                .map(|value| format!("{value:.1} °C"))
                .unwrap_or_default()
                .into(),
            v1::StatsMetric::ProcessCount => value
                .map(|value| format!("{value:.0}"))
                .unwrap_or_default()
                .into(),
            v1::StatsMetric::Unspecified
            | v1::StatsMetric::MemoryBytes
            | v1::StatsMetric::MemoryLimitBytes
            | v1::StatsMetric::DiskBytes
            | v1::StatsMetric::DiskLimitBytes
            | v1::StatsMetric::SwapBytes
            | v1::StatsMetric::SwapLimitBytes => bytes().map(size::format).unwrap_or_default().into(),
            v1::StatsMetric::NetworkInRate
            | v1::StatsMetric::NetworkOutRate
            | v1::StatsMetric::DiskReadRate
            | v1::StatsMetric::DiskWriteRate => rate(bytes()),
        }
    }

    /// Of all samples: long points count as much as there is in them.
    #[expect(clippy::cast_precision_loss, reason = "for people, who read three digits")]
    fn average(&self) -> Option<f64> {
        let count: i64 = self.points.iter().map(|point| point.count).sum();
        let sum: f64 = self
            .points
            .iter()
            .map(|point| point.average * point.count as f64)
            .sum();
        (count > 0).then(|| sum / count as f64)
    }
}

impl View for &SeriesView {
    const COLUMNS: &'static [&'static str] = &["METRIC", "HISTORY", "LAST", "AVERAGE", "MAXIMUM"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let last = self.points.last().map(|point| point.average);
        let maximum = self.points.iter().map(|point| point.maximum).reduce(f64::max);
        vec![
            ("Metric", self.name().into()),
            ("History", self.line.as_str().into()),
            ("Last", self.amount(last)),
            ("Average", self.amount(self.average())),
            ("Maximum", self.amount(maximum)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    fn points(values: &[(i64, f64)]) -> Vec<v1::StatsPoint> {
        let point = |(seconds, average): &(i64, f64)| v1::StatsPoint {
            time: Some(at(*seconds)),
            average: *average,
            maximum: *average * 1.5,
            count: 2,
        };
        values.iter().map(point).collect()
    }

    fn history() -> HistoryView {
        let server = v1::Server {
            id: "0190".to_owned(),
            name: "web-1".to_owned(),
            ..Default::default()
        };
        let series = |metric: v1::StatsMetric, values: &[(i64, f64)]| v1::StatsSeries {
            metric: metric.into(),
            points: points(values),
        };
        let answer = v1::QueryStatsResponse {
            point_width: Some(prost_types::Duration {
                seconds: 60,
                nanos: 0,
            }),
            tier: v1::StatsTier::Minute.into(),
            series: vec![
                series(v1::StatsMetric::CpuRatio, &[(0, 0.0), (60, 0.25), (240, 0.5)]),
                series(v1::StatsMetric::DiskLimitBytes, &[(0, 1e9)]),
                series(v1::StatsMetric::NetworkInRate, &[(60, 2048.0)]),
                series(v1::StatsMetric::DiskBytes, &[]),
            ],
        };
        HistoryView::of_server(&server, answer, (at(-150), at(330)))
    }

    #[test]
    fn its_table_has_a_line_for_each_metric_over_the_whole_range_with_gaps() {
        let history = history();
        let cells: Vec<_> = history.rows().iter().map(View::cells).collect();
        let text = crate::table::rows(<&SeriesView>::COLUMNS, &cells, false);
        assert_eq!(
            history.title(),
            "web-1 since 1969-12-31 23:57:30 UTC, 60 s a point"
        );
        insta::assert_snapshot!(text, @r"
        METRIC  HISTORY    LAST     AVERAGE  MAXIMUM
        CPU        ▁▅  █   50.0 %   25.0 %   75.0 %
        NET IN      █      2 KiB/s  2 KiB/s  3 KiB/s
        DISK               -        -        -
        ");
    }

    #[test]
    fn its_json_is_stable() {
        let mut history = history();
        history.series.truncate(1);
        history.series[0].points.truncate(1);
        insta::assert_json_snapshot!(history, @r#"
        {
          "server_id": "0190",
          "name": "web-1",
          "start_time": "1969-12-31T23:57:30Z",
          "point_width": "60s",
          "tier": "minute",
          "series": [
            {
              "metric": "cpu_ratio",
              "points": [
                {
                  "time": "1970-01-01T00:00:00Z",
                  "average": 0.0,
                  "maximum": 0.0,
                  "count": 2
                }
              ]
            }
          ]
        }
        "#);
    }
}
