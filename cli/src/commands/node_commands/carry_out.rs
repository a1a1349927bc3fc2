//! Tells a node to do something, and waits before the eyes of a person until it is done.

use futures_util::StreamExt as _;
use hostler_client::{NodeCommandEvent, v1};
use tokio::signal;

use crate::context::Context;
use crate::errors::Failure;

/// Until it has ended. Ctrl-C takes it back.
pub(crate) async fn carry_out(
    context: &mut Context<'_>,
    node: &v1::Node,
    action: v1::node_action::Action,
) -> Result<v1::NodeCommand, Failure> {
    let request = v1::RunNodeCommandRequest {
        node_id: node.id.clone(),
        action: Some(v1::NodeAction { action: Some(action) }),
        ..Default::default()
    };
    let command = context.client.node_commands().run(request).await?;
    if node.state() != v1::NodeState::Online {
        let name = &node.display_name;
        context.output.note(&format!(
            "{name} is not online: it is done once it is, or never after the deadline"
        ))?;
    }
    let followed = tokio::select! {
        followed = follow(context, &command.id) => Some(followed),
        _ = signal::ctrl_c() => None,
    };
    let Some(followed) = followed else {
        context.client.node_commands().cancel(&command.id).await?;
        return Err(Failure::Cancelled);
    };
    let command = followed?;
    match command.state() {
        v1::NodeCommandState::Succeeded => Ok(command),
        v1::NodeCommandState::Unspecified
        | v1::NodeCommandState::Queued
        | v1::NodeCommandState::Running
        | v1::NodeCommandState::Failed
        | v1::NodeCommandState::Refused
        | v1::NodeCommandState::Cancelled
        | v1::NodeCommandState::Expired
        | v1::NodeCommandState::Interrupted => Err(Failure::NodeCommand(Box::new(command))),
    }
}

/// Writes what a command puts out, until it has ended; the command as it is then.
pub(super) async fn follow(context: &mut Context<'_>, id: &str) -> Result<v1::NodeCommand, Failure> {
    let mut events = context.client.node_commands().watch(id).await?;
    let mut last = v1::NodeCommand::default();
    while let Some(event) = events.next().await {
        match event? {
            NodeCommandEvent::Changed(command) => last = *command,
            NodeCommandEvent::Output(output) => {
                if output.dropped_bytes > 0 {
                    let dropped = output.dropped_bytes;
                    context
                        .output
                        .note(&format!("({dropped} bytes came too fast and are not shown)"))?;
                }
                match output.kind() {
                    v1::OutputKind::Progress => context.output.foreign_note(&output.data)?,
                    v1::OutputKind::Stderr => context.output.foreign_error(&output.data)?,
                    v1::OutputKind::Unspecified | v1::OutputKind::Stdout | v1::OutputKind::Document => {
                        context.output.foreign(&output.data)?;
                    }
                }
            }
        }
    }
    Ok(last)
}
