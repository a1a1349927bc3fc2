//! `server.resize/1`: changes processor and memory, then grows the disk.
//!
//! The order matters: what can be set back comes first. From the disk on there is no way back, so a
//! cancel is not heeded any more, and a failure keeps the larger disk and says so.

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::change::Change;
use crate::domain::resources::{GIB, Resources};
use crate::engine::operations::context::StepContext;
use crate::engine::operations::failure::permanent;
use crate::engine::operations::params::ResizeParams;
use crate::engine::operations::step::{Step, Steps};
use crate::engine::operations::step_end::{StepError, StepOutcome, StepResult};
use crate::engine::operations::steps::{Configure, Finish, GrowDisk, Hold, pair};

pub(crate) fn steps() -> Steps {
    let mut steps: Steps = vec![
        Arc::new(Hold::plain().and_sizes()),
        Arc::new(Configure::new(
            |context, server| {
                let params: ResizeParams = context.params()?;
                server.resources = params.to;
                server.tariff_id = params.tariff_id;
                Ok(())
            },
            |_, _| Ok(()),
        )),
    ];
    steps.extend(pair(GrowDisk::to(|context, _| {
        Ok(context.params::<ResizeParams>()?.to.disk_bytes)
    })));
    steps.push(Arc::new(Verify));
    steps.push(Arc::new(Finish::new(|context, patch| {
        let params: ResizeParams = context.params()?;
        patch.resources = Some(params.to);
        patch.tariff_id = Some(params.tariff_id);
        patch.price = Some(params.price);
        // A tariff that was deleted meanwhile ends the resize, and no server is left with it.
        Ok(vec![Change::TariffHold { id: params.tariff_id }])
    })));
    steps
}

/// The hypervisor's word is not enough: some of its tasks fail and end well.
struct Verify;

#[async_trait]
impl Step for Verify {
    fn name(&self) -> &'static str {
        "verify"
    }

    fn title(&self) -> &'static str {
        "Check the new sizes"
    }

    fn cancellable(&self, _started: bool) -> bool {
        false
    }

    async fn run(&self, context: &StepContext) -> StepResult {
        let wanted = context.params::<ResizeParams>()?.to;
        let placed = context.require_placed().await?;
        let present = placed.hypervisor.configured_resources(&placed.guest).await?;
        if present == wanted {
            return Ok(StepOutcome::done());
        }
        Err(not_as_asked(present, wanted))
    }
}

fn not_as_asked(present: Resources, wanted: Resources) -> StepError {
    permanent(
        "NOT_RESIZED",
        "the hypervisor did not take the new sizes; processor and memory are set back, a disk that has grown cannot shrink",
        format!(
            "has {} millicores, {} bytes of memory and {} GiB of disk; wanted {}, {} and {} GiB",
            present.cpu_millicores,
            present.memory_bytes,
            present.disk_bytes / GIB,
            wanted.cpu_millicores,
            wanted.memory_bytes,
            wanted.disk_bytes / GIB,
        ),
    )
}
