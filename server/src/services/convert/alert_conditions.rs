//! Conditions of alert rules, and the figures they are about.

use std::time::Duration;

use hostler_proto::v1;
use v1::alert_condition::Condition as Wire;

use super::reader::Reader;
use super::time::wire_duration;
use crate::domain::alert_condition::{
    Comparison, Condition, ContainerProblem, FARTHEST_FORECAST, LONGEST_DURATION, MetricCondition,
    ServerProblem, USUAL_WINDOW,
};
use crate::domain::alert_metric::AlertMetric;
use crate::domain::alert_rule::AlertSeverity;

/// Required; names its fields from the rule on.
pub(super) fn condition(read: &mut Reader, value: Option<v1::AlertCondition>) -> Option<Condition> {
    let condition = match value.and_then(|value| value.condition) {
        Some(Wire::Metric(wire)) => Condition::Metric(metric_condition(read, &wire)?),
        Some(Wire::ServerState(wire)) => {
            let problem = problem(wire.problem);
            if problem.is_none() {
                read.bad(
                    "condition.server_state.problem",
                    "must be a problem that this server knows",
                );
            }
            let duration = duration(read, "condition.server_state.duration", wire.duration);
            Condition::ServerState {
                problem: problem?,
                duration: duration?,
            }
        }
        Some(Wire::OperationStuck(wire)) => Condition::OperationStuck {
            duration: duration(read, "condition.operation_stuck.duration", wire.duration)?,
        },
        Some(Wire::NodeOffline(wire)) => Condition::NodeOffline {
            duration: duration(read, "condition.node_offline.duration", wire.duration)?,
        },
        Some(Wire::ContainerState(wire)) => {
            let problem = container_problem(wire.problem);
            if problem.is_none() {
                read.bad(
                    "condition.container_state.problem",
                    "must be a problem that this server knows",
                );
            }
            let duration = duration(read, "condition.container_state.duration", wire.duration);
            Condition::ContainerState {
                problem: problem?,
                duration: duration?,
            }
        }
        Some(Wire::ContainerRestarts(wire)) => Condition::ContainerRestarts {
            // One below zero is none, which is refused with the others.
            count: u32::try_from(wire.count).unwrap_or(0),
            window: read
                .duration(
                    "condition.container_restarts.window",
                    wire.window,
                    LONGEST_DURATION,
                )?
                .unwrap_or(USUAL_WINDOW),
        },
        Some(Wire::DiskForecast(wire)) => Condition::DiskForecast {
            within: read
                .duration("condition.disk_forecast.within", wire.within, FARTHEST_FORECAST)?
                .unwrap_or_default(),
        },
        None => {
            read.bad("condition", "must be given");
            return None;
        }
    };
    read.check(|errors| condition.check(errors)).then_some(condition)
}

fn metric_condition(read: &mut Reader, wire: &v1::MetricCondition) -> Option<MetricCondition> {
    let metric = metric(wire.metric);
    if metric.is_none() {
        read.bad(
            "condition.metric.metric",
            "must be a metric that this server knows",
        );
    }
    let comparison = comparison(wire.comparison);
    if comparison.is_none() {
        read.bad("condition.metric.comparison", "must be above or below");
    }
    let threshold =
        metric.and_then(|metric| figure(read, metric, "condition.metric.threshold", wire.threshold));
    let clear = match (metric, wire.clear_threshold) {
        (Some(metric), Some(value)) => {
            figure(read, metric, "condition.metric.clear_threshold", value).map(Some)
        }
        (Some(_) | None, _) => Some(None),
    };
    let duration = duration(read, "condition.metric.duration", wire.duration);
    Some(MetricCondition {
        metric: metric?,
        comparison: comparison?,
        threshold: threshold?,
        clear_threshold: clear?,
        duration: duration?,
    })
}

/// To the nearest of the parts that the unit is counted in.
fn figure(read: &mut Reader, metric: AlertMetric, field: &str, value: f64) -> Option<u64> {
    let unit = metric.unit();
    #[expect(clippy::cast_precision_loss, reason = "both are far below 2^53")]
    let (scale, most) = (unit.one() as f64, unit.most() as f64);
    if !(0.0..=most).contains(&value) {
        read.bad(field, unit.bounds());
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 2^50"
    )]
    let fixed = (value * scale).round() as u64;
    Some(fixed)
}

