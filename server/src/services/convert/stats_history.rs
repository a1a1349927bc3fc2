//! The history of a server's or a node's figures.

use std::collections::BTreeSet;

use hostler_proto::v1;

use super::number::wire_i64;
use super::reader::Reader;
use super::time::{wire_duration, wire_time};
use crate::domain::bin::Summary;
use crate::domain::fields::FieldErrors;
use crate::domain::metric::Metric;
use crate::domain::sample::{Subject, SubjectKind};
use crate::domain::tier::Tier;
use crate::engine::stats::{History, MAX_POINTS, StatsQuery};

const USUAL_POINTS: u32 = 500;

/// What is asked for, and the metrics that the answer shall have.
#[derive(Debug)]
pub(in crate::services) struct HistoryOf {
    pub(in crate::services) query: StatsQuery,
    pub(in crate::services) metrics: Vec<Metric>,
}

impl TryFrom<v1::QueryStatsRequest> for HistoryOf {
    type Error = FieldErrors;

    fn try_from(request: v1::QueryStatsRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("server_id", &request.server_id);
        let asked = Asked {
            subject: id.map(Subject::Server),
            start_time: request.start_time,
            end_time: request.end_time,
            metrics: request.metrics,
            max_points: request.max_points,
        };
        asked.read(read, SubjectKind::Server)
    }
}

impl TryFrom<v1::QueryNodeStatsRequest> for HistoryOf {
    type Error = FieldErrors;

    fn try_from(request: v1::QueryNodeStatsRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("node_id", &request.node_id);
        let asked = Asked {
            subject: id.map(Subject::Node),
            start_time: request.start_time,
            end_time: request.end_time,
            metrics: request.metrics,
            max_points: request.max_points,
        };
        asked.read(read, SubjectKind::Node)
    }
}

/// What both of them ask for.
struct Asked {
    subject: Option<Subject>,
    start_time: Option<prost_types::Timestamp>,
    end_time: Option<prost_types::Timestamp>,
    metrics: Vec<i32>,
    max_points: i32,
}

impl Asked {
    fn read(self, mut read: Reader, kind: SubjectKind) -> Result<HistoryOf, FieldErrors> {
        let from = read.time("start_time", self.start_time);
        if matches!(from, Some(None)) {
            read.bad("start_time", "must be given");
        }
        let to = read.time("end_time", self.end_time);
        let of_kind = kind.metrics();
        let known = match kind {
            SubjectKind::Server => server_metric,
            SubjectKind::Node => metric,
        };
        let metrics = read.enums("metrics", &self.metrics, of_kind.len(), known);
        let points = points(&mut read, self.max_points);
        read.finish(|| {
            let query = StatsQuery {
                subject: self.subject?,
                from: from??,
                to: to?,
                points: points?,
            };
            let named: BTreeSet<Metric> = metrics?.into_iter().collect();
            let wanted = |metric: &Metric| named.is_empty() || named.contains(metric);
            let metrics = of_kind.iter().copied().filter(wanted).collect();
            Some(HistoryOf { query, metrics })
        })
    }
}

fn points(read: &mut Reader, value: i32) -> Option<u32> {
    match u32::try_from(value) {
        Ok(0) => Some(USUAL_POINTS),
        Ok(points @ 1..=MAX_POINTS) => Some(points),
        Ok(_) | Err(_) => {
            read.bad("max_points", format!("must be from 0 to {MAX_POINTS}"));
            None
        }
    }
}

fn server_metric(value: i32) -> Option<Metric> {
    metric(value).filter(|metric| SubjectKind::Server.metrics().contains(metric))
}

