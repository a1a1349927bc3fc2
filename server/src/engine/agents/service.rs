//! What agents ask for.

use tokio_util::sync::CancellationToken;

use super::arrivals::Arrivals;
use super::hub::AgentHub;
use super::refusals::{KEY_REFUSED, KEY_TAKEN, OTHER_NODE};
use super::session::AgentSession;
use super::settings::AgentSettings;
use crate::domain::ids::NodeId;
use crate::domain::node::{Arrival, NodeFacts};
use crate::domain::session::SecretHash;
use crate::domain::time::Timestamp;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

#[derive(Debug)]
pub struct Agents {
    ports: Ports,
    arrivals: Arrivals,
    hub: AgentHub,
    settings: AgentSettings,
    /// This process, to the others.
    instance: String,
}

impl Agents {
    /// Starts a task, which ends with the token.
    pub fn start(
        ports: Ports,
        hub: AgentHub,
        settings: AgentSettings,
        instance: String,
        stop: CancellationToken,
    ) -> Self {
        Self {
            arrivals: Arrivals::spawn(ports.clone(), stop),
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
        let attached = self.arrivals.write(node, arrival).await?;
        let session = self.hub.attach(attached).await?;
        self.ports.bus.publish(Notice::NodeChanged { id: node });
        self.ports
            .bus
            .publish(Notice::NodeCommandsReady { node_id: node });
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
