//! Conditions of rules, in words and for programs.

use std::time::Duration;

use hostler_client::v1;
use serde::Serialize;
use v1::alert_condition::Condition;

use super::word::enum_word;
use crate::units::{figure, time};

/// When an alert fires.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum ConditionView {
    Metric {
        metric: String,
        comparison: String,
        threshold: f64,
        clear_threshold: Option<f64>,
        duration_seconds: u64,
        #[serde(skip)]
        words: String,
    },
    ServerState {
        problem: String,
        duration_seconds: u64,
    },
    OperationStuck {
        duration_seconds: u64,
    },
    NodeOffline {
        duration_seconds: u64,
    },
    ContainerState {
        problem: String,
        duration_seconds: u64,
    },
    ContainerRestarts {
        count: i32,
        window_seconds: u64,
    },
    DiskForecast {
        within_seconds: u64,
    },
    Unknown,
}

impl From<Option<v1::AlertCondition>> for ConditionView {
    fn from(condition: Option<v1::AlertCondition>) -> Self {
        match condition.and_then(|condition| condition.condition) {
            Some(Condition::Metric(condition)) => Self::metric(&condition),
            Some(Condition::ServerState(condition)) => Self::ServerState {
                problem: enum_word(condition.problem().as_str_name(), "SERVER_PROBLEM_"),
                duration_seconds: seconds(condition.duration),
            },
            Some(Condition::OperationStuck(condition)) => Self::OperationStuck {
                duration_seconds: seconds(condition.duration),
            },
            Some(Condition::NodeOffline(condition)) => Self::NodeOffline {
                duration_seconds: seconds(condition.duration),
            },
            Some(Condition::ContainerState(condition)) => Self::ContainerState {
                problem: enum_word(condition.problem().as_str_name(), "CONTAINER_PROBLEM_"),
                duration_seconds: seconds(condition.duration),
            },
            Some(Condition::ContainerRestarts(condition)) => Self::ContainerRestarts {
                count: condition.count,
                window_seconds: seconds(condition.window),
            },
            Some(Condition::DiskForecast(condition)) => Self::DiskForecast {
                within_seconds: seconds(condition.within),
            },
            None => Self::Unknown,
        }
    }
}

impl ConditionView {
    fn metric(condition: &v1::MetricCondition) -> Self {
        let metric = condition.metric();
        let comparison = enum_word(condition.comparison().as_str_name(), "ALERT_COMPARISON_");
        let written = |value| figure::format(metric, value);
        let mut words = format!(
            "{} {comparison} {}",
            figure::word(metric),
            written(condition.threshold)
        );
        if let Some(clear) = condition.clear_threshold {
            words = format!("{words}, over at {}", written(clear));
        }
        Self::Metric {
            metric: enum_word(metric.as_str_name(), "ALERT_METRIC_"),
            comparison,
            threshold: condition.threshold,
            clear_threshold: condition.clear_threshold,
            duration_seconds: seconds(condition.duration),
            words,
        }
    }

    /// Such as `cpu above 90 % for 5 min`.
    pub(crate) fn words(&self) -> String {
        let lasting = |words: String, seconds: u64| match seconds {
            0 => words,
            _ => format!("{words}, for {}", time::span(Duration::from_secs(seconds))),
        };
        match self {
            Self::Metric {
                words,
                duration_seconds,
                ..
            } => lasting(words.clone(), *duration_seconds),
            Self::ServerState {
                problem,
                duration_seconds,
            } => lasting(format!("server {problem}"), *duration_seconds),
            Self::OperationStuck { duration_seconds } => {
                lasting("operation stuck".to_owned(), *duration_seconds)
            }
            Self::NodeOffline { duration_seconds } => lasting("node offline".to_owned(), *duration_seconds),
            Self::ContainerState {
                problem,
                duration_seconds,
            } => lasting(format!("container {problem}"), *duration_seconds),
            Self::ContainerRestarts {
                count,
                window_seconds,
            } => format!(
                "container restarted {count} times within {}",
                span(*window_seconds)
            ),
            Self::DiskForecast { within_seconds } => format!("disk full within {}", span(*within_seconds)),
            Self::Unknown => "unknown".to_owned(),
        }
    }
}

fn span(seconds: u64) -> String {
    time::span(Duration::from_secs(seconds))
}

pub(super) fn seconds(span: Option<prost_types::Duration>) -> u64 {
    span.and_then(|span| u64::try_from(span.seconds).ok())
        .unwrap_or_default()
}