/// Left out is none at all.
pub(super) fn duration(
    read: &mut Reader,
    field: &str,
    value: Option<prost_types::Duration>,
) -> Option<Duration> {
    read.duration(field, value, LONGEST_DURATION)
        .map(Option::unwrap_or_default)
}

fn metric(value: i32) -> Option<AlertMetric> {
    match v1::AlertMetric::try_from(value) {
        Ok(v1::AlertMetric::CpuRatio) => Some(AlertMetric::CpuRatio),
        Ok(v1::AlertMetric::MemoryRatio) => Some(AlertMetric::MemoryRatio),
        Ok(v1::AlertMetric::DiskRatio) => Some(AlertMetric::DiskRatio),
        Ok(v1::AlertMetric::NetworkInRate) => Some(AlertMetric::NetworkInRate),
        Ok(v1::AlertMetric::NetworkOutRate) => Some(AlertMetric::NetworkOutRate),
        Ok(v1::AlertMetric::DiskReadRate) => Some(AlertMetric::DiskReadRate),
        Ok(v1::AlertMetric::DiskWriteRate) => Some(AlertMetric::DiskWriteRate),
        Ok(v1::AlertMetric::SwapRatio) => Some(AlertMetric::SwapRatio),
        Ok(v1::AlertMetric::InodeRatio) => Some(AlertMetric::InodeRatio),
        Ok(v1::AlertMetric::LoadPerCore) => Some(AlertMetric::LoadPerCore),
        Ok(v1::AlertMetric::TemperatureCelsius) => Some(AlertMetric::TemperatureCelsius),
        Ok(v1::AlertMetric::CpuCores) => Some(AlertMetric::CpuCores),
        Ok(v1::AlertMetric::MemoryBytes) => Some(AlertMetric::MemoryBytes),
        Ok(v1::AlertMetric::Unspecified) | Err(_) => None,
    }
}

const fn wire_metric(metric: AlertMetric) -> v1::AlertMetric {
    match metric {
        AlertMetric::CpuRatio => v1::AlertMetric::CpuRatio,
        AlertMetric::MemoryRatio => v1::AlertMetric::MemoryRatio,
        AlertMetric::DiskRatio => v1::AlertMetric::DiskRatio,
        AlertMetric::NetworkInRate => v1::AlertMetric::NetworkInRate,
        AlertMetric::NetworkOutRate => v1::AlertMetric::NetworkOutRate,
        AlertMetric::DiskReadRate => v1::AlertMetric::DiskReadRate,
        AlertMetric::DiskWriteRate => v1::AlertMetric::DiskWriteRate,
        AlertMetric::SwapRatio => v1::AlertMetric::SwapRatio,
        AlertMetric::InodeRatio => v1::AlertMetric::InodeRatio,
        AlertMetric::LoadPerCore => v1::AlertMetric::LoadPerCore,
        AlertMetric::TemperatureCelsius => v1::AlertMetric::TemperatureCelsius,
        AlertMetric::CpuCores => v1::AlertMetric::CpuCores,
        AlertMetric::MemoryBytes => v1::AlertMetric::MemoryBytes,
    }
}

fn comparison(value: i32) -> Option<Comparison> {
    match v1::AlertComparison::try_from(value) {
        Ok(v1::AlertComparison::Above) => Some(Comparison::Above),
        Ok(v1::AlertComparison::Below) => Some(Comparison::Below),
        Ok(v1::AlertComparison::Unspecified) | Err(_) => None,
    }
}

fn problem(value: i32) -> Option<ServerProblem> {
    match v1::ServerProblem::try_from(value) {
        Ok(v1::ServerProblem::Failed) => Some(ServerProblem::Failed),
        Ok(v1::ServerProblem::Down) => Some(ServerProblem::Down),
        Ok(v1::ServerProblem::Unspecified) | Err(_) => None,
    }
}

