//! What is done with containers: the machine's agent does it, as far as the machine's owner lets it.

use hostler_client::v1;
use v1::node_action::Action;

use super::args::{Change, Get, Logs, Pull, Remove, Stop};
use crate::commands::node_commands::carry_out;
use crate::context::Context;
use crate::errors::Failure;
use crate::views::NodeCommandView;
use crate::{lookup, prompt};

/// The machine, and the container on it.
async fn named(
    context: &Context<'_>,
    node: &str,
    container: &str,
) -> Result<(v1::Node, v1::Container), Failure> {
    let node = lookup::node(&context.client, node).await?;
    let of_node = context.client.containers().of_node(&node.id).await?;
    let container = lookup::container(&of_node.containers, container)?.clone();
    Ok((node, container))
}

pub(super) async fn change(
    context: &mut Context<'_>,
    args: Change,
    verb: v1::ContainerVerb,
    past: &str,
) -> Result<(), Failure> {
    let named = named(context, &args.one.node, &args.one.container).await?;
    act(context, named, verb, past, |_| {}).await
}

pub(super) async fn stop(
    context: &mut Context<'_>,
    args: Stop,
    verb: v1::ContainerVerb,
    past: &str,
) -> Result<(), Failure> {
    let grace = args.grace.and_then(|grace| grace.try_into().ok());
    let named = named(context, &args.one.node, &args.one.container).await?;
    act(context, named, verb, past, |action| action.grace = grace).await
}

pub(super) async fn remove(context: &mut Context<'_>, args: Remove) -> Result<(), Failure> {
    let (node, container) = named(context, &args.one.node, &args.one.container).await?;
    let warning = format!(
        "{} is removed from {}; what is in it and in no volume is lost",
        container.name, node.display_name
    );
    prompt::confirm(context.output, &warning, &container.name, args.confirm.yes)?;
    let force = args.force;
    act(
        context,
        (node, container),
        v1::ContainerVerb::Remove,
        "removed",
        |action| action.force = force,
    )
    .await
}

async fn act(
    context: &mut Context<'_>,
    (node, container): (v1::Node, v1::Container),
    verb: v1::ContainerVerb,
    past: &str,
    more: impl FnOnce(&mut v1::ContainerAction),
) -> Result<(), Failure> {
    let mut action = v1::ContainerAction {
        container_id: container.id,
        verb: verb.into(),
        ..Default::default()
    };
    more(&mut action);
    let command = carry_out(context, &node, Action::Container(action)).await?;
    let sentence = format!("{} of {} is {past}.", container.name, node.display_name);
    Ok(context.output.done(&sentence, &NodeCommandView::from(command))?)
}

pub(super) async fn inspect(context: &mut Context<'_>, args: Get) -> Result<(), Failure> {
    let (node, container) = named(context, &args.node, &args.container).await?;
    let inspection = v1::ContainerInspection {
        container_id: container.id,
    };
    carry_out(context, &node, Action::Inspection(inspection)).await?;
    Ok(context.output.raw("\n")?)
}

pub(super) async fn pull(context: &mut Context<'_>, args: Pull) -> Result<(), Failure> {
    let node = lookup::node(&context.client, &args.node).await?;
    let image = args.image;
    let pull = v1::ImagePull { image: image.clone() };
    let command = carry_out(context, &node, Action::Pull(pull)).await?;
    let sentence = format!("{} has {image}.", node.display_name);
    Ok(context.output.done(&sentence, &NodeCommandView::from(command))?)
}

/// `hostler logs`.
pub(crate) async fn logs(context: &mut Context<'_>, args: Logs) -> Result<(), Failure> {
    let (node, container) = named(context, &args.one.node, &args.one.container).await?;
    let logs = v1::ContainerLogs {
        container_id: container.id,
        tail: args.tail,
        follow: args.follow,
        timestamps: args.timestamps,
    };
    let followed = carry_out(context, &node, Action::Logs(logs)).await;
    match followed {
        // That is how following is ended.
        Err(Failure::Cancelled) if args.follow => Ok(()),
        other => other.map(drop),
    }
}
