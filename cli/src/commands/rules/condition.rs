//! The condition that flags say.

use std::time::Duration;

use hostler_client::v1;
use v1::alert_condition::Condition;

use super::args::{Figures, When};
use crate::errors::Failure;
use crate::units::figure;

/// What a condition is about.
enum Kind {
    Metric(v1::AlertMetric),
    State(v1::ServerProblem),
    Stuck,
    Offline,
    Container(v1::ContainerProblem),
    Restarts,
    Forecast,
}

impl Kind {
    const fn takes_a_duration(&self) -> bool {
        match self {
            Self::Metric(_) | Self::State(_) | Self::Stuck | Self::Offline | Self::Container(_) => true,
            Self::Restarts | Self::Forecast => false,
        }
    }
}

/// A condition as flags say it, or as they change one that is there. `None` when nothing is said.
pub(super) fn condition(
    when: &When,
    before: Option<&v1::AlertCondition>,
) -> Result<Option<v1::AlertCondition>, Failure> {
    let said = &when.figures;
    let figures = said.above.is_some() || said.below.is_some() || said.clear.is_some();
    let named = kind(when, None).is_some();
    if !named && !figures && said.duration.is_none() && when.container.window.is_none() {
        return Ok(None);
    }
    let before = before.and_then(|before| before.condition.as_ref());
    let duration = match said.duration {
        Some(span) => Some(wire(span)?),
        None => before.and_then(duration),
    };
    let kind = kind(when, before);
    if said.duration.is_some() && kind.as_ref().is_some_and(|kind| !kind.takes_a_duration()) {
        let problem = "--for does not go with --restarts or --full-within";
        return Err(Failure::Usage(problem.to_owned()));
    }
    if when.container.window.is_some() && !matches!(kind, Some(Kind::Restarts)) {
        return Err(Failure::Usage("--window goes with --restarts".to_owned()));
    }
    let condition = match kind {
        Some(Kind::Metric(metric)) => {
            // Of another unit its thresholds would mean nothing.
            let before = before
                .and_then(figure_of)
                .filter(|before| figure::same_unit(before.metric(), metric));
            Condition::Metric(metric_condition(said, metric, before, duration)?)
        }
        Some(
            Kind::State(_)
            | Kind::Stuck
            | Kind::Offline
            | Kind::Container(_)
            | Kind::Restarts
            | Kind::Forecast,
        )
        | None
            if figures =>
        {
            let problem = "--above, --below and --clear go with --metric";
            return Err(Failure::Usage(problem.to_owned()));
        }
        Some(Kind::State(problem)) => Condition::ServerState(v1::ServerStateCondition {
            problem: problem.into(),
            duration,
        }),
        Some(Kind::Stuck) => Condition::OperationStuck(v1::OperationStuckCondition { duration }),
        Some(Kind::Offline) => Condition::NodeOffline(v1::NodeOfflineCondition { duration }),
        Some(Kind::Container(problem)) => Condition::ContainerState(v1::ContainerStateCondition {
            problem: problem.into(),
            duration,
        }),
        Some(Kind::Restarts) => Condition::ContainerRestarts(restarts(when, before)?),
        Some(Kind::Forecast) => Condition::DiskForecast(v1::DiskForecastCondition {
            within: match (when.node.full_within, before) {
                (Some(span), _) => Some(wire(span)?),
                (None, Some(Condition::DiskForecast(before))) => before.within,
                (None, _) => None,
            },
        }),
        None => {
            let problem = "--for goes with --metric, --failed, --down, --stuck, --offline, --crashed, --exited or \
                           --unhealthy";
            return Err(Failure::Usage(problem.to_owned()));
        }
    };
    Ok(Some(v1::AlertCondition {
        condition: Some(condition),
    }))
}

/// The same without a clear threshold of its own: over at the threshold itself.
pub(super) fn without_clear(before: &v1::AlertCondition) -> Result<v1::AlertCondition, Failure> {
    let Some(metric) = before.condition.as_ref().and_then(figure_of) else {
        let problem = "--no-clear is for rules about a metric; this one is about something else";
        return Err(Failure::Usage(problem.to_owned()));
    };
    Ok(v1::AlertCondition {
        condition: Some(Condition::Metric(v1::MetricCondition {
            clear_threshold: None,
            ..*metric
        })),
    })
}

