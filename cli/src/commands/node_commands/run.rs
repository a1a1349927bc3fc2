//! What there is to see of commands, and taking them back.

use hostler_client::v1;

use super::args::{List, NodeCommands, One};
use super::carry_out::follow;
use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::views::NodeCommandView;

pub(crate) async fn run(context: &mut Context<'_>, command: NodeCommands) -> Result<(), Failure> {
    match command {
        NodeCommands::List(args) => list(context, args).await,
        NodeCommands::Get(One { id }) => {
            let command = context.client.node_commands().get(&id).await?;
            Ok(context.output.item(&NodeCommandView::from(command))?)
        }
        NodeCommands::Watch(One { id }) => {
            let command = follow(context, &id).await?;
            Ok(context.output.item(&NodeCommandView::from(command))?)
        }
        NodeCommands::Cancel(One { id }) => {
            let command = context.client.node_commands().cancel(&id).await?;
            Ok(context.output.item(&NodeCommandView::from(command))?)
        }
    }
}

async fn list(context: &mut Context<'_>, args: List) -> Result<(), Failure> {
    let node = lookup::node(&context.client, &args.node).await?;
    let all = context
        .client
        .node_commands()
        .list_all(v1::ListNodeCommandsRequest {
            node_id: node.id,
            ..Default::default()
        });
    let commands = lookup::collect(all, args.limit.limit).await?;
    let views: Vec<_> = commands.into_iter().map(NodeCommandView::from).collect();
    Ok(context.output.list(&views)?)
}
