//! When a rule's alert fires.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::alert_metric::AlertMetric;
use super::alert_subject::TargetKind;
use super::codes::coded;
use super::container::{Container, ContainerHealth, ContainerState};
use super::fields::FieldErrors;

/// The most that a condition may have to last, or to be over.
pub const LONGEST_DURATION: Duration = Duration::from_hours(24);
pub const SHORTEST_WINDOW: Duration = Duration::from_mins(1);
/// Where nobody says how far back restarts count.
pub const USUAL_WINDOW: Duration = Duration::from_mins(10);
pub const MOST_RESTARTS: u32 = 100;
/// How far ahead a disk may be foreseen to be full.
pub const NEAREST_FORECAST: Duration = Duration::from_hours(1);
pub const FARTHEST_FORECAST: Duration = Duration::from_hours(30 * 24);

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

coded! {
    ContainerProblem {
        /// It has exited with a code other than 0, or was killed for want of memory.
        Failed = "failed",
        /// It has exited, with whatever code.
        Exited = "exited",
        Unhealthy = "unhealthy",
    }
}

impl ContainerProblem {
    /// `None` when its state is not known.
    pub fn is_of(self, container: &Container) -> Option<bool> {
        let state = container.state?;
        let ended = matches!(state, ContainerState::Exited | ContainerState::Dead);
        Some(match self {
            Self::Exited => ended,
            Self::Failed => {
                let badly = container.exit_code.is_some_and(|code| code != 0) || container.oom_killed;
                ended && (badly || state == ContainerState::Dead)
            }
            Self::Unhealthy => !ended && container.health == Some(ContainerHealth::Unhealthy),
        })
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
    NodeOffline {
        duration: Duration,
    },
    ContainerState {
        problem: ContainerProblem,
        duration: Duration,
    },
    /// So many restarts within the window.
    ContainerRestarts {
        count: u32,
        window: Duration,
    },
    /// The fullest file system will be full within this.
    DiskForecast {
        within: Duration,
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
        let (most, bounds) = (self.metric.most(), self.metric.unit().bounds());
        if self.threshold > most {
            errors.push("condition.metric.threshold", bounds);
        }
        let Some(clear) = self.clear_threshold else {
            return;
        };
        if clear > most {
            errors.push("condition.metric.clear_threshold", bounds);
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

impl Condition {
    /// How long it must hold before the alert fires.
    pub const fn duration(&self) -> Duration {
        match self {
            Self::Metric(metric) => metric.duration,
            Self::ServerState { duration, .. }
            | Self::OperationStuck { duration }
            | Self::NodeOffline { duration }
            | Self::ContainerState { duration, .. } => *duration,
            Self::ContainerRestarts { .. } | Self::DiskForecast { .. } => Duration::ZERO,
        }
    }

    /// Whether such a thing can be so.
    pub const fn is_of(&self, target: TargetKind) -> bool {
        match self {
            Self::Metric(condition) => condition.metric.is_of(target),
            Self::ServerState { .. } | Self::OperationStuck { .. } => matches!(target, TargetKind::Server),
            Self::NodeOffline { .. } | Self::DiskForecast { .. } => matches!(target, TargetKind::Node),
            Self::ContainerState { .. } | Self::ContainerRestarts { .. } => {
                matches!(target, TargetKind::Container)
            }
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
            Self::NodeOffline { .. } => "condition.node_offline.duration",
            Self::ContainerState { .. } => "condition.container_state.duration",
            Self::ContainerRestarts { count, window } => {
                if !(1..=MOST_RESTARTS).contains(count) {
                    errors.push(
                        "condition.container_restarts.count",
                        format!("must be from 1 to {MOST_RESTARTS}"),
                    );
                }
                if !(SHORTEST_WINDOW..=LONGEST_DURATION).contains(window) {
                    errors.push(
                        "condition.container_restarts.window",
                        "must be from 1 minute to 24 hours",
                    );
                }
                return;
            }
            Self::DiskForecast { within } => {
                if !(NEAREST_FORECAST..=FARTHEST_FORECAST).contains(within) {
                    errors.push("condition.disk_forecast.within", "must be from 1 hour to 30 days");
                }
                return;
            }
        };
        if self.duration() > LONGEST_DURATION {
            errors.push(field, "must be at most 24 hours");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::container::ContainerId;

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
    fn a_container_that_was_stopped_in_order_has_exited_and_not_failed() {
        let container = |state, exit_code, oom_killed, health| Container {
            id: ContainerId::parse(&"0af9".repeat(16)).unwrap(),
            name: "shop".to_owned(),
            image: String::new(),
            image_id: String::new(),
            state,
            health,
            exit_code,
            oom_killed,
            restart_count: 0,
            create_time: None,
            start_time: None,
            end_time: None,
            ports: Vec::new(),
            compose_project: String::new(),
            compose_service: String::new(),
        };
        let has = |one: &Container| {
            let problems = [
                ContainerProblem::Failed,
                ContainerProblem::Exited,
                ContainerProblem::Unhealthy,
            ];
            problems.map(|problem| problem.is_of(one))
        };
        let (yes, no) = (Some(true), Some(false));
        let exited = Some(ContainerState::Exited);
        assert_eq!(has(&container(exited, Some(0), false, None)), [no, yes, no]);
        assert_eq!(has(&container(exited, Some(137), false, None)), [yes, yes, no]);
        assert_eq!(has(&container(exited, Some(0), true, None)), [yes, yes, no]);
        let dead = container(Some(ContainerState::Dead), None, false, None);
        assert_eq!(has(&dead), [yes, yes, no]);
        let sick = Some(ContainerHealth::Unhealthy);
        let running = Some(ContainerState::Running);
        assert_eq!(has(&container(running, Some(1), true, sick)), [no, no, yes]);
        assert_eq!(has(&container(exited, Some(0), false, sick)), [no, yes, no]);
        assert_eq!(has(&container(None, Some(1), false, sick)), [None; 3]);
    }

    #[test]
    fn windows_and_forecasts_have_their_bounds() {
        let fields = |condition: Condition| {
            let mut errors = FieldErrors::default();
            condition.check(&mut errors);
            errors.0.into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        let restarts = |count, window| fields(Condition::ContainerRestarts { count, window });
        assert!(restarts(3, USUAL_WINDOW).is_empty());
        assert_eq!(restarts(0, Duration::ZERO).len(), 2);
        assert_eq!(restarts(101, Duration::MAX).len(), 2);
        let forecast = |within| fields(Condition::DiskForecast { within });
        assert!(forecast(NEAREST_FORECAST).is_empty() && forecast(FARTHEST_FORECAST).is_empty());
        assert_eq!(
            forecast(Duration::from_secs(1)),
            ["condition.disk_forecast.within"]
        );
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