fn metric(value: i32) -> Option<Metric> {
    match v1::StatsMetric::try_from(value) {
        Ok(v1::StatsMetric::CpuRatio) => Some(Metric::CpuRatio),
        Ok(v1::StatsMetric::MemoryBytes) => Some(Metric::MemoryBytes),
        Ok(v1::StatsMetric::MemoryLimitBytes) => Some(Metric::MemoryLimitBytes),
        Ok(v1::StatsMetric::DiskBytes) => Some(Metric::DiskBytes),
        Ok(v1::StatsMetric::DiskLimitBytes) => Some(Metric::DiskLimitBytes),
        Ok(v1::StatsMetric::NetworkInRate) => Some(Metric::NetworkInRate),
        Ok(v1::StatsMetric::NetworkOutRate) => Some(Metric::NetworkOutRate),
        Ok(v1::StatsMetric::DiskReadRate) => Some(Metric::DiskReadRate),
        Ok(v1::StatsMetric::DiskWriteRate) => Some(Metric::DiskWriteRate),
        Ok(v1::StatsMetric::CpuUserRatio) => Some(Metric::CpuUserRatio),
        Ok(v1::StatsMetric::CpuSystemRatio) => Some(Metric::CpuSystemRatio),
        Ok(v1::StatsMetric::CpuWaitRatio) => Some(Metric::CpuWaitRatio),
        Ok(v1::StatsMetric::CpuStealRatio) => Some(Metric::CpuStealRatio),
        Ok(v1::StatsMetric::Load1) => Some(Metric::Load1),
        Ok(v1::StatsMetric::Load5) => Some(Metric::Load5),
        Ok(v1::StatsMetric::Load15) => Some(Metric::Load15),
        Ok(v1::StatsMetric::SwapBytes) => Some(Metric::SwapBytes),
        Ok(v1::StatsMetric::SwapLimitBytes) => Some(Metric::SwapLimitBytes),
        Ok(v1::StatsMetric::TemperatureCelsius) => Some(Metric::TemperatureCelsius),
        Ok(v1::StatsMetric::ProcessCount) => Some(Metric::ProcessCount),
        Ok(v1::StatsMetric::FullestDiskRatio) => Some(Metric::FullestDiskRatio),
        Ok(v1::StatsMetric::Unspecified) | Err(_) => None,
    }
}

const fn wire_metric(metric: Metric) -> v1::StatsMetric {
    match metric {
        Metric::CpuRatio => v1::StatsMetric::CpuRatio,
        Metric::MemoryBytes => v1::StatsMetric::MemoryBytes,
        Metric::MemoryLimitBytes => v1::StatsMetric::MemoryLimitBytes,
        Metric::DiskBytes => v1::StatsMetric::DiskBytes,
        Metric::DiskLimitBytes => v1::StatsMetric::DiskLimitBytes,
        Metric::NetworkInRate => v1::StatsMetric::NetworkInRate,
        Metric::NetworkOutRate => v1::StatsMetric::NetworkOutRate,
        Metric::DiskReadRate => v1::StatsMetric::DiskReadRate,
        Metric::DiskWriteRate => v1::StatsMetric::DiskWriteRate,
        Metric::CpuUserRatio => v1::StatsMetric::CpuUserRatio,
        Metric::CpuSystemRatio => v1::StatsMetric::CpuSystemRatio,
        Metric::CpuWaitRatio => v1::StatsMetric::CpuWaitRatio,
        Metric::CpuStealRatio => v1::StatsMetric::CpuStealRatio,
        Metric::Load1 => v1::StatsMetric::Load1,
        Metric::Load5 => v1::StatsMetric::Load5,
        Metric::Load15 => v1::StatsMetric::Load15,
        Metric::SwapBytes => v1::StatsMetric::SwapBytes,
        Metric::SwapLimitBytes => v1::StatsMetric::SwapLimitBytes,
        Metric::TemperatureCelsius => v1::StatsMetric::TemperatureCelsius,
        Metric::ProcessCount => v1::StatsMetric::ProcessCount,
        Metric::FullestDiskRatio => v1::StatsMetric::FullestDiskRatio,
    }
}

pub(super) const fn wire_tier(tier: Tier) -> v1::StatsTier {
    match tier {
        Tier::Raw => v1::StatsTier::Raw,
        Tier::Minute => v1::StatsTier::Minute,
        Tier::TenMinutes => v1::StatsTier::TenMinutes,
        Tier::Hour => v1::StatsTier::Hour,
    }
}

pub(in crate::services) fn wire_history(history: &History, metrics: &[Metric]) -> v1::QueryStatsResponse {
    v1::QueryStatsResponse {
        point_width: Some(wire_duration(history.width)),
        tier: wire_tier(history.tier).into(),
        series: wire_series(history, metrics),
    }
}

pub(in crate::services) fn wire_node_history(
    history: &History,
    metrics: &[Metric],
) -> v1::QueryNodeStatsResponse {
    v1::QueryNodeStatsResponse {
        point_width: Some(wire_duration(history.width)),
        tier: wire_tier(history.tier).into(),
        series: wire_series(history, metrics),
    }
}

