//! When a rule's alert fires.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::codes::coded;
use super::fields::FieldErrors;
use super::metric::{Metric, RATIO_ONE};
use super::sample::Values;

/// The most that a condition may have to last, or to be over.
pub const LONGEST_DURATION: Duration = Duration::from_hours(24);
/// Beyond any rate that a figure can have, in bytes per second.
const MAX_RATE: u64 = 1 << 40;

coded! {
    /// What rules compare: figures as they are, or one in proportion to another.
    AlertMetric {
        CpuRatio = "cpu_ratio",
        MemoryRatio = "memory_ratio",
        DiskRatio = "disk_ratio",
        NetworkInRate = "network_in_rate",
        NetworkOutRate = "network_out_rate",
        DiskReadRate = "disk_read_rate",
        DiskWriteRate = "disk_write_rate",
    }
}

impl AlertMetric {
    pub const fn is_ratio(self) -> bool {
        match self {
            Self::CpuRatio | Self::MemoryRatio | Self::DiskRatio => true,
            Self::NetworkInRate | Self::NetworkOutRate | Self::DiskReadRate | Self::DiskWriteRate => false,
        }
    }

    /// The most that a threshold may be.
    pub const fn most(self) -> u64 {
        if self.is_ratio() { RATIO_ONE } else { MAX_RATE }
    }

    /// In units of 1/[`RATIO_ONE`], or bytes per second; `None` when it is not known.
    pub fn of(self, values: &Values) -> Option<u64> {
        let share = |part, whole| proportion(values.get(part)?, values.get(whole)?);
        match self {
            Self::CpuRatio => values.get(Metric::CpuRatio),
            Self::MemoryRatio => share(Metric::MemoryBytes, Metric::MemoryLimitBytes),
            Self::DiskRatio => share(Metric::DiskBytes, Metric::DiskLimitBytes),
            Self::NetworkInRate => values.get(Metric::NetworkInRate),
            Self::NetworkOutRate => values.get(Metric::NetworkOutRate),
            Self::DiskReadRate => values.get(Metric::DiskReadRate),
            Self::DiskWriteRate => values.get(Metric::DiskWriteRate),
        }
    }
}

fn proportion(part: u64, whole: u64) -> Option<u64> {
    let scaled = u128::from(part) * u128::from(RATIO_ONE);
    u64::try_from(scaled.checked_div(u128::from(whole))?).ok()
}

coded! {
    /// On which side of the threshold it is bad.
    Comparison {
        Above = "above",
        Below = "below",
    }
}

coded! {
    ServerProblem {
        /// It could not be created, or its guest is gone.
        Failed = "failed",
        /// It was found stopped, and nobody had stopped it.
        Down = "down",
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Condition {
    Metric(MetricCondition),
    ServerState {
        problem: ServerProblem,
        duration: Duration,
    },
    OperationStuck {
        duration: Duration,
    },
}

/// In the units of [`AlertMetric::of`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MetricCondition {
    pub metric: AlertMetric,
    pub comparison: Comparison,
    pub threshold: u64,
    /// Where a firing alert's figure must have come back to; `None` is the threshold.
    pub clear_threshold: Option<u64>,
    pub duration: Duration,
}

impl MetricCondition {
    /// Whether a figure is bad.
    pub const fn is_bad(&self, value: u64) -> bool {
        match self.comparison {
            Comparison::Above => value > self.threshold,
            Comparison::Below => value < self.threshold,
        }
    }

    /// Whether a figure has come back far enough.
    pub fn is_over(&self, value: u64) -> bool {
        let clear = self.clear_threshold.unwrap_or(self.threshold);
        match self.comparison {
            Comparison::Above => value <= clear,
            Comparison::Below => value >= clear,
        }
    }

    fn check(&self, errors: &mut FieldErrors) {
        let most = self.metric.most();
        if self.threshold > most {
            errors.push("condition.metric.threshold", bounds(self.metric));
        }
        let Some(clear) = self.clear_threshold else {
            return;
        };
        if clear > most {
            errors.push("condition.metric.clear_threshold", bounds(self.metric));
        } else if match self.comparison {
            Comparison::Above => clear > self.threshold,
            Comparison::Below => clear < self.threshold,
        } {
            errors.push(
                "condition.metric.clear_threshold",
                "must be on the good side of the threshold, or the threshold itself",
            );
        }
    }
}

const fn bounds(metric: AlertMetric) -> &'static str {
    if metric.is_ratio() {
        "must be from 0 to 1"
    } else {
        "must be from 0 to 2^40 bytes per second"
    }
}

