//! What a command works with.

use hostler_client::{Client, v1};

use crate::errors::Failure;
use crate::output::Output;
use crate::profile::{Folders, Profile, Wanted};
use crate::progress;

/// The server to call and the streams to write to.
pub(crate) struct Context<'a> {
    pub(crate) client: Client,
    pub(crate) profile: Profile,
    pub(crate) output: &'a mut Output,
}

impl<'a> Context<'a> {
    pub(crate) fn open(wanted: &Wanted, output: &'a mut Output) -> Result<Self, Failure> {
        let profile = Profile::open(Folders::of_this_user()?, wanted)?;
        Ok(Self {
            client: profile.client()?,
            profile,
            output,
        })
    }

    /// Waits for an operation, unless told not to, and returns how it stands then.
    pub(crate) async fn follow(
        &mut self,
        operation: v1::Operation,
        no_wait: bool,
    ) -> Result<v1::Operation, Failure> {
        if no_wait {
            return Ok(operation);
        }
        progress::follow(&self.client, self.output, &operation.id).await
    }
}
