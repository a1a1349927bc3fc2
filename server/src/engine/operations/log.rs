//! What the log of an operation says: where a crash has cut a step short, and which task it began.

use crate::domain::guest::TaskRef;
use crate::domain::operation::{StepDirection, StepRecord, StepStatus};
use crate::domain::time::Timestamp;

/// The lines of one operation, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct StepLog(Vec<StepRecord>);

impl StepLog {
    pub(super) fn new(records: Vec<StepRecord>) -> Self {
        Self(records)
    }

    pub(super) fn push(&mut self, record: StepRecord) {
        self.0.push(record);
    }

    fn lines(&self, index: u32, direction: StepDirection) -> impl DoubleEndedIterator<Item = &StepRecord> {
        self.0
            .iter()
            .filter(move |line| line.index == index && line.direction == direction)
    }

    /// The starts of a step since it was last done: more than one when tries failed or were cut short.
    fn open_starts(&self, index: u32, direction: StepDirection) -> impl Iterator<Item = &StepRecord> {
        let done = self
            .lines(index, direction)
            .filter(|line| line.status == StepStatus::Done)
            .count();
        let mut seen = 0;
        self.lines(index, direction).filter(move |line| {
            seen += usize::from(line.status == StepStatus::Done);
            seen == done && line.status == StepStatus::Started
        })
    }

    /// Whether the step was ever begun, and so may have done something.
    pub(super) fn was_started(&self, index: u32) -> bool {
        self.lines(index, StepDirection::Do).next().is_some()
    }

    /// When the present tries of the step began.
    pub(super) fn open_since(&self, index: u32, direction: StepDirection) -> Option<Timestamp> {
        self.open_starts(index, direction)
            .next()
            .map(|line| line.create_time)
    }

    /// The lines of a step; of an undo that was stuck, those since an operator let it go on.
    fn tries(&self, index: u32, direction: StepDirection) -> impl Iterator<Item = &StepRecord> {
        let (mut first, mut has_failed) = (0, false);
        for (at, line) in self.lines(index, direction).enumerate() {
            // Tries are counted on after a failure that may pass, and anew after one that was for good.
            let is_first = line.status == StepStatus::Started && line.attempt <= 1;
            if direction == StepDirection::Undo && has_failed && is_first {
                first = at;
            }
            has_failed = line.status == StepStatus::Failed;
        }
        self.lines(index, direction).skip(first)
    }

    /// When the step was first tried, whatever became of it.
    pub(super) fn tried_since(&self, index: u32, direction: StepDirection) -> Option<Timestamp> {
        self.tries(index, direction).next().map(|line| line.create_time)
    }

    /// Whether the try of the step before the present one failed.
    pub(super) fn failed_before(&self, index: u32, direction: StepDirection) -> bool {
        self.lines(index, direction)
            .rfind(|line| line.status != StepStatus::Started)
            .is_some_and(|line| line.status == StepStatus::Failed)
    }

    /// When an earlier try began whose outcome is not known; `None` on the first try.
    pub(super) fn earlier_try(&self, index: u32, direction: StepDirection) -> Option<Timestamp> {
        let mut starts = self.open_starts(index, direction);
        let first = starts.next()?;
        starts.next().map(|_| first.create_time)
    }

    /// The newest task that the step is known to have begun.
    pub(super) fn task(&self, index: u32, direction: StepDirection) -> Option<TaskRef> {
        self.lines(index, direction)
            .rev()
            .find_map(|line| line.external_ref.clone())
            .map(TaskRef)
    }

    /// The task that the step's last successful run began; `None` when it found nothing to do.
    pub(super) fn last_submitted(&self, index: u32) -> Option<TaskRef> {
        self.lines(index, StepDirection::Do)
            .rfind(|line| line.status == StepStatus::Done)
            .and_then(|line| line.external_ref.clone())
            .map(TaskRef)
    }

    pub(super) fn failures(&self, index: u32, direction: StepDirection) -> u32 {
        let failed = self
            .tries(index, direction)
            .filter(|line| line.status == StepStatus::Failed)
            .count();
        u32::try_from(failed).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{EventId, OperationId};

    fn line(index: u32, status: StepStatus, second: i64, task: Option<&str>) -> StepRecord {
        StepRecord {
            id: EventId::generate(),
            operation_id: OperationId::generate(),
            epoch: 1,
            index,
            name: "step".to_owned(),
            direction: StepDirection::Do,
            status,
            attempt: 0,
            output: serde_json::Value::Null,
            external_ref: task.map(str::to_owned),
            detail: String::new(),
            create_time: Timestamp::from_micros(second),
        }
    }

    #[test]
    fn a_second_start_without_an_end_means_that_the_first_may_have_acted() {
        let mut log = StepLog::new(vec![line(0, StepStatus::Started, 1, None)]);
        assert_eq!(log.earlier_try(0, StepDirection::Do), None);
        log.push(line(0, StepStatus::Started, 2, None));
        assert_eq!(
            log.earlier_try(0, StepDirection::Do),
            Some(Timestamp::from_micros(1))
        );
    }

    #[test]
    fn a_step_that_was_done_and_is_repeated_begins_anew() {
        let log = StepLog::new(vec![
            line(0, StepStatus::Started, 1, None),
            line(0, StepStatus::Done, 2, Some("first")),
            line(0, StepStatus::Started, 3, None),
        ]);
        assert_eq!(log.earlier_try(0, StepDirection::Do), None);
        assert_eq!(
            log.open_since(0, StepDirection::Do),
            Some(Timestamp::from_micros(3))
        );
        assert_eq!(log.task(0, StepDirection::Do), Some(TaskRef("first".to_owned())));
    }

    #[test]
    fn tries_are_timed_from_the_first_and_a_retry_of_what_was_stuck_begins_anew() {
        let of = |direction, status, attempt, second| StepRecord {
            direction,
            attempt,
            ..line(0, status, second, None)
        };
        let lines = |direction, last_attempt| {
            StepLog::new(vec![
                of(direction, StepStatus::Started, 1, 1),
                of(direction, StepStatus::Done, 1, 2),
                of(direction, StepStatus::Started, 1, 3),
                of(direction, StepStatus::Failed, 1, 4),
                of(direction, StepStatus::Started, last_attempt, 5),
            ])
        };
        for (direction, last_attempt, since) in [
            (StepDirection::Do, 1, 1),
            (StepDirection::Undo, 2, 1),
            (StepDirection::Undo, 1, 5),
        ] {
            let log = lines(direction, last_attempt);
            let since = Timestamp::from_micros(since);
            assert_eq!(
                log.tried_since(0, direction),
                Some(since),
                "{direction} {last_attempt}"
            );
            assert!(log.failed_before(0, direction));
        }
        assert!(!StepLog::default().failed_before(0, StepDirection::Undo));
    }

    #[test]
    fn a_run_that_found_nothing_to_do_hides_the_task_of_an_earlier_one() {
        let log = StepLog::new(vec![
            line(0, StepStatus::Done, 1, Some("first")),
            line(0, StepStatus::Done, 2, None),
        ]);
        assert_eq!(log.last_submitted(0), None);
        assert!(log.was_started(0));
        assert!(!log.was_started(1));
    }
}