impl Condition {
    /// How long it must hold before the alert fires.
    pub const fn duration(&self) -> Duration {
        match self {
            Self::Metric(metric) => metric.duration,
            Self::ServerState { duration, .. } | Self::OperationStuck { duration } => *duration,
        }
    }

    pub fn check(&self, errors: &mut FieldErrors) {
        let field = match self {
            Self::Metric(metric) => {
                metric.check(errors);
                "condition.metric.duration"
            }
            Self::ServerState { .. } => "condition.server_state.duration",
            Self::OperationStuck { .. } => "condition.operation_stuck.duration",
        };
        if self.duration() > LONGEST_DURATION {
            errors.push(field, "must be at most 24 hours");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn above(threshold: u64, clear_threshold: Option<u64>) -> MetricCondition {
        MetricCondition {
            metric: AlertMetric::CpuRatio,
            comparison: Comparison::Above,
            threshold,
            clear_threshold,
            duration: Duration::ZERO,
        }
    }

    #[test]
    fn a_figure_at_the_threshold_is_neither_bad_nor_kept_firing() {
        let condition = above(9000, None);
        assert!(!condition.is_bad(9000) && condition.is_bad(9001));
        assert!(condition.is_over(9000) && !condition.is_over(9001));
        let below = MetricCondition {
            comparison: Comparison::Below,
            ..condition
        };
        assert!(!below.is_bad(9000) && below.is_bad(8999));
        assert!(below.is_over(9000) && !below.is_over(8999));
    }

    #[test]
    fn between_the_thresholds_it_is_neither_bad_nor_over() {
        let condition = above(9000, Some(8500));
        assert!(!condition.is_bad(8700) && !condition.is_over(8700));
        assert!(condition.is_over(8500));
    }

    #[test]
    fn proportions_are_of_what_is_known_and_never_of_nothing() {
        let values = Values::NONE
            .with(Metric::MemoryBytes, 3)
            .with(Metric::MemoryLimitBytes, 4)
            .with(Metric::DiskBytes, 1)
            .with(Metric::DiskLimitBytes, 0);
        assert_eq!(AlertMetric::MemoryRatio.of(&values), Some(7500));
        assert_eq!(AlertMetric::DiskRatio.of(&values), None);
        assert_eq!(AlertMetric::CpuRatio.of(&values), None);
        let huge = Values::NONE
            .with(Metric::DiskBytes, u64::MAX)
            .with(Metric::DiskLimitBytes, u64::MAX);
        assert_eq!(AlertMetric::DiskRatio.of(&huge), Some(RATIO_ONE));
    }

    #[test]
    fn a_clear_threshold_on_the_bad_side_is_refused() {
        let problems = |condition: MetricCondition| {
            let mut errors = FieldErrors::default();
            Condition::Metric(condition).check(&mut errors);
            errors.0.len()
        };
        assert_eq!(problems(above(9000, Some(8500))), 0);
        assert_eq!(problems(above(9000, Some(9001))), 1);
        assert_eq!(problems(above(10_001, Some(10_001))), 2);
        assert_eq!(
            problems(MetricCondition {
                duration: Duration::MAX,
                ..above(1, None)
            }),
            1
        );
    }
}
