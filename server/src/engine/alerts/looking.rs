//! How rules look at things: the figure against the threshold, and how patient they are.

use std::time::Duration;

use crate::domain::alert_condition::MetricCondition;
use crate::domain::alert_machine::{Look, Timing};
use crate::domain::alert_rule::AlertRule;
use crate::domain::time::Timestamp;

/// How a condition sees a figure; `None` when it is not known.
pub(super) fn look_at(condition: &MetricCondition, value: Option<u64>, time: Timestamp) -> Option<Look> {
    let value = value?;
    Some(Look {
        time,
        value: Some(value),
        bad: condition.is_bad(value),
        over: condition.is_over(value),
    })
}

/// How one sees what either is so or is not.
pub(super) const fn look_whether(bad: bool, time: Timestamp) -> Look {
    Look {
        time,
        value: None,
        bad,
        over: !bad,
    }
}

pub(super) const fn timing(rule: &AlertRule, patience: Duration) -> Timing {
    Timing {
        duration: rule.condition.duration(),
        clear_duration: rule.clear_duration,
        patience,
        lateness: patience,
    }
}

/// What rows say is never missing and never late.
pub(super) const fn always_known(rule: &AlertRule) -> Timing {
    Timing {
        lateness: Duration::ZERO,
        ..timing(rule, Duration::MAX)
    }
}
