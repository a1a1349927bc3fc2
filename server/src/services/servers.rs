//! The `Servers` service.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::StreamExt as _;
use hostler_proto::v1;
use hostler_proto::v1::servers_server::Servers as ServersRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::ServerId;
use crate::domain::server::{Server, ServerFilter};
use crate::engine::root_password::RootPassword;
use crate::engine::servers::{
    CreateServer, DeleteServer, RenameServer, ResetRootPassword, ResizeServer, RestartServer, Servers,
    StartServer, StopServer,
};
use crate::services::convert::{
    EventsOf, Viewer, Watched, wire_event, wire_operation, wire_server, wire_server_event,
};
use crate::services::inbound::{Inbound, ask};
use crate::services::streams::{Answers, Streams};

pub(super) struct ServersService {
    pub(super) servers: Arc<Servers>,
    pub(super) inbound: Inbound,
    pub(super) streams: Streams,
    /// Names of the hypervisors that only pretend.
    pub(super) simulated: Arc<HashSet<String>>,
}

impl ServersService {
    fn wire(&self, server: Server, viewer: Viewer) -> v1::Server {
        wire_server(server, viewer, |hypervisor| self.simulated.contains(hypervisor))
    }
}

#[tonic::async_trait]
impl ServersRpcs for ServersService {
    async fn list_servers(
        &self,
        request: Request<v1::ListServersRequest>,
    ) -> Result<Response<v1::ListServersResponse>, Status> {
        let (caller, filter, listing) = self.inbound.list::<_, ServerFilter>(request)?;
        let page = self.servers.list(&caller, filter, listing.page).await?;
        let next_page_token = listing.next(&page);
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::ListServersResponse {
            servers: page.map(|server| self.wire(server, viewer)).items,
            next_page_token,
        }))
    }

    async fn get_server(
        &self,
        request: Request<v1::GetServerRequest>,
    ) -> Result<Response<v1::GetServerResponse>, Status> {
        let (caller, id) = ask::<_, ServerId>(request)?;
        let server = self.servers.get(&caller, id).await?;
        Ok(Response::new(v1::GetServerResponse {
            server: Some(self.wire(server, Viewer::of(&caller))),
        }))
    }

    async fn create_server(
        &self,
        request: Request<v1::CreateServerRequest>,
    ) -> Result<Response<v1::CreateServerResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, CreateServer>(request)?;
        let accepted = self.servers.create(&caller, input).await?;
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::CreateServerResponse {
            operation: Some(wire_operation(accepted.operation, viewer)),
            server: Some(self.wire(accepted.server, viewer)),
            root_password: shown(accepted.root_password.as_ref()),
        }))
    }

    async fn start_server(
        &self,
        request: Request<v1::StartServerRequest>,
    ) -> Result<Response<v1::StartServerResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, StartServer>(request)?;
        let accepted = self.servers.start(&caller, input).await?;
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::StartServerResponse {
            operation: Some(wire_operation(accepted.operation, viewer)),
            server: Some(self.wire(accepted.server, viewer)),
        }))
    }

    async fn stop_server(
        &self,
        request: Request<v1::StopServerRequest>,
    ) -> Result<Response<v1::StopServerResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, StopServer>(request)?;
        let accepted = self.servers.stop(&caller, input).await?;
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::StopServerResponse {
            operation: Some(wire_operation(accepted.operation, viewer)),
            server: Some(self.wire(accepted.server, viewer)),
        }))
    }

    async fn restart_server(
        &self,
        request: Request<v1::RestartServerRequest>,
    ) -> Result<Response<v1::RestartServerResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, RestartServer>(request)?;
        let accepted = self.servers.restart(&caller, input).await?;
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::RestartServerResponse {
            operation: Some(wire_operation(accepted.operation, viewer)),
            server: Some(self.wire(accepted.server, viewer)),
        }))
    }

    async fn delete_server(
        &self,
        request: Request<v1::DeleteServerRequest>,
    ) -> Result<Response<v1::DeleteServerResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, DeleteServer>(request)?;
        let accepted = self.servers.delete(&caller, input).await?;
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::DeleteServerResponse {
            operation: Some(wire_operation(accepted.operation, viewer)),
            server: Some(self.wire(accepted.server, viewer)),
        }))
    }

    async fn resize_server(
        &self,
        request: Request<v1::ResizeServerRequest>,
    ) -> Result<Response<v1::ResizeServerResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, ResizeServer>(request)?;
        let accepted = self.servers.resize(&caller, input).await?;
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::ResizeServerResponse {
            operation: Some(wire_operation(accepted.operation, viewer)),
            server: Some(self.wire(accepted.server, viewer)),
        }))
    }

    async fn rename_server(
        &self,
        request: Request<v1::RenameServerRequest>,
    ) -> Result<Response<v1::RenameServerResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, RenameServer>(request)?;
        let accepted = self.servers.rename(&caller, input).await?;
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::RenameServerResponse {
            operation: Some(wire_operation(accepted.operation, viewer)),
            server: Some(self.wire(accepted.server, viewer)),
        }))
    }

    async fn reset_root_password(
        &self,
        request: Request<v1::ResetRootPasswordRequest>,
    ) -> Result<Response<v1::ResetRootPasswordResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, ResetRootPassword>(request)?;
        let accepted = self.servers.reset_root_password(&caller, input).await?;
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::ResetRootPasswordResponse {
            operation: Some(wire_operation(accepted.operation, viewer)),
            server: Some(self.wire(accepted.server, viewer)),
            root_password: shown(accepted.root_password.as_ref()),
        }))
    }

    async fn list_server_events(
        &self,
        request: Request<v1::ListServerEventsRequest>,
    ) -> Result<Response<v1::ListServerEventsResponse>, Status> {
        let (caller, EventsOf(server), listing) = self.inbound.list(request)?;
        let page = self.servers.events(&caller, server, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListServerEventsResponse {
            events: page.map(wire_server_event).items,
            next_page_token,
        }))
    }

    type WatchServersStream = Answers<v1::WatchServersResponse>;

    async fn watch_servers(
        &self,
        request: Request<v1::WatchServersRequest>,
    ) -> Result<Response<Self::WatchServersStream>, Status> {
        let (caller, Watched(ids)) = ask(request)?;
        let events = self.servers.watch(&caller, ids, self.streams.stop())?;
        let (viewer, simulated) = (Viewer::of(&caller), Arc::clone(&self.simulated));
        let wire = move |server| wire_server(server, viewer, |hypervisor| simulated.contains(hypervisor));
        let answers = events.map(move |event| event.map(|event| wire_event(event, &wire)));
        self.streams.answer(&caller, answers)
    }
}

/// Empty when an earlier call has shown it.
fn shown(password: Option<&RootPassword>) -> String {
    password
        .map(|password| password.reveal().to_owned())
        .unwrap_or_default()
}
