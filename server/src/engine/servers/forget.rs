//! Giving a server up whose hypervisor has left the configuration: its row and its addresses are given
//! back, and nobody asks about its guest. It would otherwise keep its tariff and its pool for ever.

use super::input::{Accepted, DeleteServer};
use super::service::Servers;
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::ids::{EventId, OperationId};
use crate::domain::operation::{Operation, OperationKind, OperationState};
use crate::domain::server::{Server, ServerPatch, ServerState};
use crate::engine::access::operator;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::operations::accept::{create, pending, replayed, unless_replayed};
use crate::engine::operations::params::{DeleteParams, to_value};

impl Servers {
    pub(super) async fn forget(&self, caller: &Caller, input: DeleteServer) -> Result<Accepted> {
        operator(caller)?;
        if let Some(operation) = replayed(&self.ports, caller).await? {
            return self.accepted(operation).await;
        }
        let begun = self.begin_forgetting(caller, &input).await;
        let operation = unless_replayed(&self.ports, caller, begun).await?;
        self.accepted(operation).await
    }

    async fn begin_forgetting(&self, caller: &Caller, input: &DeleteServer) -> Result<Operation> {
        let server = self.get(caller, input.id).await?;
        if server.state == ServerState::Deleted {
            return Err(Error::NotFound(Noun::Server));
        }
        if input
            .etag
            .as_ref()
            .is_some_and(|etag| !server.generation.matches(etag))
        {
            return Err(Error::Stale);
        }
        self.require_homeless(&server)?;
        let id = OperationId::generate();
        let params = to_value(&DeleteParams {
            prior_state: server.state,
            forget: true,
        });
        let kind = OperationKind::ServerDelete;
        let operation = pending(&self.ports, caller, id, kind, &server, None, params)?;
        let changes = self.changes(&server, id).await?;
        create(&self.ports, caller, operation, &changes).await
    }

    /// A name that is configured, even of a hypervisor that is down, is one that can be asked.
    fn require_homeless(&self, server: &Server) -> Result<()> {
        let placement = server.placement.as_ref();
        if placement.is_some_and(|placement| self.ports.hypervisors.get(&placement.hypervisor).is_none()) {
            return Ok(());
        }
        Err(Error::Precondition {
            reason: "HYPERVISOR_CONFIGURED",
            message: "only a server whose hypervisor is no longer configured can be forgotten; \
                      delete this one the usual way"
                .to_owned(),
        })
    }

    /// What is stuck on the missing hypervisor is given up with the server; other work is waited for.
    async fn changes(&self, server: &Server, operation_id: OperationId) -> Result<Vec<Change>> {
        let now = self.ports.clock.now();
        let mut changes = Vec::new();
        let mut generation = server.generation;
        if let Some(stuck) = server.operation_id {
            let operation = self.ports.store.operation_get(stuck).await?;
            if operation.state != OperationState::Stuck {
                return Err(Error::Busy { operation: stuck });
            }
            changes.push(Change::OperationAbandon { id: stuck, now });
            changes.push(Change::ServerRelease {
                id: server.id,
                operation_id: stuck,
                patch: Box::new(ServerPatch::default()),
                now,
            });
            generation = generation.next();
        }
        changes.push(Change::ServerClaim {
            id: server.id,
            generation,
            operation_id,
            state: ServerState::Deleting,
            now,
        });
        changes.push(Change::EventInsert(Box::new(Event {
            id: EventId::generate(),
            server_id: Some(server.id),
            owner_id: server.owner_id,
            operation_id: Some(operation_id),
            kind: "server.forgotten".to_owned(),
            text: "an operator gave the server up: its hypervisor is no longer configured".to_owned(),
            create_time: now,
        })));
        Ok(changes)
    }
}
