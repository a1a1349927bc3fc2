//! What nodes are told to do.

use futures_util::stream::{BoxStream, StreamExt as _};
use hostler_proto::v1;
use hostler_proto::v1::node_commands_client::NodeCommandsClient;
use v1::watch_node_command_response::Event;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::page::{self, Page};

/// What a watcher of a command is told.
#[derive(Clone, Debug)]
pub enum NodeCommandEvent {
    /// The command as it is: first, and when its state changes. After one that is an end the stream ends.
    Changed(Box<v1::NodeCommand>),
    /// A piece of what it puts out. It is the machine's word, and may hold sequences that control a terminal.
    Output(v1::NodeCommandOutput),
}

/// Tells nodes to do one of a few typed things. For operators; support may look.
#[derive(Clone, Debug)]
pub struct NodeCommands {
    connection: Connection,
}

impl NodeCommands {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Tells a node to do something. It is kept until the node can be told, or its deadline.
    pub async fn run(&self, mut request: v1::RunNodeCommandRequest) -> Result<v1::NodeCommand, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodeCommandsClient::new(channel).run_node_command(request).await
            })
            .await?;
        present(answer.command, "the command")
    }

    /// Returns one command.
    pub async fn get(&self, id: &str) -> Result<v1::NodeCommand, Error> {
        let request = v1::GetNodeCommandRequest {
            node_command_id: id.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodeCommandsClient::new(channel).get_node_command(request).await
            })
            .await?;
        present(answer.command, "the command")
    }

    /// Returns one page of the commands of a node, newest first.
    pub async fn list(&self, request: v1::ListNodeCommandsRequest) -> Result<Page<v1::NodeCommand>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodeCommandsClient::new(channel).list_node_commands(request).await
            })
            .await?;
        Ok(Page {
            items: answer.commands,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all commands of a node, newest first.
    pub fn list_all(
        &self,
        filter: v1::ListNodeCommandsRequest,
    ) -> BoxStream<'static, Result<v1::NodeCommand, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list(v1::ListNodeCommandsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Takes a command back: one that waits is not done, and one that runs is broken off where that is possible.
    pub async fn cancel(&self, id: &str) -> Result<v1::NodeCommand, Error> {
        let mut request = v1::CancelNodeCommandRequest {
            node_command_id: id.to_owned(),
            ..Default::default()
        };
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NodeCommandsClient::new(channel)
                    .cancel_node_command(request)
                    .await
            })
            .await?;
        present(answer.command, "the command")
    }

    /// Follows a command until it has ended. When the connection breaks, the stream ends with an error, and can be asked for again: it
    /// begins with what the server still has of the output.
    pub async fn watch(
        &self,
        id: &str,
    ) -> Result<BoxStream<'static, Result<NodeCommandEvent, Error>>, Error> {
        let request = v1::WatchNodeCommandRequest {
            node_command_id: id.to_owned(),
        };
        let answers = self
            .connection
            .open(request, |channel, request| async move {
                NodeCommandsClient::new(channel).watch_node_command(request).await
            })
            .await?;
        let events = answers.filter_map(|answer| async {
            match answer {
                Ok(answer) => match answer.event? {
                    Event::Changed(command) => Some(Ok(NodeCommandEvent::Changed(Box::new(command)))),
                    Event::Output(output) => Some(Ok(NodeCommandEvent::Output(output))),
                    Event::Heartbeat(_) => None,
                },
                Err(status) => Some(Err(status.into())),
            }
        });
        Ok(events.boxed())
    }
}
