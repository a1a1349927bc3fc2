//! What operators do with nodes.

use super::input::NodePatch;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::NodeId;
use crate::domain::node::{HypervisorNode, Node, NodeEvent, NodeState};
use crate::domain::page::{Page, PageRequest};
use crate::engine::access::operator;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::etags::{Guard, wanted};
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

#[derive(Debug)]
pub struct Nodes {
    pub(super) ports: Ports,
}

impl Nodes {
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    pub async fn get(&self, id: NodeId) -> Result<Node> {
        let found = self.ports.store.node_get(id).await;
        found.map_err(Error::of(Noun::Node))
    }

    /// Oldest first.
    pub async fn list(&self, state: Option<NodeState>, page: PageRequest) -> Result<Page<Node>> {
        Ok(self.ports.store.node_list(state, page).await?)
    }

    pub async fn update(
        &self,
        caller: &Caller,
        id: NodeId,
        patch: NodePatch,
        etag: Option<&str>,
    ) -> Result<Node> {
        operator(caller)?;
        if let Some(Some(machine)) = &patch.hypervisor_node {
            self.known(machine)?;
        }
        let mut guard = Guard::new(etag)?;
        loop {
            let current = self.get(id).await?;
            let now = self.ports.clock.now();
            let mutation = caller.mutation(target(id), id.as_uuid(), now);
            let generation = guard.generation(current.generation);
            let node = Node {
                display_name: patch.display_name.clone().unwrap_or(current.display_name),
                labels: patch.labels.clone().unwrap_or(current.labels),
                hypervisor_node: patch.hypervisor_node.clone().unwrap_or(current.hypervisor_node),
                update_time: now,
                ..current
            };
            match self.ports.store.node_update(&node, generation, &mutation).await {
                Ok(()) => {
                    self.tell(id);
                    return self.get(id).await;
                }
                Err(StoreError::Replayed { .. }) => return self.get(id).await,
                Err(error) if guard.retries(&error) => {}
                Err(error) => return Err(Error::of(Noun::Node)(error)),
            }
        }
    }

    /// A name that is mistyped would lead to nothing, without a word.
    fn known(&self, machine: &HypervisorNode) -> Result<()> {
        if self.ports.hypervisors.get(&machine.hypervisor).is_some() {
            return Ok(());
        }
        let names: Vec<&str> = self.ports.hypervisors.iter().map(|(name, _)| name).collect();
        let mut errors = FieldErrors::default();
        errors.push(
            "node.hypervisor_node.hypervisor",
            format!("must be a hypervisor of the configuration: {}", names.join(", ")),
        );
        Ok(errors.check()?)
    }

    /// Its agent is cut off and cannot come back by the key it has.
    pub async fn revoke(&self, caller: &Caller, id: NodeId, etag: Option<&str>) -> Result<Node> {
        operator(caller)?;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(target(id), id.as_uuid(), now);
        match self
            .ports
            .store
            .node_revoke(id, wanted(etag)?, now, &mutation)
            .await
        {
            Ok(()) => self.tell(id),
            Err(StoreError::Replayed { .. }) => {}
            Err(error) => return Err(Error::of(Noun::Node)(error)),
        }
        self.get(id).await
    }

    pub async fn delete(&self, caller: &Caller, id: NodeId, etag: Option<&str>) -> Result<()> {
        operator(caller)?;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(target(id), id.as_uuid(), now);
        match self.ports.store.node_delete(id, wanted(etag)?, &mutation).await {
            Ok(()) => {
                self.tell(id);
                Ok(())
            }
            Err(StoreError::Replayed { .. }) => Ok(()),
            Err(error) => Err(Error::of(Noun::Node)(error)),
        }
    }

    /// Newest first.
    pub async fn list_events(&self, id: NodeId, page: PageRequest) -> Result<Page<NodeEvent>> {
        self.get(id).await?;
        Ok(self.ports.store.node_event_list(id, page).await?)
    }

    fn tell(&self, id: NodeId) {
        self.ports.bus.publish(Notice::NodeChanged { id });
    }
}

fn target(id: NodeId) -> String {
    format!("node:{id}")
}
