//! `server.reset_password/1`: sets root's password from its hash. There is no undo: the old
//! password is known to nobody here.

use std::sync::Arc;

use async_trait::async_trait;

use crate::engine::operations::context::StepContext;
use crate::engine::operations::params::ResetPasswordParams;
use crate::engine::operations::step::{Step, Steps};
use crate::engine::operations::step_end::{StepOutcome, StepResult};
use crate::engine::operations::steps::{Finish, Hold};

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
        placed
            .hypervisor
            .set_root_password(&placed.guest, &params.root_password_hash)
            .await?;
        Ok(StepOutcome::done())
    }
}