/// The clear threshold that a change does not keep, since it would mean something else now.
pub(super) fn lost_clear(before: Option<&v1::AlertCondition>, after: &v1::AlertCondition) -> Option<String> {
    let figures = |condition: Option<&v1::AlertCondition>| {
        condition
            .and_then(|condition| condition.condition.as_ref())
            .and_then(figure_of)
            .copied()
    };
    let before = figures(before)?;
    let clear = before.clear_threshold?;
    let kept = figures(Some(after)).is_some_and(|after| after.clear_threshold.is_some());
    (!kept).then(|| figure::format(before.metric(), clear))
}

fn kind(when: &When, before: Option<&Condition>) -> Option<Kind> {
    if let Some(metric) = when.figures.metric {
        Some(Kind::Metric(metric))
    } else if when.failed {
        Some(Kind::State(v1::ServerProblem::Failed))
    } else if when.down {
        Some(Kind::State(v1::ServerProblem::Down))
    } else if when.stuck {
        Some(Kind::Stuck)
    } else if when.node.offline {
        Some(Kind::Offline)
    } else if when.container.crashed {
        Some(Kind::Container(v1::ContainerProblem::Failed))
    } else if when.container.exited {
        Some(Kind::Container(v1::ContainerProblem::Exited))
    } else if when.container.unhealthy {
        Some(Kind::Container(v1::ContainerProblem::Unhealthy))
    } else if when.container.restarts.is_some() {
        Some(Kind::Restarts)
    } else if when.node.full_within.is_some() {
        Some(Kind::Forecast)
    } else {
        before.map(|before| match before {
            Condition::Metric(condition) => Kind::Metric(condition.metric()),
            Condition::ServerState(condition) => Kind::State(condition.problem()),
            Condition::OperationStuck(_) => Kind::Stuck,
            Condition::NodeOffline(_) => Kind::Offline,
            Condition::ContainerState(condition) => Kind::Container(condition.problem()),
            Condition::ContainerRestarts(_) => Kind::Restarts,
            Condition::DiskForecast(_) => Kind::Forecast,
        })
    }
}

fn restarts(when: &When, before: Option<&Condition>) -> Result<v1::ContainerRestartsCondition, Failure> {
    let mut condition = match before {
        Some(Condition::ContainerRestarts(before)) => *before,
        Some(_) | None => v1::ContainerRestartsCondition::default(),
    };
    if let Some(count) = when.container.restarts {
        condition.count = i32::from(count);
    }
    if let Some(window) = when.container.window {
        condition.window = Some(wire(window)?);
    }
    Ok(condition)
}

const fn figure_of(condition: &Condition) -> Option<&v1::MetricCondition> {
    match condition {
        Condition::Metric(condition) => Some(condition),
        Condition::ServerState(_)
        | Condition::OperationStuck(_)
        | Condition::NodeOffline(_)
        | Condition::ContainerState(_)
        | Condition::ContainerRestarts(_)
        | Condition::DiskForecast(_) => None,
    }
}

const fn duration(condition: &Condition) -> Option<prost_types::Duration> {
    match condition {
        Condition::Metric(condition) => condition.duration,
        Condition::ServerState(condition) => condition.duration,
        Condition::OperationStuck(condition) => condition.duration,
        Condition::NodeOffline(condition) => condition.duration,
        Condition::ContainerState(condition) => condition.duration,
        Condition::ContainerRestarts(_) | Condition::DiskForecast(_) => None,
    }
}

