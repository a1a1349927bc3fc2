//! The condition that flags say.

use std::time::Duration;

use hostler_client::v1;
use v1::alert_condition::Condition;

use super::args::When;
use crate::errors::Failure;
use crate::units::figure;

/// What a condition is about.
enum Kind {
    Metric(v1::AlertMetric),
    State(v1::ServerProblem),
    Stuck,
}

/// A condition as flags say it, or as they change one that is there. `None` when nothing is said.
pub(super) fn condition(
    when: &When,
    before: Option<&v1::AlertCondition>,
) -> Result<Option<v1::AlertCondition>, Failure> {
    let figures = when.above.is_some() || when.below.is_some() || when.clear.is_some();
    let named = when.metric.is_some() || when.failed || when.down || when.stuck;
    if !named && !figures && when.duration.is_none() {
        return Ok(None);
    }
    let before = before.and_then(|before| before.condition.as_ref());
    let duration = match when.duration {
        Some(span) => Some(wire(span)?),
        None => before.and_then(duration),
    };
    let condition = match kind(when, before) {
        Some(Kind::Metric(metric)) => {
            let before = before
                .and_then(figure_of)
                .filter(|before| before.metric() == metric);
            Condition::Metric(metric_condition(when, metric, before, duration)?)
        }
        Some(Kind::State(_) | Kind::Stuck) | None if figures => {
            let problem = "--above, --below and --clear go with --metric";
            return Err(Failure::Usage(problem.to_owned()));
        }
        Some(Kind::State(problem)) => Condition::ServerState(v1::ServerStateCondition {
            problem: problem.into(),
            duration,
        }),
        Some(Kind::Stuck) => Condition::OperationStuck(v1::OperationStuckCondition { duration }),
        None => {
            let problem = "--for goes with --metric, --failed, --down or --stuck";
            return Err(Failure::Usage(problem.to_owned()));
        }
    };
    Ok(Some(v1::AlertCondition {
        condition: Some(condition),
    }))
}

fn kind(when: &When, before: Option<&Condition>) -> Option<Kind> {
    if let Some(metric) = when.metric {
        Some(Kind::Metric(metric))
    } else if when.failed {
        Some(Kind::State(v1::ServerProblem::Failed))
    } else if when.down {
        Some(Kind::State(v1::ServerProblem::Down))
    } else if when.stuck {
        Some(Kind::Stuck)
    } else {
        before.map(|before| match before {
            Condition::Metric(condition) => Kind::Metric(condition.metric()),
            Condition::ServerState(condition) => Kind::State(condition.problem()),
            Condition::OperationStuck(_) => Kind::Stuck,
        })
    }
}

const fn figure_of(condition: &Condition) -> Option<&v1::MetricCondition> {
    match condition {
        Condition::Metric(condition) => Some(condition),
        Condition::ServerState(_) | Condition::OperationStuck(_) => None,
    }
}

const fn duration(condition: &Condition) -> Option<prost_types::Duration> {
    match condition {
        Condition::Metric(condition) => condition.duration,
        Condition::ServerState(condition) => condition.duration,
        Condition::OperationStuck(condition) => condition.duration,
    }
}

/// `before` is of the same metric.
fn metric_condition(
    when: &When,
    metric: v1::AlertMetric,
    before: Option<&v1::MetricCondition>,
    duration: Option<prost_types::Duration>,
) -> Result<v1::MetricCondition, Failure> {
    let figure = |text: &String| figure::parse(metric, text).map_err(Failure::Usage);
    let (comparison, threshold) = match (&when.above, &when.below, before) {
        (Some(above), _, _) => (v1::AlertComparison::Above, figure(above)?),
        (None, Some(below), _) => (v1::AlertComparison::Below, figure(below)?),
        (None, None, Some(before)) => (before.comparison(), before.threshold),
        (None, None, None) => {
            let problem = "--metric goes with --above or --below";
            return Err(Failure::Usage(problem.to_owned()));
        }
    };
    let clear_threshold = match &when.clear {
        Some(clear) => Some(figure(clear)?),
        // Of the other comparison it would be on the wrong side of the threshold.
        None => before
            .filter(|before| before.comparison() == comparison)
            .and_then(|before| before.clear_threshold),
    };
    Ok(v1::MetricCondition {
        metric: metric.into(),
        comparison: comparison.into(),
        threshold,
        clear_threshold,
        duration,
    })
}

pub(super) fn wire(span: Duration) -> Result<prost_types::Duration, Failure> {
    prost_types::Duration::try_from(span).map_err(|_| Failure::Usage("a time is too long".to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Flags {
        #[command(flatten)]
        when: When,
    }

    fn said(words: &[&str]) -> When {
        let words = std::iter::once("flags").chain(words.iter().copied());
        Flags::try_parse_from(words).unwrap().when
    }

    fn a_metric(
        clear_threshold: Option<f64>,
        comparison: v1::AlertComparison,
        threshold: f64,
    ) -> v1::AlertCondition {
        v1::AlertCondition {
            condition: Some(Condition::Metric(v1::MetricCondition {
                metric: v1::AlertMetric::CpuRatio.into(),
                comparison: comparison.into(),
                threshold,
                clear_threshold,
                duration: Some(wire(Duration::from_secs(300)).unwrap()),
            })),
        }
    }

    #[test]
    fn what_is_not_said_of_a_condition_stays() {
        let before = a_metric(Some(0.8), v1::AlertComparison::Above, 0.9);
        let changed = |words: &[&str]| condition(&said(words), Some(&before)).unwrap();
        assert_eq!(changed(&[]), None);
        let busier = a_metric(Some(0.8), v1::AlertComparison::Above, 0.95);
        assert_eq!(changed(&["--above", "95%"]), Some(busier));
        assert_eq!(changed(&["--metric", "cpu", "--above", "95%"]), Some(busier));
        let idle = a_metric(None, v1::AlertComparison::Below, 0.1);
        assert_eq!(changed(&["--below", "10%"]), Some(idle));
        let stuck = Condition::OperationStuck(v1::OperationStuckCondition {
            duration: Some(wire(Duration::from_secs(300)).unwrap()),
        });
        assert_eq!(changed(&["--stuck"]).unwrap().condition, Some(stuck));
    }

    #[test]
    fn a_condition_says_what_it_is_about() {
        assert!(condition(&said(&["--for", "5m"]), None).is_err());
        assert!(condition(&said(&["--above", "90%"]), None).is_err());
        assert!(condition(&said(&["--metric", "cpu"]), None).is_err());
        assert!(condition(&said(&["--metric", "cpu", "--above", "90%"]), None).is_ok());
        let stuck = condition(&said(&["--stuck"]), None).unwrap();
        assert!(condition(&said(&["--above", "90%"]), stuck.as_ref()).is_err());
        let another = a_metric(None, v1::AlertComparison::Above, 0.9);
        assert!(condition(&said(&["--metric", "disk"]), Some(&another)).is_err());
    }
}
