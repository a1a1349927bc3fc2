//! What operators tell nodes to do, and what their agents say of it.

use std::sync::Arc;
use std::time::Duration;

use super::outputs::{Outputs, Piece};
use crate::domain::ids::{NodeCommandId, NodeId};
use crate::domain::node::{Node, NodeState};
use crate::domain::node_command::{NodeAction, NodeCommand, NodeCommandEnd, NodeCommandState};
use crate::domain::page::{Page, PageRequest};
use crate::engine::access::operator;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

/// Of one node that have not ended, as the contract says.
const MOST_OPEN: u64 = 100;

#[derive(Clone, Debug)]
pub struct NodeCommands {
    pub(super) ports: Ports,
    pub(super) outputs: Arc<Outputs>,
    pub(super) heartbeat: Duration,
}

impl NodeCommands {
    pub const fn new(ports: Ports, outputs: Arc<Outputs>, heartbeat: Duration) -> Self {
        Self {
            ports,
            outputs,
            heartbeat,
        }
    }

    /// It is kept, and told to the node as soon as it is there.
    pub async fn run(
        &self,
        caller: &Caller,
        node: NodeId,
        action: NodeAction,
        timeout: Option<Duration>,
    ) -> Result<NodeCommand> {
        operator(caller)?;
        let user_id = caller.signed_in()?.user_id;
        let found = self.ports.store.node_get(node).await;
        may(&found.map_err(Error::of(Noun::Node))?, &action)?;
        let now = self.ports.clock.now();
        let command = NodeCommand {
            id: NodeCommandId::generate(),
            node_id: node,
            user_id,
            state: NodeCommandState::Queued,
            problem: String::new(),
            create_time: now,
            start_time: None,
            end_time: None,
            deadline_time: now + timeout.unwrap_or_else(|| action.usual_timeout()),
            cancel: false,
            action,
        };
        let mutation = caller.mutation(format!("node:{node}"), command.id.as_uuid(), now);
        let inserted = self
            .ports
            .store
            .node_command_insert(&command, MOST_OPEN, &mutation);
        match inserted.await {
            Ok(()) => {
                self.ports
                    .bus
                    .publish(Notice::NodeCommandsReady { node_id: node });
                Ok(command)
            }
            Err(StoreError::Replayed { resource }) => self.get(NodeCommandId::from_uuid(resource)).await,
            Err(error) => Err(Error::of(Noun::Node)(error)),
        }
    }

    pub async fn get(&self, id: NodeCommandId) -> Result<NodeCommand> {
        let found = self.ports.store.node_command_get(id).await;
        found.map_err(Error::of(Noun::NodeCommand))
    }

    /// Newest first.
    pub async fn list(&self, node: NodeId, page: PageRequest) -> Result<Page<NodeCommand>> {
        let found = self.ports.store.node_get(node).await;
        found.map_err(Error::of(Noun::Node))?;
        Ok(self.ports.store.node_command_list(node, page).await?)
    }

    pub async fn cancel(&self, caller: &Caller, id: NodeCommandId) -> Result<NodeCommand> {
        operator(caller)?;
        let now = self.ports.clock.now();
        let before = self.get(id).await?;
        let mutation = caller.mutation(format!("node:{}", before.node_id), id.as_uuid(), now);
        let node = self.ports.store.node_get(before.node_id).await;
        let node = node.map_err(Error::of(Noun::NodeCommand))?;
        // Whoever is there may have it already: its agent says what became of it.
        let may_be_told = node.state == NodeState::Online;
        let cancelled = self
            .ports
            .store
            .node_command_cancel(id, may_be_told, now, &mutation);
        match cancelled.await {
            Ok(command) => {
                self.tell(id);
                let node_id = command.node_id;
                self.ports.bus.publish(Notice::NodeCommandsReady { node_id });
                Ok(command)
            }
            Err(StoreError::Replayed { .. }) => self.get(id).await,
            Err(error) => Err(Error::of(Noun::NodeCommand)(error)),
        }
    }

    /// An agent says that it begins.
    pub async fn begun(&self, node: NodeId, id: NodeCommandId) -> Result<()> {
        let now = self.ports.clock.now();
        if self.ports.store.node_command_begin(id, node, now).await? {
            self.tell(id);
        }
        Ok(())
    }

    /// An agent says that it has ended. Afterwards that is known, whoever has said so first.
    pub async fn ended(&self, node: NodeId, id: NodeCommandId, end: &NodeCommandEnd) -> Result<()> {
        let now = self.ports.clock.now();
        if self.ports.store.node_command_end(id, node, end, now).await? {
            self.outputs.end(id);
            self.tell(id);
        }
        Ok(())
    }

    /// An agent tells what a command puts out.
    pub fn output(&self, node: NodeId, id: NodeCommandId, piece: Piece) {
        self.outputs.push(id, node, piece);
    }

    fn tell(&self, id: NodeCommandId) {
        self.ports.bus.publish(Notice::NodeCommandChanged { id });
    }
}

/// Whether it makes sense to keep it. The agent itself decides again.
fn may(node: &Node, action: &NodeAction) -> Result<()> {
    if node.state == NodeState::Revoked {
        return Err(Error::Precondition {
            reason: "NODE_REVOKED",
            message: "the node's key was taken away; enrol the machine again first".to_owned(),
        });
    }
    let needs = action.needs();
    match &node.facts {
        Some(facts) if !facts.capabilities.contains(&needs) => Err(Error::Precondition {
            reason: "NODE_LACKS_GRANT",
            message: format!(
                "the machine's owner does not grant {needs}; add it to `grants` in /etc/hostler/agent.toml there"
            ),
        }),
        // One that has not come yet may grant it.
        Some(_) | None => Ok(()),
    }
}
