//! The use cases of servers, and what they share.

use std::sync::Arc;

use crate::domain::ids::ServerId;
use crate::domain::operation::Operation;
use crate::domain::server::{Server, ServerState};
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::gate::Gate;
use crate::engine::passwords::HashTurns;

use super::input::Accepted;

/// Limits that the operator sets.
#[derive(Clone, Copy, Debug)]
pub struct ServersSettings {
    /// Servers a user may have at a time.
    pub per_user: u64,
}

impl Default for ServersSettings {
    fn default() -> Self {
        Self { per_user: 100 }
    }
}

#[derive(Clone, Debug)]
pub struct Servers {
    pub(super) ports: Ports,
    pub(super) settings: ServersSettings,
    /// Shared with everybody else who computes hashes.
    pub(super) turns: HashTurns,
    /// One query for all who ask for a server at the same time.
    pub(super) gate: Arc<Gate<ServerId, Server>>,
}

impl Servers {
    pub fn new(ports: Ports, settings: ServersSettings, turns: HashTurns) -> Self {
        let store = Arc::clone(&ports.store);
        Self {
            ports,
            settings,
            turns,
            gate: Arc::new(Gate::new(move |ids: Vec<ServerId>| {
                let store = Arc::clone(&store);
                Box::pin(async move {
                    let found = store.server_get_many(&ids).await?;
                    Ok(found.into_iter().map(|server| (server.id, server)).collect())
                })
            })),
        }
    }

    /// The operation with its server as it is now. Neither the params nor the hypervisor's words leave here.
    pub(super) async fn accepted(&self, mut operation: Operation) -> Result<Accepted> {
        let server = self.ports.store.server_get(operation.server_id).await;
        operation.params = serde_json::Value::Null;
        if let Some(error) = &mut operation.error {
            error.detail.clear();
        }
        Ok(Accepted {
            operation,
            server: server.map_err(Error::of(Noun::Server))?,
        })
    }
}

/// Refuses a server that is in none of `states`; `needs` tells what it must be.
pub(super) fn require(server: &Server, states: &[ServerState], needs: &'static str) -> Result<()> {
    if states.contains(&server.state) {
        Ok(())
    } else {
        Err(Error::WrongState {
            state: server.state,
            needs,
        })
    }
}
