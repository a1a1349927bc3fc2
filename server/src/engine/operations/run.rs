//! Takes one claimed operation as far as it goes: to its end, to a wait, or to the loss of its lease.
//!
//! Each step is recorded as started, run, and recorded as done together with its changes. Whatever
//! cuts that short, the next claim finds in the log what may have happened.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::context::StepContext;
use super::events::end_event;
use super::failure::{failure, internal, transient};
use super::journal::{Halt, Journal};
use super::log::StepLog;
use super::machine::{Conditions, Event, advance};
use super::messages::end_message;
use super::params;
use super::settings::WorkerSettings;
use super::step::{Step, Steps};
use super::step_end::{Effects, StepError, StepOutcome};
use super::step_limit::StepLimit;
use crate::domain::change::Change;
use crate::domain::ids::EventId;
use crate::domain::operation::{
    Operation, OperationError, OperationState, Progress, StepDirection, StepRecord, StepStatus,
};
use crate::engine::context::Ports;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

pub(super) struct Run {
    ports: Ports,
    settings: WorkerSettings,
    steps: Steps,
    journal: Journal,
    operation: Operation,
    log: StepLog,
    /// Why nobody can tell what was done so far.
    unreadable: Option<OperationError>,
    token: CancellationToken,
}

/// How a run of a step ended, before anything of it is written.
enum Ending {
    Done(Effects),
    Again(Effects),
    Error(StepError),
    Cancelled,
    Shutdown,
}

/// What is written at the end of a step.
struct Writing {
    event: Event,
    record: Option<StepRecord>,
    changes: Vec<Change>,
}

impl Writing {
    const fn of(event: Event) -> Self {
        Self {
            event,
            record: None,
            changes: Vec::new(),
        }
    }
}

impl Run {
    pub(super) async fn load(
        ports: Ports,
        settings: WorkerSettings,
        steps: Steps,
        operation: Operation,
        token: CancellationToken,
    ) -> Result<Self, Halt> {
        let (log, unreadable) = match ports.store.operation_steps(operation.id).await {
            Ok(lines) => (StepLog::new(lines), None),
            Err(error @ StoreError::Corrupt { .. }) => (StepLog::default(), Some(unreadable(&error))),
            Err(error) => return Err(error.into()),
        };
        let journal = Journal::new(ports.clone(), &operation, settings.lease);
        Ok(Self {
            ports,
            settings,
            steps,
            journal,
            operation,
            log,
            unreadable,
            token,
        })
    }

    /// Goes on until the operation has ended, waits for a later try, or is no longer ours.
    pub(super) async fn finish(mut self) -> Result<(), Halt> {
        if let Some(error) = self.unreadable.take() {
            self.strand(true, error).await?;
            return Ok(());
        }
        while !self.turn().await? {}
        Ok(())
    }

    /// One step; tells whether the operation has been given back.
    async fn turn(&mut self) -> Result<bool, Halt> {
        let Some((index, direction)) = position(&self.operation) else {
            return Ok(true);
        };
        let Some(step) = self.steps.get(index as usize).cloned() else {
            let started = self.log.was_started(index);
            return self.strand(started, unknown_step(index)).await;
        };
        self.journal.renew().await?;
        if self.token.is_cancelled() {
            return self.write(Writing::of(Event::Shutdown)).await;
        }
        let started = self.log.was_started(index);
        if self.cancels(&*step, direction, started) {
            return self.write(Writing::of(Event::Cancelled { started })).await;
        }
        self.step(&*step, index, direction).await
    }

    fn cancels(&self, step: &dyn Step, direction: StepDirection, started: bool) -> bool {
        direction == StepDirection::Do && self.journal.cancel_requested() && step.cancellable(started)
    }

