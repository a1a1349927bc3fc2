//! `server.reset_password/1`: sets root's password from its hash. There is no undo: the old
//! password is known to nobody here.
//!
//! The agent of the machine that the guest is on is asked, where there is one that may; otherwise, and when it cannot,
//! the hypervisor is. The same hash set twice is set once.

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::change::Change;
use crate::domain::guest::TaskRef;
use crate::domain::ids::NodeCommandId;
use crate::domain::node::{Capability, HypervisorNode, Node};
use crate::domain::node_command::{NodeAction, NodeCommand, NodeCommandState};
use crate::engine::operations::context::{Placed, StepContext};
use crate::engine::operations::params::ResetPasswordParams;
use crate::engine::operations::step::{Step, Steps};
use crate::engine::operations::step_end::{Effects, StepError, StepOutcome, StepResult};
use crate::engine::operations::steps::{Finish, Hold};
use crate::ports::store::StoreError;

pub(crate) fn steps() -> Steps {
    vec![
        Arc::new(Hold::plain()),
        Arc::new(SetPassword),
        Arc::new(Finish::plain()),
    ]
}

struct SetPassword;

#[async_trait]
impl Step for SetPassword {
    fn name(&self) -> &'static str {
        "set_password"
    }

    fn title(&self) -> &'static str {
        "Set the root password"
    }

    async fn run(&self, context: &StepContext) -> StepResult {
        let params: ResetPasswordParams = context.params()?;
        let placed = context.require_placed().await?;
        if let Some(outcome) = through_agent(context, &placed).await? {
            return Ok(outcome);
        }
        placed
            .hypervisor
            .set_root_password(&placed.guest, &params.root_password_hash)
            .await?;
        Ok(StepOutcome::done())
    }
}

/// `None` when no agent does it.
async fn through_agent(context: &StepContext, placed: &Placed) -> Result<Option<StepOutcome>, StepError> {
    let asked = context.log.task(context.index, context.direction);
    let Some(id) = asked.and_then(|task| task.0.parse::<NodeCommandId>().ok()) else {
        let node = agent_of(context, placed).await?;
        return Ok(node.map(|node| ask(context, placed, &node)));
    };
    let command = match context.ports.store.node_command_get(id).await {
        Ok(command) => command,
        Err(StoreError::NotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    match command.state {
        NodeCommandState::Succeeded => Ok(Some(StepOutcome::done())),
        NodeCommandState::Queued | NodeCommandState::Running => {
            Ok(Some(context.poll(None, "Asking the agent of the machine")))
        }
        NodeCommandState::Failed
        | NodeCommandState::Refused
        | NodeCommandState::Cancelled
        | NodeCommandState::Expired
        | NodeCommandState::Interrupted => {
            tracing::warn!(
                operation_id = %context.operation.id,
                node = %command.node_id,
                problem = command.problem,
                "the agent has not set the root password; the hypervisor is asked"
            );
            Ok(None)
        }
    }
}

/// The agent of the machine that the guest is on, when it is there and may.
async fn agent_of(context: &StepContext, placed: &Placed) -> Result<Option<Node>, StepError> {
    let Some(placement) = &placed.server.placement else {
        return Ok(None);
    };
    let machine = HypervisorNode {
        hypervisor: placement.hypervisor.clone(),
        node: placement.node.clone(),
    };
    let node = context.ports.store.node_of_hypervisor(&machine).await?;
    Ok(node.filter(|node| node.can(Capability::GuestsPassword)))
}

fn ask(context: &StepContext, placed: &Placed, node: &Node) -> StepOutcome {
    let now = context.now();
    let action = NodeAction::GuestPassword {
        vmid: placed.guest.vmid,
        operation: context.operation.id,
    };
    let command = NodeCommand {
        id: NodeCommandId::generate(),
        node_id: node.id,
        user_id: context.operation.user_id,
        state: NodeCommandState::Queued,
        problem: String::new(),
        create_time: now,
        start_time: None,
        end_time: None,
        deadline_time: now + action.usual_timeout(),
        cancel: false,
        action,
    };
    StepOutcome::Again(Effects {
        task: Some(TaskRef(command.id.to_string())),
        changes: vec![Change::NodeCommandInsert(Box::new(command))],
        ..Effects::default()
    })
}
