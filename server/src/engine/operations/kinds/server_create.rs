//! `server.create/1`: an address, a place, a guest, its marks, and a first start.
//!
//! Everything that will name the guest is in the row before anything outside happens, so that a
//! crash leaves nothing that cannot be found again. Undoing deletes only a guest that is provably
//! ours, and ends in `Failed`, or in `Deleted` when somebody cancelled.

use std::sync::Arc;

use async_trait::async_trait;

use super::guest_create::CreateGuest;
use crate::domain::change::Change;
use crate::domain::ip_pool::IpPoolKind;
use crate::domain::server::{Placement, ServerPatch, ServerState};
use crate::engine::operations::context::StepContext;
use crate::engine::operations::failure::CANCELLED;
use crate::engine::operations::params::CreateParams;
use crate::engine::operations::step::{Step, Steps};
use crate::engine::operations::step_end::{StepOutcome, StepResult};
use crate::engine::operations::steps::{Finish, GrowDisk, Mark, Start, pair};

pub(crate) fn steps() -> Steps {
    let mut steps: Steps = vec![Arc::new(Open), Arc::new(ClaimAddress), Arc::new(ChoosePlace)];
    steps.extend(pair(CreateGuest));
    steps.push(Arc::new(Mark::new()));
    steps.extend(pair(GrowDisk::to_row()));
    steps.extend(pair(Start::when(|context| {
        Ok(!context.params::<CreateParams>()?.keep_stopped)
    })));
    steps.push(Arc::new(Finish::plain()));
    steps
}

/// Accepting the order has made the row; the last undo says what became of it.
struct Open;

#[async_trait]
impl Step for Open {
    fn name(&self) -> &'static str {
        "open"
    }

    fn title(&self) -> &'static str {
        "Prepare"
    }

    async fn run(&self, _context: &StepContext) -> StepResult {
        Ok(StepOutcome::done())
    }

    async fn undo(&self, context: &StepContext) -> StepResult {
        let failure = context.operation.error.as_ref();
        let failed = failure.filter(|error| error.reason != CANCELLED);
        let patch = match failed {
            Some(error) => ServerPatch {
                state: Some(ServerState::Failed),
                state_reason: Some(error.message.clone()),
                ..ServerPatch::default()
            },
            None => ServerPatch {
                state: Some(ServerState::Deleted),
                state_reason: Some("the creation was cancelled".to_owned()),
                delete_time: Some(context.now()),
                ..ServerPatch::default()
            },
        };
        Ok(StepOutcome::done_with(vec![Change::ServerRelease {
            id: context.operation.server_id,
            operation_id: context.operation.id,
            patch: Box::new(patch),
            now: context.now(),
        }]))
    }
}

struct ClaimAddress;

#[async_trait]
impl Step for ClaimAddress {
    fn name(&self) -> &'static str {
        "claim_address"
    }

    fn title(&self) -> &'static str {
        "Reserve an address"
    }

    /// A claim that is repeated gives the address it gave before.
    async fn run(&self, context: &StepContext) -> StepResult {
        let server = context.server().await?;
        let (pool, _) = context.ports.store.ip_pool_get(server.ip_pool_id).await?;
        match pool.kind {
            IpPoolKind::Dhcp => {}
            IpPoolKind::Static => {
                let now = context.now();
                context
                    .ports
                    .store
                    .ip_address_claim(pool.id, server.id, now)
                    .await?;
            }
        }
        Ok(StepOutcome::done())
    }

    async fn undo(&self, context: &StepContext) -> StepResult {
        Ok(StepOutcome::done_with(vec![Change::AddressesRelease {
            server_id: context.operation.server_id,
            now: context.now(),
        }]))
    }
}

struct ChoosePlace;

#[async_trait]
impl Step for ChoosePlace {
    fn name(&self) -> &'static str {
        "choose_place"
    }

    fn title(&self) -> &'static str {
        "Choose a node"
    }

    /// A crash after the vmid is drawn and before it is written down wastes it: vmids are never given twice.
    async fn run(&self, context: &StepContext) -> StepResult {
        let params: CreateParams = context.params()?;
        let server = context.server().await?;
        let hypervisor = context.hypervisor(&params.hypervisor)?;
        let node = hypervisor.choose_node(&server.resources).await?;
        let (first, last) = hypervisor.vmid_range();
        let vmid = context
            .ports
            .store
            .vmid_allocate(&params.hypervisor, first, last)
            .await?;
        let placement = Placement {
            hypervisor: params.hypervisor,
            node,
            vmid,
        };
        Ok(StepOutcome::done_with(vec![context.place(placement)]))
    }
}