/// `before` is of a metric with the same unit.
fn metric_condition(
    said: &Figures,
    metric: v1::AlertMetric,
    before: Option<&v1::MetricCondition>,
    duration: Option<prost_types::Duration>,
) -> Result<v1::MetricCondition, Failure> {
    use v1::AlertComparison::{Above, Below};
    let figure = |text: &String| figure::parse(metric, text).map_err(Failure::Usage);
    let (comparison, threshold) = match (&said.above, &said.below, before) {
        (Some(above), _, _) => (Above, figure(above)?),
        (None, Some(below), _) => (Below, figure(below)?),
        (None, None, Some(before)) => (before.comparison(), before.threshold),
        (None, None, None) => {
            let problem = "--metric goes with --above or --below";
            return Err(Failure::Usage(problem.to_owned()));
        }
    };
    let clear_threshold = match &said.clear {
        Some(clear) => Some(figure(clear)?),
        // Of the other comparison it would be on the wrong side of the threshold.
        None => before
            .filter(|before| before.comparison() == comparison)
            .and_then(|before| before.clear_threshold),
    };
    if let Some(clear) = clear_threshold
        && ((comparison == Above && clear > threshold) || (comparison == Below && clear < threshold))
    {
        let written = |value| figure::format(metric, value);
        let (side, way) = if comparison == Above {
            ("above", "most")
        } else {
            ("below", "least")
        };
        return Err(Failure::Usage(format!(
            "{side} {} it cannot be over at {}\n  next: say --clear as well, at {way} {0}",
            written(threshold),
            written(clear)
        )));
    }
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
        let sooner = a_metric(Some(0.7), v1::AlertComparison::Above, 0.9);
        assert_eq!(changed(&["--clear", "70%"]), Some(sooner));
        let stuck = Condition::OperationStuck(v1::OperationStuckCondition {
            duration: Some(wire(Duration::from_secs(300)).unwrap()),
        });
        assert_eq!(changed(&["--stuck"]).unwrap().condition, Some(stuck));
    }

    #[test]
    fn another_metric_of_the_same_unit_keeps_both_thresholds() {
        let before = a_metric(Some(0.8), v1::AlertComparison::Above, 0.9);
        let of_memory = |threshold| {
            let mut condition = a_metric(Some(0.8), v1::AlertComparison::Above, threshold);
            if let Some(Condition::Metric(metric)) = &mut condition.condition {
                metric.metric = v1::AlertMetric::MemoryRatio.into();
            }
            Some(condition)
        };
        let changed = |words: &[&str]| condition(&said(words), Some(&before)).unwrap();
        assert_eq!(changed(&["--metric", "memory"]), of_memory(0.9));
        assert_eq!(
            changed(&["--metric", "memory", "--above", "95%"]),
            of_memory(0.95)
        );
        let unlike = condition(&said(&["--metric", "network-in"]), Some(&before));
        assert!(unlike.is_err(), "90 % of what?");
    }

    #[test]
    fn a_clear_threshold_that_cannot_stay_is_named() {
        let before = a_metric(Some(0.8), v1::AlertComparison::Above, 0.9);
        let idle = condition(&said(&["--below", "10%"]), Some(&before))
            .unwrap()
            .unwrap();
        assert_eq!(idle, a_metric(None, v1::AlertComparison::Below, 0.1));
        assert_eq!(lost_clear(Some(&before), &idle).as_deref(), Some("80 %"));
        assert_eq!(lost_clear(Some(&before), &before), None);
        let problem = condition(&said(&["--above", "70%"]), Some(&before)).unwrap_err();
        insta::assert_snapshot!(problem.to_string(), @r"
        above 70 % it cannot be over at 80 %
          next: say --clear as well, at most 70 %
        ");
    }

    #[test]
    fn what_was_said_can_be_taken_back() {
        let before = a_metric(Some(0.8), v1::AlertComparison::Above, 0.9);
        let plain = without_clear(&before).unwrap();
        assert_eq!(plain, a_metric(None, v1::AlertComparison::Above, 0.9));
        let at_once = condition(&said(&["--for", "0s"]), Some(&before))
            .unwrap()
            .unwrap();
        assert_eq!(
            duration(&at_once.condition.unwrap()),
            Some(wire(Duration::ZERO).unwrap())
        );
        let stuck = condition(&said(&["--stuck"]), None).unwrap().unwrap();
        assert!(without_clear(&stuck).is_err());
    }

    #[test]
    fn a_condition_says_what_it_is_about() {
        assert!(condition(&said(&["--for", "5m"]), None).is_err());
        assert!(condition(&said(&["--above", "90%"]), None).is_err());
        assert!(condition(&said(&["--metric", "cpu"]), None).is_err());
        assert!(condition(&said(&["--metric", "cpu", "--above", "90%"]), None).is_ok());
        let stuck = condition(&said(&["--stuck"]), None).unwrap();
        assert!(condition(&said(&["--above", "90%"]), stuck.as_ref()).is_err());
    }
}
