//! A task on the hypervisor as two steps: one begins it and writes down which it is, one waits for
//! its end and for its effect.
//!
//! A crash between beginning and writing down is healed by looking for the task; a task that ended
//! badly for a passing reason is begun again. Undoing first waits until the task is over.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::guest::{TaskKind, TaskRef, TaskStatus};
use crate::domain::operation::StepDirection;
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::failure::{permanent, task_failed};
use crate::engine::operations::step::Step;
use crate::engine::operations::step_end::{Effects, StepError, StepOutcome, StepResult};
use crate::ports::hypervisor::{Hypervisor, HypervisorError};

/// What a submit step is called and says, and its wait step.
pub(crate) struct Words {
    pub(crate) submit: &'static str,
    pub(crate) wait: &'static str,
    pub(crate) title: &'static str,
    pub(crate) waiting: &'static str,
}

pub(crate) enum Submitted {
    Task(TaskRef),
    /// The guest is as asked.
    NothingToDo,
    /// Something has to be written down before another try.
    Again(Effects),
}

impl From<Option<TaskRef>> for Submitted {
    fn from(task: Option<TaskRef>) -> Self {
        task.map_or(Self::NothingToDo, Self::Task)
    }
}

#[async_trait]
pub(crate) trait RemoteTask: Send + Sync + 'static {
    fn words(&self) -> Words;

    /// For finding the task when its answer was lost.
    fn kind(&self, context: &StepContext) -> Result<TaskKind, StepError>;

    fn deadline(&self, context: &StepContext) -> Result<Duration, StepError>;

    /// Whether the task may be broken off, which is also whether a cancel is heeded while it runs.
    fn breakable(&self) -> bool {
        true
    }

    /// Whether a cancel is heeded before the task has begun.
    fn cancellable_before(&self) -> bool {
        true
    }

    /// Probes, then begins the task.
    async fn submit(&self, context: &StepContext, placed: &Placed) -> Result<Submitted, StepError>;

    /// Whether the effect is there. `ended_well` is false when how the task ended is not known.
    async fn verify(
        &self,
        context: &StepContext,
        placed: &Placed,
        ended_well: bool,
    ) -> Result<bool, StepError>;

    /// Takes the effect back; the task is over by then.
    async fn revert(&self, _context: &StepContext, _placed: &Placed) -> StepResult {
        Ok(StepOutcome::done())
    }
}

/// The submit step and the wait step of a task.
pub(crate) fn pair<T: RemoteTask>(task: T) -> [Arc<dyn Step>; 2] {
    let task = Arc::new(task);
    [Arc::new(Submit(Arc::clone(&task))), Arc::new(Wait(task))]
}

struct Submit<T>(Arc<T>);

#[async_trait]
impl<T: RemoteTask> Step for Submit<T> {
    fn name(&self) -> &'static str {
        self.0.words().submit
    }

    fn title(&self) -> &'static str {
        self.0.words().title
    }

    fn cancellable(&self, started: bool) -> bool {
        if started {
            self.0.breakable()
        } else {
            self.0.cancellable_before()
        }
    }

    async fn run(&self, context: &StepContext) -> StepResult {
        let placed = context.require_placed().await?;
        if let Some(since) = context.earlier_try() {
            let kind = self.0.kind(context)?;
            if let Some(task) = placed.hypervisor.find_task(&placed.guest, kind, since).await? {
                return Ok(begun(task));
            }
        }
        Ok(match self.0.submit(context, &placed).await? {
            Submitted::Task(task) => begun(task),
            Submitted::NothingToDo => StepOutcome::done(),
            Submitted::Again(effects) => StepOutcome::Again(effects),
        })
    }

    async fn undo(&self, context: &StepContext) -> StepResult {
        let Some(placed) = context.placed().await? else {
            return Ok(StepOutcome::done());
        };
        if let Some(task) = self.begun_task(context, &placed).await?
            && let TaskStatus::Running { percent } = status(&*placed.hypervisor, &task).await?
        {
            if self.0.breakable() {
                placed.hypervisor.abort_task(&task).await?;
            }
            return look_again(
                &*self.0,
                context,
                percent,
                "Waiting for the hypervisor's task to end",
            );
        }
        self.0.revert(context, &placed).await
    }
}

