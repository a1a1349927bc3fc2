//! The `NodeCommands` service.

use std::sync::Arc;

use futures_util::StreamExt as _;
use hostler_proto::v1;
use hostler_proto::v1::node_commands_server::NodeCommands as NodeCommandsRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::{NodeCommandId, NodeId};
use crate::engine::node_commands::NodeCommands;
use crate::services::convert::{NewCommand, wire_command_event, wire_node_command};
use crate::services::inbound::{Inbound, ask};
use crate::services::streams::{Answers, Streams};

pub(super) struct NodeCommandsService {
    pub(super) commands: Arc<NodeCommands>,
    pub(super) inbound: Inbound,
    pub(super) streams: Streams,
}

#[tonic::async_trait]
impl NodeCommandsRpcs for NodeCommandsService {
    async fn run_node_command(
        &self,
        request: Request<v1::RunNodeCommandRequest>,
    ) -> Result<Response<v1::RunNodeCommandResponse>, Status> {
        let (caller, new) = self.inbound.change::<_, NewCommand>(request)?;
        let command = self
            .commands
            .run(&caller, new.node_id, new.action, new.timeout)
            .await?;
        Ok(Response::new(v1::RunNodeCommandResponse {
            command: Some(wire_node_command(command)),
        }))
    }

    async fn get_node_command(
        &self,
        request: Request<v1::GetNodeCommandRequest>,
    ) -> Result<Response<v1::GetNodeCommandResponse>, Status> {
        let (_, id) = ask::<_, NodeCommandId>(request)?;
        let command = self.commands.get(id).await?;
        Ok(Response::new(v1::GetNodeCommandResponse {
            command: Some(wire_node_command(command)),
        }))
    }

    async fn list_node_commands(
        &self,
        request: Request<v1::ListNodeCommandsRequest>,
    ) -> Result<Response<v1::ListNodeCommandsResponse>, Status> {
        let (_, node, listing) = self.inbound.list::<_, NodeId>(request)?;
        let page = self.commands.list(node, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListNodeCommandsResponse {
            commands: page.map(wire_node_command).items,
            next_page_token,
        }))
    }

    async fn cancel_node_command(
        &self,
        request: Request<v1::CancelNodeCommandRequest>,
    ) -> Result<Response<v1::CancelNodeCommandResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, NodeCommandId>(request)?;
        let command = self.commands.cancel(&caller, id).await?;
        Ok(Response::new(v1::CancelNodeCommandResponse {
            command: Some(wire_node_command(command)),
        }))
    }

    type WatchNodeCommandStream = Answers<v1::WatchNodeCommandResponse>;

    async fn watch_node_command(
        &self,
        request: Request<v1::WatchNodeCommandRequest>,
    ) -> Result<Response<Self::WatchNodeCommandStream>, Status> {
        let (caller, id) = ask::<_, NodeCommandId>(request)?;
        let events = self.commands.watch(id).await?;
        let answers = events.map(|event| event.map(wire_command_event));
        self.streams.answer(&caller, answers)
    }
}