fn wire_series(history: &History, metrics: &[Metric]) -> Vec<v1::StatsSeries> {
    let series = |metric: &Metric| v1::StatsSeries {
        metric: wire_metric(*metric).into(),
        points: history
            .points
            .iter()
            .filter_map(|point| {
                let summary = point.get(*metric)?;
                Some(v1::StatsPoint {
                    time: wire_time(point.start),
                    ..wire_summary(*metric, summary)
                })
            })
            .collect(),
    };
    metrics.iter().map(series).collect()
}

fn wire_summary(metric: Metric, summary: Summary) -> v1::StatsPoint {
    v1::StatsPoint {
        time: None,
        average: metric.mean_in_units(summary.mean()),
        maximum: metric.in_units(summary.maximum()),
        count: wire_i64(summary.count()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::bin::Bin;
    use crate::domain::codes::Code;
    use crate::domain::ids::{NodeId, ServerId};
    use crate::domain::sample::Values;
    use crate::domain::time::Timestamp;

    fn good() -> v1::QueryStatsRequest {
        v1::QueryStatsRequest {
            server_id: ServerId::generate().to_string(),
            start_time: wire_time(Timestamp::from_micros(0)),
            ..Default::default()
        }
    }

    #[test]
    fn all_bad_fields_of_a_question_are_named_at_once() {
        let request = v1::QueryStatsRequest {
            server_id: "x".to_owned(),
            end_time: Some(prost_types::Timestamp {
                seconds: 0,
                nanos: -1,
            }),
            metrics: vec![0],
            max_points: 2001,
            ..Default::default()
        };
        let errors = HistoryOf::try_from(request).unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            ["server_id", "start_time", "end_time", "metrics", "max_points"]
        );
    }

    #[test]
    fn no_metrics_are_all_of_them_and_each_comes_once_in_its_order() {
        let all = HistoryOf::try_from(good()).unwrap();
        assert_eq!(
            (all.metrics.as_slice(), all.query.points),
            (SubjectKind::Server.metrics(), USUAL_POINTS)
        );
        let read = v1::StatsMetric::DiskReadRate.into();
        let some = v1::QueryStatsRequest {
            metrics: vec![read, v1::StatsMetric::CpuRatio.into(), read],
            ..good()
        };
        let some = HistoryOf::try_from(some).unwrap();
        assert_eq!(some.metrics, [Metric::CpuRatio, Metric::DiskReadRate]);
    }

    #[test]
    fn every_metric_comes_back_as_it_went() {
        for known in Metric::ALL {
            assert_eq!(metric(wire_metric(*known).into()), Some(*known));
        }
    }

    #[test]
    fn servers_have_no_load_and_nodes_have_everything() {
        let load = v1::QueryStatsRequest {
            metrics: vec![v1::StatsMetric::Load1.into()],
            ..good()
        };
        let errors = HistoryOf::try_from(load).unwrap_err();
        assert_eq!(errors.0[0].field, "metrics");
        let node = v1::QueryNodeStatsRequest {
            node_id: NodeId::generate().to_string(),
            start_time: good().start_time,
            ..Default::default()
        };
        let everything = HistoryOf::try_from(node).unwrap();
        assert_eq!(everything.metrics, Metric::ALL);
    }

    #[test]
    fn a_metric_of_which_nothing_is_known_has_no_point() {
        let time = Timestamp::from_micros(60_000_000);
        let mut point = Bin::of(time, &Values::NONE.with(Metric::CpuRatio, 1000));
        point.absorb(&Bin::of(time, &Values::NONE.with(Metric::CpuRatio, 2001)));
        let history = History {
            width: Duration::from_mins(1),
            tier: Tier::Minute,
            points: vec![point],
        };
        let wire = wire_history(&history, &[Metric::CpuRatio, Metric::DiskBytes]);
        assert_eq!(wire.tier(), v1::StatsTier::Minute);
        let cpu = wire.series[0].points[0];
        assert_eq!((cpu.average, cpu.maximum, cpu.count), (0.150_05, 0.2001, 2));
        assert_eq!(cpu.time.map(|time| time.seconds), Some(60));
        assert!(wire.series[1].points.is_empty());
    }
}
