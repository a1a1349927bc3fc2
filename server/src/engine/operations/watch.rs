//! Follows one operation. Nothing is kept for slow readers: each gets the latest when it asks.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use futures_util::stream::Stream;
use tokio_util::sync::CancellationToken;

use crate::domain::ids::OperationId;
use crate::domain::operation::{Operation, OperationState, StepRecord};
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::turns::{self, Turns};
use crate::ports::bus::{BusReceiver, Notice};

pub(super) struct Watch {
    ports: Ports,
    id: OperationId,
    notices: Box<dyn BusReceiver>,
    reread: Duration,
    token: CancellationToken,
    /// What the reader was told last.
    told: Option<Operation>,
    ended: bool,
}

type Told = (Operation, Vec<StepRecord>);

impl Watch {
    pub(super) fn new(
        ports: Ports,
        id: OperationId,
        notices: Box<dyn BusReceiver>,
        reread: Duration,
        token: CancellationToken,
    ) -> Self {
        Self {
            ports,
            id,
            notices,
            reread,
            token,
            told: None,
            ended: false,
        }
    }

    pub(super) fn stream(
        self,
        show: impl Fn(Operation, Vec<StepRecord>) -> Told + Send + 'static,
    ) -> impl Stream<Item = Result<Told>> + Send + 'static {
        turns::stream(self).map_ok(move |(operation, steps)| show(operation, steps))
    }
}

impl Turns for Watch {
    type Event = Told;

    async fn next(&mut self) -> Option<Result<Told>> {
        while !self.ended {
            if self.told.is_some() {
                let token = self.token.clone();
                tokio::select! {
                    () = token.cancelled() => return None,
                    () = self.something_happened() => {}
                }
            }
            match self.read().await {
                Ok(Some(told)) => return Some(Ok(told)),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        None
    }
}

impl Watch {
    /// The operation, if it is not what the reader knows already.
    async fn read(&mut self) -> Result<Option<Told>> {
        let store = &self.ports.store;
        let operation = store
            .operation_get(self.id)
            .await
            .map_err(Error::of(Noun::Operation))?;
        if self
            .told
            .as_ref()
            .is_some_and(|told| looks_the_same(told, &operation))
        {
            return Ok(None);
        }
        let steps = store.operation_steps(self.id).await?;
        self.ended = operation.state.is_terminal() || operation.state == OperationState::Stuck;
        self.told = Some(operation.clone());
        Ok(Some((operation, steps)))
    }

    async fn something_happened(&mut self) {
        let reread = tokio::time::sleep(self.reread);
        tokio::pin!(reread);
        loop {
            tokio::select! {
                () = &mut reread => return,
                notice = self.notices.next() => match notice {
                    Some(Notice::OperationChanged { id, .. }) if id == self.id => return,
                    Some(Notice::Missed) => return,
                    Some(_) => {}
                    None => return reread.await,
                },
            }
        }
    }
}

/// Renewed leases are nothing to tell of.
fn looks_the_same(told: &Operation, now: &Operation) -> bool {
    let blurred = Operation {
        lease_owner: told.lease_owner.clone(),
        lease_until: told.lease_until,
        epoch: told.epoch,
        run_after: told.run_after,
        ..now.clone()
    };
    *told == blurred
}