fn container_problem(value: i32) -> Option<ContainerProblem> {
    match v1::ContainerProblem::try_from(value) {
        Ok(v1::ContainerProblem::Failed) => Some(ContainerProblem::Failed),
        Ok(v1::ContainerProblem::Exited) => Some(ContainerProblem::Exited),
        Ok(v1::ContainerProblem::Unhealthy) => Some(ContainerProblem::Unhealthy),
        Ok(v1::ContainerProblem::Unspecified) | Err(_) => None,
    }
}

/// Unspecified is `None`.
pub(super) fn severity(read: &mut Reader, field: &str, value: i32) -> Option<Option<AlertSeverity>> {
    match v1::AlertSeverity::try_from(value) {
        Ok(v1::AlertSeverity::Unspecified) => Some(None),
        Ok(v1::AlertSeverity::Info) => Some(Some(AlertSeverity::Info)),
        Ok(v1::AlertSeverity::Warning) => Some(Some(AlertSeverity::Warning)),
        Ok(v1::AlertSeverity::Critical) => Some(Some(AlertSeverity::Critical)),
        Err(_) => {
            read.bad(field, "must be a severity that this server knows");
            None
        }
    }
}

pub(super) const fn wire_severity(severity: AlertSeverity) -> v1::AlertSeverity {
    match severity {
        AlertSeverity::Info => v1::AlertSeverity::Info,
        AlertSeverity::Warning => v1::AlertSeverity::Warning,
        AlertSeverity::Critical => v1::AlertSeverity::Critical,
    }
}

pub(super) fn wire_condition(condition: &Condition) -> v1::AlertCondition {
    let span = |duration: Duration| (!duration.is_zero()).then(|| wire_duration(duration));
    let wire = match condition {
        Condition::Metric(condition) => Wire::Metric(v1::MetricCondition {
            metric: wire_metric(condition.metric).into(),
            comparison: match condition.comparison {
                Comparison::Above => v1::AlertComparison::Above,
                Comparison::Below => v1::AlertComparison::Below,
            }
            .into(),
            threshold: wire_figure(condition.metric, condition.threshold),
            clear_threshold: condition
                .clear_threshold
                .map(|value| wire_figure(condition.metric, value)),
            duration: span(condition.duration),
        }),
        Condition::ServerState { problem, duration } => Wire::ServerState(v1::ServerStateCondition {
            problem: match problem {
                ServerProblem::Failed => v1::ServerProblem::Failed,
                ServerProblem::Down => v1::ServerProblem::Down,
            }
            .into(),
            duration: span(*duration),
        }),
        Condition::OperationStuck { duration } => Wire::OperationStuck(v1::OperationStuckCondition {
            duration: span(*duration),
        }),
        Condition::NodeOffline { duration } => Wire::NodeOffline(v1::NodeOfflineCondition {
            duration: span(*duration),
        }),
        Condition::ContainerState { problem, duration } => {
            Wire::ContainerState(v1::ContainerStateCondition {
                problem: match problem {
                    ContainerProblem::Failed => v1::ContainerProblem::Failed,
                    ContainerProblem::Exited => v1::ContainerProblem::Exited,
                    ContainerProblem::Unhealthy => v1::ContainerProblem::Unhealthy,
                }
                .into(),
                duration: span(*duration),
            })
        }
        Condition::ContainerRestarts { count, window } => {
            Wire::ContainerRestarts(v1::ContainerRestartsCondition {
                count: i32::try_from(*count).unwrap_or(i32::MAX),
                window: Some(wire_duration(*window)),
            })
        }
        Condition::DiskForecast { within } => Wire::DiskForecast(v1::DiskForecastCondition {
            within: Some(wire_duration(*within)),
        }),
    };
    v1::AlertCondition {
        condition: Some(wire),
    }
}

/// A figure in the unit of its metric.
#[expect(clippy::cast_precision_loss, reason = "figures are far below 2^53")]
pub(super) fn wire_figure(metric: AlertMetric, fixed: u64) -> f64 {
    fixed as f64 / metric.unit().one() as f64
}
