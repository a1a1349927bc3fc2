//! The servers that customers own.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::servers_client::ServersClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::page::{self, Page};
use crate::secret::Secret;
use crate::watch::{self, ServerEvent};

/// Creates, runs, changes and deletes servers.
#[derive(Clone, Debug)]
pub struct Servers {
    connection: Connection,
}

/// Work on a server that Hostler has accepted.
#[derive(Clone, Debug)]
pub struct ServerOperation {
    /// The work, to follow with [`Operations::wait`](crate::Operations::wait).
    pub operation: v1::Operation,
    /// The server as the work begins.
    pub server: v1::Server,
    /// Of creations and password resets: the password of root, shown this once. `None` too when the answer that held it was lost and had
    /// to be asked for again; then set a new one.
    pub root_password: Option<Secret>,
}

impl ServerOperation {
    fn new(
        operation: Option<v1::Operation>,
        server: Option<v1::Server>,
        root_password: String,
    ) -> Result<Self, Error> {
        Ok(Self {
            operation: present(operation, "the operation")?,
            server: present(server, "the server")?,
            root_password: Secret::unless_empty(root_password),
        })
    }
}

impl Servers {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns one page of servers, newest first.
    pub async fn list(&self, request: v1::ListServersRequest) -> Result<Page<v1::Server>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).list_servers(request).await
            })
            .await?;
        Ok(Page {
            items: answer.servers,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all servers that pass the filter, newest first.
    pub fn list_all(&self, filter: v1::ListServersRequest) -> BoxStream<'static, Result<v1::Server, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move { this.list(v1::ListServersRequest { page_token, ..filter }).await }
        })
    }

    /// Returns one server, deleted ones too.
    pub async fn get(&self, id: &str) -> Result<v1::Server, Error> {
        let request = v1::GetServerRequest {
            server_id: id.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).get_server(request).await
            })
            .await?;
        present(answer.server, "the server")
    }

    /// Returns one page of what happened to a server, newest first.
    pub async fn list_events(
        &self,
        request: v1::ListServerEventsRequest,
    ) -> Result<Page<v1::ServerEvent>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).list_server_events(request).await
            })
            .await?;
        Ok(Page {
            items: answer.events,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all that happened to a server, newest first.
    pub fn list_all_events(
        &self,
        filter: v1::ListServerEventsRequest,
    ) -> BoxStream<'static, Result<v1::ServerEvent, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_events(v1::ListServerEventsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Creates a server and starts it.
    pub async fn create(&self, mut request: v1::CreateServerRequest) -> Result<ServerOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).create_server(request).await
            })
            .await?;
        ServerOperation::new(answer.operation, answer.server, answer.root_password)
    }

    /// Starts a stopped server.
    pub async fn start(&self, mut request: v1::StartServerRequest) -> Result<ServerOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).start_server(request).await
            })
            .await?;
        ServerOperation::new(answer.operation, answer.server, String::new())
    }

    /// Stops a running server, by default by asking it to shut down.
    pub async fn stop(&self, mut request: v1::StopServerRequest) -> Result<ServerOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).stop_server(request).await
            })
            .await?;
        ServerOperation::new(answer.operation, answer.server, String::new())
    }

    /// Shuts a running server down and starts it again.
    pub async fn restart(&self, mut request: v1::RestartServerRequest) -> Result<ServerOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).restart_server(request).await
            })
            .await?;
        ServerOperation::new(answer.operation, answer.server, String::new())
    }

    /// Deletes a server with its disk, snapshots and addresses, for good.
    pub async fn delete(&self, mut request: v1::DeleteServerRequest) -> Result<ServerOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).delete_server(request).await
            })
            .await?;
        ServerOperation::new(answer.operation, answer.server, String::new())
    }

    /// Changes a server's sizes.
    pub async fn resize(&self, mut request: v1::ResizeServerRequest) -> Result<ServerOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).resize_server(request).await
            })
            .await?;
        ServerOperation::new(answer.operation, answer.server, String::new())
    }

    /// Changes a server's host name.
    pub async fn rename(&self, mut request: v1::RenameServerRequest) -> Result<ServerOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).rename_server(request).await
            })
            .await?;
        ServerOperation::new(answer.operation, answer.server, String::new())
    }

    /// Sets a new root password that Hostler makes up.
    pub async fn reset_root_password(
        &self,
        mut request: v1::ResetRootPasswordRequest,
    ) -> Result<ServerOperation, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                ServersClient::new(channel).reset_root_password(request).await
            })
            .await?;
        ServerOperation::new(answer.operation, answer.server, answer.root_password)
    }

    /// Says how servers are, and each change: those of the given ids, all the caller may see when there are none. The stream outlives
    /// broken connections and restarts of the server; it ends after an error that trying again would not cure.
    pub fn watch(&self, server_ids: Vec<String>) -> BoxStream<'static, Result<ServerEvent, Error>> {
        watch::servers(self.connection.clone(), server_ids)
    }
}
