//! Starting, stopping, restarting and deleting.

use super::input::{Accepted, DeleteServer, RestartServer, StartServer, StopServer};
use super::service::{Servers, require};
use crate::domain::operation::OperationKind;
use crate::domain::server::{Server, ServerState};
use crate::engine::caller::Caller;
use crate::engine::error::Result;
use crate::engine::operations::accept::{Work, accept};
use crate::engine::operations::params::{DeleteParams, PlainParams, RestartParams, StopParams, to_value};

impl Servers {
    pub async fn start(&self, caller: &Caller, input: StartServer) -> Result<Accepted> {
        let kind = OperationKind::ServerStart;
        let plan = |server: &Server, _| {
            require(
                server,
                &[ServerState::Stopped],
                "only a stopped server can be started",
            )?;
            let params = PlainParams {
                prior_state: server.state,
            };
            Ok(Work::new(ServerState::Starting, to_value(&params)))
        };
        let operation = accept(&self.ports, caller, input.id, input.etag.as_deref(), kind, plan).await?;
        self.accepted(operation).await
    }

    pub async fn stop(&self, caller: &Caller, input: StopServer) -> Result<Accepted> {
        let kind = OperationKind::ServerStop;
        let plan = |server: &Server, _| {
            require(
                server,
                &[ServerState::Running],
                "only a running server can be stopped",
            )?;
            let params = StopParams { how: input.how };
            Ok(Work::new(ServerState::Stopping, to_value(&params)))
        };
        let operation = accept(&self.ports, caller, input.id, input.etag.as_deref(), kind, plan).await?;
        self.accepted(operation).await
    }

    pub async fn restart(&self, caller: &Caller, input: RestartServer) -> Result<Accepted> {
        let kind = OperationKind::ServerRestart;
        let plan = |server: &Server, _| {
            require(
                server,
                &[ServerState::Running],
                "only a running server can be restarted",
            )?;
            let params = RestartParams {
                timeout: input.timeout,
            };
            Ok(Work::new(ServerState::Restarting, to_value(&params)))
        };
        let operation = accept(&self.ports, caller, input.id, input.etag.as_deref(), kind, plan).await?;
        self.accepted(operation).await
    }

    pub async fn delete(&self, caller: &Caller, input: DeleteServer) -> Result<Accepted> {
        const DELETABLE: [ServerState; 4] = [
            ServerState::Running,
            ServerState::Stopped,
            ServerState::Failed,
            ServerState::Lost,
        ];
        if input.forget {
            return self.forget(caller, input).await;
        }
        let kind = OperationKind::ServerDelete;
        let plan = |server: &Server, _| {
            require(server, &DELETABLE, "it cannot be deleted now")?;
            let params = DeleteParams {
                prior_state: server.state,
                forget: false,
            };
            Ok(Work::new(ServerState::Deleting, to_value(&params)))
        };
        let operation = accept(&self.ports, caller, input.id, input.etag.as_deref(), kind, plan).await?;
        self.accepted(operation).await
    }
}