impl<T: RemoteTask> Submit<T> {
    /// The task as it was written down, or as the hypervisor lists it if a crash kept it from the log.
    async fn begun_task(&self, context: &StepContext, placed: &Placed) -> Result<Option<TaskRef>, StepError> {
        let unrecorded = context.log.open_since(context.index, StepDirection::Do);
        if let Some(since) = unrecorded {
            let kind = self.0.kind(context)?;
            let found = placed.hypervisor.find_task(&placed.guest, kind, since).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(context.log.task(context.index, StepDirection::Do))
    }
}

fn begun(task: TaskRef) -> StepOutcome {
    StepOutcome::Done(Effects {
        task: Some(task),
        ..Effects::default()
    })
}

struct Wait<T>(Arc<T>);

#[async_trait]
impl<T: RemoteTask> Step for Wait<T> {
    fn name(&self) -> &'static str {
        self.0.words().wait
    }

    fn title(&self) -> &'static str {
        self.0.words().waiting
    }

    fn cancellable(&self, _started: bool) -> bool {
        self.0.breakable()
    }

    async fn run(&self, context: &StepContext) -> StepResult {
        let placed = context.require_placed().await?;
        let ended_well = match context.submitted_task() {
            None => true,
            Some(task) => match status(&*placed.hypervisor, &task).await? {
                TaskStatus::Running { percent } => {
                    return look_again(&*self.0, context, percent, self.title());
                }
                TaskStatus::Succeeded { warnings } => {
                    if let Some(warnings) = warnings {
                        tracing::info!(operation_id = %context.operation.id, task = %task.0, %warnings, "task ended with warnings");
                    }
                    true
                }
                TaskStatus::Failed { text, transient } => {
                    // Somebody else may have brought the effect about, which made the task fail.
                    if self.0.verify(context, &placed, false).await? {
                        return Ok(StepOutcome::done());
                    }
                    return Err(task_failed(&text, transient));
                }
                TaskStatus::Unknown => false,
            },
        };
        if self.0.verify(context, &placed, ended_well).await? {
            Ok(StepOutcome::done())
        } else if ended_well {
            look_again(&*self.0, context, None, self.title())
        } else {
            Err(task_failed(
                "nobody knows how the task ended, and its effect is not there",
                true,
            ))
        }
    }
}

/// Comes back later, unless the step has been at it for longer than its task may take.
fn look_again(task: &impl RemoteTask, context: &StepContext, percent: Option<u8>, text: &str) -> StepResult {
    let deadline = task.deadline(context)?;
    if context.elapsed() < deadline {
        return Ok(context.poll(percent, text));
    }
    Err(permanent(
        "DEADLINE",
        "the hypervisor took too long",
        format!("not done within {} seconds", deadline.as_secs()),
    ))
}

/// What to do about the task by which an undo deletes what was made, if one was begun: wait for it, or own up to its
/// failure. `None` when there is nothing to wait for: look, and begin one if need be.
pub(crate) async fn removal(
    task: &impl RemoteTask,
    context: &StepContext,
    placed: &Placed,
) -> Result<Option<StepOutcome>, StepError> {
    let (index, undo) = (context.index, StepDirection::Undo);
    let Some(removal) = context.log.task(index, undo) else {
        return Ok(None);
    };
    match status(&*placed.hypervisor, &removal).await? {
        TaskStatus::Running { percent } => {
            look_again(task, context, percent, "Deleting what was made").map(Some)
        }
        // Told once, so that tries are counted; the next one begins another task. Why it failed makes no difference:
        // what keeps a disk busy goes away, and what we made must not stay.
        TaskStatus::Failed { text, .. } if !context.log.failed_before(index, undo) => {
            Err(task_failed(&text, true))
        }
        TaskStatus::Failed { .. } | TaskStatus::Succeeded { .. } | TaskStatus::Unknown => Ok(None),
    }
}

/// A task that nobody remembers is as good as one whose end is not known.
async fn status(hypervisor: &dyn Hypervisor, task: &TaskRef) -> Result<TaskStatus, StepError> {
    match hypervisor.task(task).await {
        Ok(status) => Ok(status),
        Err(HypervisorError::NotFound(_)) => Ok(TaskStatus::Unknown),
        Err(
            error @ (HypervisorError::AlreadyThere(_)
            | HypervisorError::Busy(_)
            | HypervisorError::Unavailable(_)
            | HypervisorError::Rejected { .. }
            | HypervisorError::TaskFailed(_)),
        ) => Err(error.into()),
    }
}