    async fn step(&mut self, step: &dyn Step, index: u32, direction: StepDirection) -> Result<bool, Halt> {
        let started = self.record(step, index, direction, StepStatus::Started);
        self.journal.record(&started).await?;
        self.log.push(started);
        let limit = StepLimit::of(
            &self.log,
            index,
            direction,
            self.settings.steps.limit,
            self.ports.clock.now(),
        );

        self.reach(step, direction, "before_act").await;
        let ending = self.follow(step, index, direction, limit).await?;
        self.reach(step, direction, "after_act").await;
        let now = self.ports.clock.now();
        let writing = match ending {
            Ending::Done(effects) => self.done(step, index, direction, Event::Done, effects),
            Ending::Again(effects) => {
                // What it began is written down in either case.
                let event = if limit.has_passed(now) {
                    Event::Broke(limit.exceeded(step.title()))
                } else {
                    Event::Again
                };
                self.done(step, index, direction, event, effects)
            }
            Ending::Error(error) => self.failed(step, index, direction, limit.judge(error, now)),
            Ending::Cancelled => Writing::of(Event::Cancelled { started: true }),
            Ending::Shutdown => Writing::of(Event::Shutdown),
        };
        self.reach(step, direction, "before_record").await;
        let given_back = match self.write(writing).await {
            Err(Halt::Refused(error)) => {
                tracing::error!(operation_id = %self.operation.id, step = step.name(), %error, "changes of a step are refused");
                let error = internal(format!("write changes: {error}"));
                let writing = self.failed(step, index, direction, error);
                self.write(writing).await?
            }
            other => other?,
        };
        self.reach(step, direction, "after_record").await;
        Ok(given_back)
    }

    /// Leaves the operation to an operator: nothing is tried again by itself.
    async fn strand(&mut self, started: bool, error: OperationError) -> Result<bool, Halt> {
        tracing::error!(operation_id = %self.operation.id, detail = %error.detail, "operation cannot go on");
        self.write(Writing::of(Event::Stranded { started, error })).await
    }

    /// Runs the step until it is more than a look at something that goes on elsewhere.
    async fn follow(
        &mut self,
        step: &dyn Step,
        index: u32,
        direction: StepDirection,
        limit: StepLimit,
    ) -> Result<Ending, Halt> {
        let mut context = StepContext {
            ports: self.ports.clone(),
            settings: self.settings.steps,
            operation: self.operation.clone(),
            log: self.log.clone(),
            index,
            direction,
            polls: 0,
        };
        loop {
            let work = match direction {
                StepDirection::Do => step.run(&context),
                StepDirection::Undo => step.undo(&context),
            };
            let patience = limit.patience(self.ports.clock.now());
            let work = tokio::time::timeout(patience, AssertUnwindSafe(work).catch_unwind());
            let Ok(outcome) = self.journal.hold(work).await? else {
                let silent = limit.exceeded("no answer");
                return Ok(Ending::Error(StepError::Permanent(silent)));
            };
            let (after, progress) = match outcome {
                Ok(Ok(StepOutcome::Done(effects))) => return Ok(Ending::Done(effects)),
                Ok(Ok(StepOutcome::Again(effects))) => return Ok(Ending::Again(effects)),
                Ok(Ok(StepOutcome::Poll { after, percent, text })) => (after, Progress { percent, text }),
                Ok(Err(error)) => return Ok(Ending::Error(error)),
                Err(_) => {
                    let text = format!("step {} panicked", step.name());
                    return Ok(Ending::Error(transient("INTERNAL", "an internal error", text)));
                }
            };
            if limit.has_passed(self.ports.clock.now()) {
                let late = limit.exceeded(&progress.text);
                return Ok(Ending::Error(StepError::Permanent(late)));
            }
            self.operation.attempt = 0;
            self.journal.progress(&mut self.operation, progress).await?;
            tokio::select! {
                () = tokio::time::sleep(after) => {}
                () = self.token.cancelled() => {}
            }
            self.journal.renew().await?;
            if self.token.is_cancelled() {
                return Ok(Ending::Shutdown);
            }
            if self.cancels(step, direction, true) {
                return Ok(Ending::Cancelled);
            }
            context.polls += 1;
        }
    }

    fn done(
        &self,
        step: &dyn Step,
        index: u32,
        direction: StepDirection,
        event: Event,
        effects: Effects,
    ) -> Writing {
        let mut record = self.record(step, index, direction, StepStatus::Done);
        record.output = effects.output;
        record.external_ref = effects.task.map(|task| task.0);
        Writing {
            event,
            record: Some(record),
            changes: effects.changes,
        }
    }

