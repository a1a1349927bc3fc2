//! Tells the agents that are connected to this process what they are to do.
//!
//! All commands of a node that have not ended are told each time: an agent knows which it has begun.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::outputs::Outputs;
use crate::domain::ids::{NodeId, OperationId};
use crate::domain::node_command::NodeAction;
use crate::domain::secret::Secret;
use crate::engine::agents::{AgentHub, Order, Told};
use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::engine::operations::params::root_password_hash;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

/// Of one node, at a time.
const AT_ONCE: u32 = 100;
/// From one try to the next, of what could not be told.
const AGAIN: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub struct NodeDispatch {
    ports: Ports,
    hub: AgentHub,
    outputs: Arc<Outputs>,
    again: BTreeSet<NodeId>,
}

impl NodeDispatch {
    pub const fn new(ports: Ports, hub: AgentHub, outputs: Arc<Outputs>) -> Self {
        Self {
            ports,
            hub,
            outputs,
            again: BTreeSet::new(),
        }
    }

    /// Until the token is cancelled.
    pub async fn run(mut self, token: CancellationToken) {
        let mut notices = self.ports.bus.subscribe();
        let mut ticks = interval(AGAIN);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                () = token.cancelled() => return,
                _ = ticks.tick() => {
                    for node in std::mem::take(&mut self.again) {
                        self.tell(node).await;
                    }
                }
                notice = notices.next() => match notice {
                    Some(Notice::NodeCommandsReady { node_id }) => self.tell(node_id).await,
                    Some(Notice::Missed) => self.again.extend(self.hub.nodes().await.unwrap_or_default()),
                    Some(_) => {}
                    None => return,
                },
            }
        }
    }

    async fn tell(&mut self, node: NodeId) {
        match self.try_tell(node).await {
            // Who is not here is told when it comes, by whichever process it comes to.
            Ok(Told::All | Told::Away) => {}
            Ok(Told::NoRoom) => {
                self.again.insert(node);
            }
            Err(error) => {
                tracing::warn!(%error, %node, "a node's commands cannot be read; trying again");
                self.again.insert(node);
            }
        }
    }

    /// `None` when the operation is over: nobody wants the password set any more.
    async fn password_hash(&self, operation: OperationId) -> Result<Option<Secret>> {
        match self.ports.store.operation_get(operation).await {
            Ok(operation) => Ok(root_password_hash(&operation.params)),
            Err(StoreError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn try_tell(&self, node: NodeId) -> Result<Told> {
        let open = self.ports.store.node_command_open(node, AT_ONCE).await?;
        let now = self.ports.clock.now();
        let mut orders = Vec::new();
        for command in open {
            let id = command.id;
            if command.cancel {
                orders.push(Order::Cancel { id });
            } else if command.deadline_time > now {
                let timeout = command.deadline_time.since(now);
                let secret = if let NodeAction::GuestPassword { operation, .. } = command.action {
                    let Some(hash) = self.password_hash(operation).await? else {
                        continue;
                    };
                    Some(hash)
                } else {
                    None
                };
                self.outputs.expect(id, node, timeout);
                orders.push(Order::Command {
                    id,
                    action: command.action,
                    secret,
                    timeout,
                });
            }
        }
        if orders.is_empty() {
            return Ok(Told::All);
        }
        let told = self.hub.tell(node, orders).await?;
        if told == Told::Away {
            self.outputs.expect_no_more(node);
        }
        Ok(told)
    }
}
