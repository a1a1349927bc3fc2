//! How long one step may be at it, all its tries, waits and pauses together. Tasks have deadlines of their own, which
//! are shorter; this ends what never answers, or goes round in circles.

use std::time::Duration;

use super::failure::failure;
use super::log::StepLog;
use super::step_end::StepError;
use crate::domain::operation::{OperationError, StepDirection};
use crate::domain::time::Timestamp;

/// A try always gets this much, even when nobody was there to work until the time was nearly up.
const FAIR_TRY: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug)]
pub(super) struct StepLimit {
    since: Timestamp,
    limit: Duration,
}

impl StepLimit {
    /// For a step whose present try is in the log.
    pub(super) fn of(
        log: &StepLog,
        index: u32,
        direction: StepDirection,
        limit: Duration,
        now: Timestamp,
    ) -> Self {
        let since = log.tried_since(index, direction).unwrap_or(now);
        Self { since, limit }
    }

    pub(super) fn has_passed(self, now: Timestamp) -> bool {
        now.since(self.since) >= self.limit
    }

    /// How long a run of the step that begins now may go without a word.
    pub(super) fn patience(self, now: Timestamp) -> Duration {
        self.limit
            .saturating_sub(now.since(self.since))
            .max(FAIR_TRY.min(self.limit))
    }

    /// The failure of a step that is still at it when the time is up.
    pub(super) fn exceeded(self, last_seen: &str) -> OperationError {
        failure(
            "STEP_TIME_LIMIT",
            "the work took too long and was given up",
            format!(
                "not done within {} seconds; last seen: {last_seen}",
                self.limit.as_secs()
            ),
        )
    }

    /// What may pass is not waited for any longer when the time is up.
    pub(super) fn judge(self, error: StepError, now: Timestamp) -> StepError {
        match error {
            StepError::Transient(mut failure) | StepError::Resubmit(mut failure) if self.has_passed(now) => {
                let given_up = format!("; given up after {} seconds", now.since(self.since).as_secs());
                failure.detail.push_str(&given_up);
                StepError::Permanent(failure)
            }
            error @ (StepError::Transient(_) | StepError::Resubmit(_) | StepError::Permanent(_)) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::operations::failure::transient;

    const LIMIT: StepLimit = StepLimit {
        since: Timestamp::from_micros(0),
        limit: Duration::from_secs(100),
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    #[test]
    fn a_passing_failure_is_for_good_once_the_time_is_up() {
        let failed = || transient("BUSY", "busy", "locked");
        assert!(matches!(LIMIT.judge(failed(), at(99)), StepError::Transient(_)));
        let StepError::Permanent(failure) = LIMIT.judge(failed(), at(100)) else {
            panic!("it is tried again");
        };
        assert_eq!(failure.reason, "BUSY");
        assert_eq!(failure.detail, "locked; given up after 100 seconds");
    }

    #[test]
    fn a_try_that_begins_late_gets_a_fair_time() {
        assert_eq!(LIMIT.patience(at(10)), Duration::from_secs(90));
        assert_eq!(LIMIT.patience(at(5000)), FAIR_TRY);
    }
}
