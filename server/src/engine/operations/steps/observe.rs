//! What the hypervisor says of a server: the state it settles to when an operation lets go of it.

use crate::domain::guest::GuestStatus;
use crate::domain::server::{Placement, ServerPatch, ServerState};
use crate::engine::operations::context::StepContext;
use crate::engine::operations::failure::transient;
use crate::engine::operations::step_end::StepError;

pub(crate) struct Observed {
    pub(crate) state: ServerState,
    pub(crate) reason: &'static str,
    pub(crate) placement: Option<Placement>,
}

impl Observed {
    /// The patch that makes the row say so. What runs is to run; what is stopped may have stopped by itself, and
    /// is still to do what it was to do.
    pub(crate) fn patch(self) -> ServerPatch {
        ServerPatch {
            state: Some(self.state),
            state_reason: Some(self.reason.to_owned()),
            wanted_running: (self.state == ServerState::Running).then_some(true),
            placement: self.placement,
            ..ServerPatch::default()
        }
    }

    const fn lost() -> Self {
        Self {
            state: ServerState::Lost,
            reason: "the hypervisor no longer knows the server",
            placement: None,
        }
    }
}

pub(crate) async fn observe(context: &StepContext) -> Result<Observed, StepError> {
    let Some(placed) = context.placed().await? else {
        return Ok(Observed {
            state: ServerState::Failed,
            reason: "the server was never placed on a hypervisor",
            placement: None,
        });
    };
    let Some(guest) = placed.hypervisor.guest(placed.guest.vmid).await? else {
        return Ok(Observed::lost());
    };
    if guest.server_id.is_some_and(|id| id != placed.server.id) {
        return Ok(Observed::lost());
    }
    let state = match guest.status {
        GuestStatus::Running => ServerState::Running,
        GuestStatus::Stopped => ServerState::Stopped,
        GuestStatus::Unknown => {
            return Err(transient(
                "GUEST_STATE_UNKNOWN",
                "the hypervisor cannot say whether the server runs",
                format!("guest {} on node {} is unknown", guest.vmid, guest.node),
            ));
        }
    };
    let placement = placed
        .server
        .placement
        .filter(|placement| placement.node != guest.node);
    Ok(Observed {
        state,
        reason: "",
        placement: placement.map(|placement| Placement {
            node: guest.node,
            ..placement
        }),
    })
}
