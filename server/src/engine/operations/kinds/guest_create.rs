//! The creation of the guest, and its removal when creation is undone.
//!
//! A guest that is half made carries no mark: only the vmid in our row and the task in our log tell
//! that it is ours. One that was somebody else's all along is left alone and another vmid is drawn.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::guest::{Guest, NewGuest, TaskKind, TaskRef};
use crate::domain::operation::StepDirection;
use crate::domain::server::Placement;
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::failure::{stuck_lock, transient};
use crate::engine::operations::params::CreateParams;
use crate::engine::operations::step_end::{Effects, StepError, StepOutcome, StepResult};
use crate::engine::operations::steps::{RemoteTask, Submitted, Words, removal};
use crate::ports::hypervisor::{HypervisorError, Rejection};

/// What a guest is locked with while it is being made.
const CREATE_LOCK: &str = "create";

pub(crate) struct CreateGuest;

#[async_trait]
impl RemoteTask for CreateGuest {
    fn words(&self) -> Words {
        Words {
            submit: "submit_create",
            wait: "wait_create",
            title: "Create the server",
            waiting: "Installing the operating system",
        }
    }

    fn kind(&self, _context: &StepContext) -> Result<TaskKind, StepError> {
        Ok(TaskKind::Create)
    }

    fn deadline(&self, context: &StepContext) -> Result<Duration, StepError> {
        Ok(context.settings.deadlines.create)
    }

    async fn submit(&self, context: &StepContext, placed: &Placed) -> Result<Submitted, StepError> {
        let params: CreateParams = context.params()?;
        let new = NewGuest {
            guest: placed.guest.clone(),
            plan: context.plan(&placed.server).await?,
            template: params.template,
            nesting: params.nesting,
            root_password_hash: params.root_password_hash,
            ssh_public_keys: params.ssh_public_keys.into_iter().map(String::from).collect(),
        };
        match placed.hypervisor.create(&new).await {
            Ok(task) => Ok(Submitted::Task(task)),
            Err(HypervisorError::AlreadyThere(text)) => taken(context, placed, text).await,
            Err(
                error @ (HypervisorError::NotFound(_)
                | HypervisorError::Busy(_)
                | HypervisorError::Unavailable(_)
                | HypervisorError::Rejected { .. }
                | HypervisorError::TaskFailed(_)),
            ) => Err(error.into()),
        }
    }

    async fn verify(&self, _: &StepContext, placed: &Placed, ended_well: bool) -> Result<bool, StepError> {
        let Some(guest) = placed.hypervisor.guest(placed.guest.vmid).await? else {
            return Ok(false);
        };
        if half_made(&guest) && !ended_well {
            return Err(stuck_lock(format!(
                "guest {} is locked and nobody is making it",
                guest.vmid
            )));
        }
        Ok(guest.lock.is_none())
    }

    /// Called when no creation runs any more.
    async fn revert(&self, context: &StepContext, placed: &Placed) -> StepResult {
        if let Some(waiting) = removal(self, context, placed).await? {
            return Ok(waiting);
        }
        let Some(guest) = placed.hypervisor.guest(placed.guest.vmid).await? else {
            return Ok(StepOutcome::done());
        };
        let marked = placed.hypervisor.is_marked(&placed.guest).await?;
        if !marked && creation(context, placed).await?.is_none() {
            return Ok(leave_alone(context, guest.vmid));
        }
        let removal = match placed.hypervisor.delete(&placed.guest).await {
            Err(HypervisorError::Rejected {
                reason: Rejection::NotOurs,
                ..
            }) if !marked => {
                // A task of ours was at it, and the mark that deleting asks for is not there.
                let plan = context.plan(&placed.server).await?;
                match placed.hypervisor.mark(&placed.guest, &plan).await {
                    Err(HypervisorError::Rejected {
                        reason: Rejection::NotOurs,
                        ..
                    }) => return Ok(leave_alone(context, guest.vmid)),
                    done => done?,
                }
                placed.hypervisor.delete(&placed.guest).await?
            }
            answer => answer?,
        };
        Ok(match removal {
            None => StepOutcome::done(),
            Some(task) => StepOutcome::Again(Effects {
                task: Some(task),
                ..Effects::default()
            }),
        })
    }
}

/// The vmid has a guest: ours from an earlier try, or a stranger's.
async fn taken(context: &StepContext, placed: &Placed, text: String) -> Result<Submitted, StepError> {
    let Some(guest) = placed.hypervisor.guest(placed.guest.vmid).await? else {
        return Err(transient(
            "VMID_TAKEN",
            "the server's number was taken for a moment",
            text,
        ));
    };
    if placed.hypervisor.is_marked(&placed.guest).await? {
        return Ok(Submitted::NothingToDo);
    }
    if context.earlier_try().is_some() && half_made(&guest) {
        // We asked for this vmid before, and no task of ours was found: it died while it made the guest.
        return Err(stuck_lock(text));
    }
    let Some(old) = placed.server.placement.clone() else {
        return Err(transient(
            "VMID_TAKEN",
            "the server's number was taken for a moment",
            text,
        ));
    };
    let (first, last) = placed.hypervisor.vmid_range();
    let vmid = context
        .ports
        .store
        .vmid_allocate(&old.hypervisor, first, last)
        .await?;
    tracing::info!(operation_id = %context.operation.id, taken = old.vmid, vmid, "vmid was taken, another is used");
    Ok(Submitted::Again(Effects {
        changes: vec![context.place(Placement { vmid, ..old })],
        ..Effects::default()
    }))
}

fn half_made(guest: &Guest) -> bool {
    guest.lock.as_deref() == Some(CREATE_LOCK)
}

/// Nothing proves that the guest in the server's place is ours.
fn leave_alone(context: &StepContext, vmid: u32) -> StepOutcome {
    tracing::warn!(operation_id = %context.operation.id, vmid, "the guest in the server's place is not ours and stays");
    StepOutcome::done()
}

/// The task by which this operation makes the guest: from the log, or found since its first try.
async fn creation(context: &StepContext, placed: &Placed) -> Result<Option<TaskRef>, StepError> {
    if let Some(task) = context.log.task(context.index, StepDirection::Do) {
        return Ok(Some(task));
    }
    let Some(since) = context.log.open_since(context.index, StepDirection::Do) else {
        return Ok(None);
    };
    Ok(placed
        .hypervisor
        .find_task(&placed.guest, TaskKind::Create, since)
        .await?)
}
