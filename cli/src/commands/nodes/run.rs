//! Which of the commands about nodes is asked for, and those that only show.

use futures_util::StreamExt as _;
use hostler_client::{NodeEvent, v1};
use serde::Serialize;

use super::args::{Events, List, Nodes, Watch};
use super::{change, enrol, stats};
use crate::context::Context;
use crate::errors::Failure;
use crate::views::{NodeEventView, NodeView};
use crate::{lookup, table};

pub(crate) async fn run(context: &mut Context<'_>, command: Nodes) -> Result<(), Failure> {
    match command {
        Nodes::List(args) => list(context, args).await,
        Nodes::Get(args) => {
            let node = lookup::node(&context.client, &args.node).await?;
            Ok(context.output.item(&NodeView::from(node))?)
        }
        Nodes::Watch(args) => watch(context, args).await,
        Nodes::Enrol(args) => enrol::enrol(context, args).await,
        Nodes::Enrolments => enrol::list(context).await,
        Nodes::Withdraw(args) => enrol::withdraw(context, args).await,
        Nodes::Update(args) => change::update(context, args).await,
        Nodes::Revoke(args) => change::revoke(context, args).await,
        Nodes::Delete(args) => change::delete(context, args).await,
        Nodes::Events(args) => events(context, args).await,
        Nodes::Stats(args) => stats::run(context, args).await,
    }
}

async fn list(context: &mut Context<'_>, args: List) -> Result<(), Failure> {
    let mut request = v1::ListNodesRequest::default();
    if let Some(state) = args.state {
        request.set_state(state.into());
    }
    let all = context.client.nodes().list_all(request);
    let nodes = lookup::collect(all, args.limit.limit).await?;
    let views: Vec<_> = nodes.into_iter().map(NodeView::from).collect();
    Ok(context.output.list(&views)?)
}

async fn events(context: &mut Context<'_>, args: Events) -> Result<(), Failure> {
    let node = lookup::node(&context.client, &args.one.node).await?;
    let all = context.client.nodes().list_all_events(v1::ListNodeEventsRequest {
        node_id: node.id,
        ..Default::default()
    });
    let events = lookup::collect(all, args.limit.limit).await?;
    let views: Vec<_> = events.into_iter().map(NodeEventView::from).collect();
    Ok(context.output.list(&views)?)
}

/// One line or document of the stream.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Node { node: &'a NodeView },
    Removed { node_id: &'a str },
}

async fn watch(context: &mut Context<'_>, args: Watch) -> Result<(), Failure> {
    let mut ids = Vec::new();
    for wanted in &args.nodes {
        ids.push(lookup::node(&context.client, wanted).await?.id);
    }
    let mut events = context.client.nodes().watch(ids);
    while let Some(event) = events.next().await {
        match event? {
            NodeEvent::All(nodes) => {
                for node in nodes {
                    show(context, node)?;
                }
            }
            NodeEvent::Changed(node) => show(context, *node)?,
            NodeEvent::Removed(id) => context
                .output
                .event(&format!("{id}  removed"), &Event::Removed { node_id: &id })?,
            NodeEvent::Reconnecting { after, error } => {
                context.output.connection_lost(after, &error)?;
            }
        }
    }
    Ok(())
}

fn show(context: &mut Context<'_>, node: v1::Node) -> Result<(), Failure> {
    let node = NodeView::from(node);
    let line = table::row(&node.brief(), context.output.color());
    Ok(context.output.event(&line, &Event::Node { node: &node })?)
}
