//! The condition that flags say.

use std::time::Duration;

use hostler_client::v1;
use v1::alert_condition::Condition;

use super::args::When;
use crate::errors::Failure;
use crate::units::figure;

/// `None` when nothing is said.
pub(super) fn condition(when: &When) -> Result<Option<v1::AlertCondition>, Failure> {
    let duration = when.duration.map(wire).transpose()?;
    let problem = match (when.failed, when.down) {
        (true, _) => Some(v1::ServerProblem::Failed),
        (false, true) => Some(v1::ServerProblem::Down),
        (false, false) => None,
    };
    let condition = if let Some(metric) = when.metric {
        Condition::Metric(metric_condition(when, metric, duration)?)
    } else if let Some(problem) = problem {
        Condition::ServerState(v1::ServerStateCondition {
            problem: problem.into(),
            duration,
        })
    } else if when.stuck {
        Condition::OperationStuck(v1::OperationStuckCondition { duration })
    } else if when.duration.is_some() {
        let problem = "--for goes with --metric, --failed, --down or --stuck";
        return Err(Failure::Usage(problem.to_owned()));
    } else {
        return Ok(None);
    };
    Ok(Some(v1::AlertCondition {
        condition: Some(condition),
    }))
}

fn metric_condition(
    when: &When,
    metric: v1::AlertMetric,
    duration: Option<prost_types::Duration>,
) -> Result<v1::MetricCondition, Failure> {
    let (comparison, threshold) = match (&when.above, &when.below) {
        (Some(above), _) => (v1::AlertComparison::Above, above),
        (None, Some(below)) => (v1::AlertComparison::Below, below),
        (None, None) => {
            let problem = "--metric goes with --above or --below";
            return Err(Failure::Usage(problem.to_owned()));
        }
    };
    let figure = |text: &String| figure::parse(metric, text).map_err(Failure::Usage);
    Ok(v1::MetricCondition {
        metric: metric.into(),
        comparison: comparison.into(),
        threshold: figure(threshold)?,
        clear_threshold: when.clear.as_ref().map(figure).transpose()?,
        duration,
    })
}

pub(super) fn wire(span: Duration) -> Result<prost_types::Duration, Failure> {
    prost_types::Duration::try_from(span).map_err(|_| Failure::Usage("a time is too long".to_owned()))
}
