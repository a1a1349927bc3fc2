//! What agents ask for.

use super::hub::AgentHub;
use super::session::AgentSession;
use super::settings::AgentSettings;
use crate::domain::ids::NodeId;
use crate::domain::node::{Arrival, NodeFacts};
use crate::domain::session::SecretHash;
use crate::domain::time::Timestamp;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Result};
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

/// For a key that never was one, and for one that was taken away.
pub const KEY_REFUSED: Error = Error::Unauthenticated {
    reason: "NODE_KEY_REFUSED",
    message: "this is no node's key, or not any more; enrol the machine again",
};

/// The key is good, and its agent believes to be somebody else.
const OTHER_NODE: Error = Error::Unauthenticated {
    reason: "NODE_KEY_REFUSED",
    message: "the key is another node's; enrol the machine again",
};

const KEY_TAKEN: Error = Error::AlreadyExists {
    reason: "NODE_KEY_TAKEN",
    message: "the key is in use already; make another one",
};

#[derive(Debug)]
pub struct Agents {
    ports: Ports,
    hub: AgentHub,
    settings: AgentSettings,
    /// This process, to the others.
    instance: String,
}

impl Agents {
    pub fn new(ports: Ports, hub: AgentHub, settings: AgentSettings, instance: String) -> Self {
        Self {
            ports,
            hub,
            settings,
            instance,
        }
    }

    pub fn settings(&self) -> AgentSettings {
        self.settings
    }

    /// The clock that agents hold theirs against.
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Begins a session, which takes the place of the one before.
    pub async fn attach(
        &self,
        node: NodeId,
        claimed: NodeId,
        boot_id: String,
        facts: NodeFacts,
    ) -> Result<AgentSession> {
        if node != claimed {
            return Err(OTHER_NODE);
        }
        let arrival = Arrival {
            boot_id,
            facts,
            instance: self.instance.clone(),
        };
        let now = self.ports.clock.now();
        let attached = match self.ports.store.node_attach(node, &arrival, now).await {
            Ok(attached) => attached,
            Err(StoreError::NotFound) => return Err(KEY_REFUSED),
            Err(error) => return Err(error.into()),
        };
        let session = self.hub.attach(attached).await?;
        self.ports.bus.publish(Notice::NodeChanged { id: node });
        Ok(session)
    }

    /// Names the key that takes the place of the present one.
    pub async fn rotate_key(&self, caller: &Caller, node: NodeId, key: SecretHash) -> Result<()> {
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("node:{node}"), node.as_uuid(), now);
        match self.ports.store.node_key_offer(node, key, &mutation).await {
            Ok(()) => Ok(()),
            Err(StoreError::NotFound) => Err(KEY_REFUSED),
            Err(StoreError::AlreadyExists { .. }) => Err(KEY_TAKEN),
            Err(error) => Err(error.into()),
        }
    }
}
