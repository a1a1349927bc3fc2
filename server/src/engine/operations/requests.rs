//! What callers ask about operations: look, follow, cancel, retry.

use std::time::Duration;

use futures_util::Stream;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::watch;
use crate::domain::ids::OperationId;
use crate::domain::operation::{Operation, OperationFilter, OperationState, StepRecord};
use crate::domain::page::{Page, PageRequest};
use crate::domain::principal::Principal;
use crate::domain::time::Timestamp;
use crate::engine::access::{changeable, list_owner, operator, visible};
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::ports::bus::Notice;
use crate::ports::store::{Mutation, StoreError};

/// A watch reads the row again this often even if no notice came.
const REREAD: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
pub struct Operations {
    ports: Ports,
    reread: Duration,
}

impl Operations {
    pub fn new(ports: Ports) -> Self {
        Self {
            ports,
            reread: REREAD,
        }
    }

    pub async fn get(&self, caller: &Caller, id: OperationId) -> Result<(Operation, Vec<StepRecord>)> {
        let operation = self.load(id).await?;
        let principal = visible(caller, operation.owner_id, Noun::Operation)?;
        let steps = self.ports.store.operation_steps(id).await?;
        Ok(shown(principal, operation, steps))
    }

    pub async fn list(
        &self,
        caller: &Caller,
        mut filter: OperationFilter,
        page: PageRequest,
    ) -> Result<Page<Operation>> {
        filter.owner_id = list_owner(caller, filter.owner_id)?;
        let principal = caller.signed_in()?;
        let found = self.ports.store.operation_list(&filter, page).await?;
        Ok(found.map(|operation| shown(principal, operation, Vec::new()).0))
    }

    /// The operation as it is now, then after each change; changes that follow closely may come as
    /// one. Ends after a state that lasts, or with the token.
    pub async fn watch(
        &self,
        caller: &Caller,
        id: OperationId,
        token: CancellationToken,
    ) -> Result<impl Stream<Item = Result<(Operation, Vec<StepRecord>)>> + Send + 'static + use<>> {
        // Subscribed before the first read, so that no change falls in between.
        let notices = self.ports.bus.subscribe();
        let operation = self.load(id).await?;
        let principal = visible(caller, operation.owner_id, Noun::Operation)?.clone();
        let watch = watch::Watch::new(self.ports.clone(), id, notices, self.reread, token);
        Ok(watch.stream(move |operation, steps| shown(&principal, operation, steps)))
    }

    /// Notes the wish: the worker heeds it at the next step that can still turn back.
    pub async fn cancel(&self, caller: &Caller, id: OperationId) -> Result<Operation> {
        let operation = self.load(id).await?;
        let principal = changeable(caller, operation.owner_id, Noun::Operation)?.clone();
        let now = self.ports.clock.now();
        let mutation = mutation(caller, &operation, now);
        // The store knows the request before it looks at the state: a repeat is answered whatever has
        // become of the operation.
        let done = self.ports.store.operation_cancel(id, now, &mutation).await;
        if matches!(done, Err(StoreError::Stale)) {
            let now = self.load(id).await?;
            if was_cancelled(&now) {
                return Ok(shown(&principal, now, Vec::new()).0);
            }
        }
        self.changed(
            &principal,
            &operation,
            done,
            "only a pending or running operation can be cancelled",
        )
        .await
    }

    /// Lets a stuck operation try its undo again. For operators.
    pub async fn retry(&self, caller: &Caller, id: OperationId) -> Result<Operation> {
        let principal = operator(caller)?.clone();
        let operation = self.load(id).await?;
        let now = self.ports.clock.now();
        let mutation = mutation(caller, &operation, now);
        let done = self.ports.store.operation_retry(id, now, &mutation).await;
        self.changed(
            &principal,
            &operation,
            done,
            "only a stuck operation can be retried",
        )
        .await
    }

    async fn load(&self, id: OperationId) -> Result<Operation> {
        let operation = self.ports.store.operation_get(id).await;
        operation.map_err(Error::of(Noun::Operation))
    }

    /// Tells who is concerned, and gives the operation as it is now.
    async fn changed(
        &self,
        principal: &Principal,
        operation: &Operation,
        done: std::result::Result<(), StoreError>,
        refusal: &str,
    ) -> Result<Operation> {
        match done {
            Ok(()) => {
                self.ports.bus.publish(Notice::OperationChanged {
                    id: operation.id,
                    server_id: operation.server_id,
                    owner_id: operation.owner_id,
                });
                self.ports.bus.publish(Notice::OperationReady);
            }
            Err(StoreError::Replayed { .. }) => {}
            Err(StoreError::Stale) => {
                return Err(Error::Precondition {
                    reason: "WRONG_STATE",
                    message: format!("the operation is {}; {refusal}", operation.state),
                });
            }
            Err(error) => return Err(error.into()),
        }
        let operation = self.load(operation.id).await?;
        Ok(shown(principal, operation, Vec::new()).0)
    }
}

/// Cancelling what was cancelled already is fine.
fn was_cancelled(operation: &Operation) -> bool {
    match operation.state {
        OperationState::Unwinding | OperationState::Cancelled => operation.cancel_requested,
        OperationState::Pending
        | OperationState::Running
        | OperationState::Succeeded
        | OperationState::Failed
        | OperationState::Stuck => false,
    }
}

fn mutation(caller: &Caller, operation: &Operation, now: Timestamp) -> Mutation {
    caller.mutation(format!("operation:{}", operation.id), operation.id.as_uuid(), now)
}

/// Nobody sees the params; only staff see the hypervisor's words and its tasks.
fn shown(
    principal: &Principal,
    mut operation: Operation,
    mut steps: Vec<StepRecord>,
) -> (Operation, Vec<StepRecord>) {
    operation.params = Value::Null;
    for step in &mut steps {
        step.output = Value::Null;
    }
    if !principal.role.is_staff() {
        if let Some(error) = &mut operation.error {
            error.detail.clear();
        }
        for step in &mut steps {
            step.detail.clear();
            step.external_ref = None;
        }
    }
    (operation, steps)
}
