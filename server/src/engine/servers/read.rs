//! Looking at servers.

use super::service::Servers;
use crate::domain::event::Event;
use crate::domain::ids::ServerId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::server::{Server, ServerFilter};
use crate::engine::access::{list_owner, visible};
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};

impl Servers {
    /// What clients ask for most: those who ask at the same time share a query.
    pub async fn get(&self, caller: &Caller, id: ServerId) -> Result<Server> {
        let server = if let Some(server) = self.gate.get(id).await? {
            server
        } else {
            // Alone, to tell a server that does not exist from a row that cannot be read.
            let server = self.ports.store.server_get(id).await;
            server.map_err(Error::of(Noun::Server))?
        };
        visible(caller, server.owner_id, Noun::Server)?;
        Ok(server)
    }

    pub async fn list(
        &self,
        caller: &Caller,
        mut filter: ServerFilter,
        page: PageRequest,
    ) -> Result<Page<Server>> {
        filter.owner_id = list_owner(caller, filter.owner_id)?;
        Ok(self.ports.store.server_list(&filter, page).await?)
    }

    /// The server's timeline, newest first.
    pub async fn events(&self, caller: &Caller, id: ServerId, page: PageRequest) -> Result<Page<Event>> {
        self.get(caller, id).await?;
        Ok(self.ports.store.event_list(id, page).await?)
    }
}