    fn failed(&self, step: &dyn Step, index: u32, direction: StepDirection, error: StepError) -> Writing {
        let (failure, event) = match error {
            StepError::Transient(failure) => (failure.clone(), Event::Failed(failure)),
            StepError::Permanent(failure) => (failure.clone(), Event::Broke(failure)),
            StepError::Resubmit(failure) => {
                let failures = self.log.failures(index, direction).saturating_add(1);
                let event = Event::Resubmit {
                    error: failure.clone(),
                    failures,
                };
                (failure, event)
            }
        };
        tracing::info!(
            operation_id = %self.operation.id, step = step.name(), %direction, attempt = self.operation.attempt,
            reason = %failure.reason, detail = %failure.detail, "step failed"
        );
        let mut record = self.record(step, index, direction, StepStatus::Failed);
        record.detail = format!("{}: {}", failure.reason, failure.detail);
        Writing {
            event,
            record: Some(record),
            changes: Vec::new(),
        }
    }

    fn record(
        &self,
        step: &dyn Step,
        index: u32,
        direction: StepDirection,
        status: StepStatus,
    ) -> StepRecord {
        StepRecord {
            id: EventId::generate(),
            operation_id: self.operation.id,
            epoch: self.operation.epoch,
            index,
            name: step.name().to_owned(),
            direction,
            status,
            attempt: self.operation.attempt + 1,
            output: Value::Null,
            external_ref: None,
            detail: String::new(),
            create_time: self.ports.clock.now(),
        }
    }

    /// Writes where the operation stands now; tells whether it has been given back.
    async fn write(&mut self, writing: Writing) -> Result<bool, Halt> {
        let Writing {
            event,
            record,
            mut changes,
        } = writing;
        let now = self.ports.clock.now();
        let conditions = Conditions {
            now,
            retry: self.settings.retry,
            jitter: rand::random_range(0.0..=1.0),
        };
        let mut next = advance(&self.operation, event, conditions);
        next.progress = self.progress(next.state, next.next_step);
        if !matches!(next.state, OperationState::Pending | OperationState::Running) {
            next.params = params::scrubbed(&self.operation.params);
        }
        if let Some(event) = end_event(&self.operation, next.state, next.error.as_ref(), now) {
            changes.push(Change::EventInsert(Box::new(event)));
        }
        let message = end_message(&self.operation, next.state, now);
        let has_message = message.is_some();
        changes.extend(message.map(|message| Change::OutboxInsert(Box::new(message))));
        if next.state == OperationState::Stuck {
            tracing::error!(operation_id = %self.operation.id, server_id = %self.operation.server_id, "operation is stuck");
        }
        let given_back = next.release;
        let records: Vec<StepRecord> = record.into_iter().collect();
        self.journal
            .advance(&mut self.operation, next, &records, &changes)
            .await?;
        if has_message {
            self.ports.bus.publish(Notice::OutboxReady);
        }
        for record in records {
            self.log.push(record);
        }
        Ok(given_back)
    }

    /// The words for the step that is due.
    fn progress(&self, state: OperationState, next_step: u32) -> Progress {
        let title = |index: u32| self.steps.get(index as usize).map_or("", |step| step.title());
        let text = match state {
            OperationState::Pending | OperationState::Running => title(next_step).to_owned(),
            OperationState::Unwinding | OperationState::Stuck => {
                format!("Undo: {}", title(next_step.saturating_sub(1)))
            }
            OperationState::Succeeded => "Done".to_owned(),
            OperationState::Failed => "Failed".to_owned(),
            OperationState::Cancelled => "Cancelled".to_owned(),
        };
        Progress { percent: None, text }
    }

    async fn reach(&self, step: &dyn Step, direction: StepDirection, place: &str) {
        let point = format!("{} {} {direction} {place}", self.operation.kind, step.name());
        self.ports.faults.reach(&point).await;
    }
}

fn unreadable(error: &StoreError) -> OperationError {
    failure(
        "UNREADABLE_LOG",
        "the log of the work cannot be read; the operator has to look",
        error.to_string(),
    )
}

/// A newer version may have begun it, whose list of steps is longer.
fn unknown_step(index: u32) -> OperationError {
    failure(
        "UNKNOWN_STEP",
        "the work has come to a step that is not known here; the operator has to look",
        format!("this version of Hostler knows no step {index} of it"),
    )
}

/// The step that is due and its direction; `None` when nothing is.
fn position(operation: &Operation) -> Option<(u32, StepDirection)> {
    match operation.state {
        OperationState::Pending | OperationState::Running => Some((operation.next_step, StepDirection::Do)),
        OperationState::Unwinding => Some((operation.next_step.saturating_sub(1), StepDirection::Undo)),
        OperationState::Succeeded
        | OperationState::Failed
        | OperationState::Cancelled
        | OperationState::Stuck => None,
    }
}
