//! What containers there are: now, or as they change.

use std::collections::BTreeMap;

use hostler_client::{ContainersEvent, v1};
use v1::ContainerVerb as Verb;

use super::act;
use super::args::{Containers, Get, List};
use crate::context::Context;
use crate::errors::Failure;
use crate::live::{Live, Turn};
use crate::lookup;
use crate::table::Growing;
use crate::views::{ContainerView, EngineView};

/// Nodes that one stream may be about.
const AT_ONCE: usize = 100;

pub(crate) async fn run(context: &mut Context<'_>, command: Containers) -> Result<(), Failure> {
    match command {
        Containers::List(args) => list(context, args).await,
        Containers::Get(args) => get(context, args).await,
        Containers::Watch(args) => watch(context, args).await,
        Containers::Start(args) => act::change(context, args, Verb::Start, "started").await,
        Containers::Stop(args) => act::stop(context, args, Verb::Stop, "stopped").await,
        Containers::Restart(args) => act::stop(context, args, Verb::Restart, "restarted").await,
        Containers::Pause(args) => act::change(context, args, Verb::Pause, "paused").await,
        Containers::Unpause(args) => act::change(context, args, Verb::Unpause, "running again").await,
        Containers::Kill(args) => act::change(context, args, Verb::Kill, "killed").await,
        Containers::Remove(args) => act::remove(context, args).await,
        Containers::Inspect(args) => act::inspect(context, args).await,
        Containers::Pull(args) => act::pull(context, args).await,
    }
}

/// Names of nodes by their ids.
type Names = BTreeMap<String, String>;

/// Those that were named, or all.
async fn nodes(context: &Context<'_>, wanted: &[String]) -> Result<Names, Failure> {
    let mut nodes = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        nodes.push(lookup::node(&context.client, wanted).await?);
    }
    if wanted.is_empty() {
        let all = context.client.nodes().list_all(v1::ListNodesRequest::default());
        nodes = lookup::collect(all, usize::MAX).await?;
    }
    Ok(nodes
        .into_iter()
        .map(|node| (node.id, node.display_name))
        .collect())
}

async fn list(context: &mut Context<'_>, args: List) -> Result<(), Failure> {
    let names = nodes(context, &args.nodes).await?;
    let mut views = Vec::new();
    for id in names.keys() {
        let of_node = context.client.containers().of_node(id).await?;
        explain(context, &names, &of_node, !args.nodes.is_empty())?;
        views.extend(rows(&names, &of_node, args.running));
    }
    views.sort();
    Ok(context.output.list(&views)?)
}

fn rows(names: &Names, of_node: &v1::NodeContainers, running: bool) -> Vec<ContainerView> {
    let name = names.get(&of_node.node_id).unwrap_or(&of_node.node_id);
    of_node
        .containers
        .iter()
        .filter(|container| !running || container.state() == v1::ContainerState::Running)
        .map(|container| ContainerView::new(name, of_node.stale, container))
        .collect()
}

/// Says why a list has nothing of a node, where somebody asked for it by name, or something is wrong.
fn explain(
    context: &mut Context<'_>,
    names: &Names,
    of_node: &v1::NodeContainers,
    is_named: bool,
) -> Result<(), Failure> {
    let name = names.get(&of_node.node_id).unwrap_or(&of_node.node_id);
    if !of_node.problem.is_empty() {
        context.output.note(&format!("{name}: {}", of_node.problem))?;
    } else if of_node.engine.is_none() && is_named {
        context.output.note(&format!(
            "{name} tells of no containers: there is no engine, its agent is not connected, or its configuration does not grant \
             containers.read"
        ))?;
    }
    Ok(())
}

async fn get(context: &mut Context<'_>, args: Get) -> Result<(), Failure> {
    let node = lookup::node(&context.client, &args.node).await?;
    let names = Names::from([(node.id.clone(), node.display_name)]);
    let of_node = context.client.containers().of_node(&node.id).await?;
    explain(context, &names, &of_node, true)?;
    let engine = of_node.engine.as_ref().map(EngineView::from);
    let container = lookup::container(&of_node.containers, &args.container)?;
    let view = rows(&names, &of_node, false)
        .into_iter()
        .find(|view| view.is(&container.id))
        .map(|view| view.by(engine));
    match view {
        Some(view) => Ok(context.output.item(&view)?),
        None => Ok(()),
    }
}

async fn watch(context: &mut Context<'_>, args: List) -> Result<(), Failure> {
    let names = nodes(context, &args.nodes).await?;
    let ids: Vec<String> = names.keys().cloned().collect();
    if ids.len() > AT_ONCE {
        return Err(Failure::Usage(format!(
            "there are {} nodes, and at most {AT_ONCE} can be followed at a time: name them",
            ids.len()
        )));
    }
    if ids.is_empty() {
        return Ok(context.output.note("there are no nodes")?);
    }
    let in_place = context.output.can_redraw();
    let mut shown: BTreeMap<String, v1::NodeContainers> = BTreeMap::new();
    let mut live = Live::new(context.client.containers().watch(ids), in_place);
    let mut lines = 0;
    let mut table = Growing::default();
    loop {
        let event = match live.next().await? {
            Turn::News(event) => Some(event),
            Turn::Redraw => None,
            Turn::End => return Ok(()),
        };
        let mut news = Vec::new();
        match event {
            None => {}
            Some(ContainersEvent::Changed(changed)) => {
                let known = shown.entry(changed.node_id.clone()).or_default();
                if changed.problem != known.problem {
                    explain(context, &names, &changed, false)?;
                    lines = 0;
                }
                if !in_place {
                    for gone in known
                        .containers
                        .iter()
                        .filter(|one| is_removed(&changed, &one.id))
                    {
                        let node = names.get(&changed.node_id).unwrap_or(&changed.node_id);
                        context
                            .output
                            .note(&format!("{node}: {} is removed", gone.name))?;
                    }
                }
                news = rows(&names, &changed, args.running);
                merge(known, changed);
            }
            Some(ContainersEvent::Removed(id)) => {
                shown.remove(&id);
                let name = names.get(&id).unwrap_or(&id);
                context.output.note(&format!("{name} is deleted"))?;
                lines = 0;
            }
            Some(ContainersEvent::Reconnecting { after, error }) => {
                context.output.connection_lost(after, &error)?;
                lines = 0;
            }
        }
        if in_place {
            let all = shown.values();
            let mut views: Vec<_> = all.flat_map(|one| rows(&names, one, args.running)).collect();
            views.sort();
            lines = context.output.redraw(&views, lines)?;
            continue;
        }
        news.sort();
        context.output.list_more(&mut table, &news)?;
    }
}

fn is_removed(news: &v1::NodeContainers, id: &String) -> bool {
    news.removed_container_ids.contains(id)
}

/// What is known of a node after news of it.
fn merge(known: &mut v1::NodeContainers, news: v1::NodeContainers) {
    let mut containers = if news.complete {
        Vec::new()
    } else {
        std::mem::take(&mut known.containers)
    };
    let is_old = |one: &v1::Container| {
        is_removed(&news, &one.id) || news.containers.iter().any(|new| new.id == one.id)
    };
    containers.retain(|one| !is_old(one));
    containers.extend(news.containers);
    *known = v1::NodeContainers {
        containers,
        removed_container_ids: Vec::new(),
        ..news
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(id: &str, name: &str) -> v1::Container {
        v1::Container {
            id: id.to_owned(),
            name: name.to_owned(),
            ..Default::default()
        }
    }

    #[test]
    fn news_replace_what_they_are_about_and_all_of_it_when_they_are_complete() {
        let mut known = v1::NodeContainers {
            containers: vec![
                container("a", "one"),
                container("b", "two"),
                container("c", "three"),
            ],
            complete: true,
            ..Default::default()
        };
        let news = v1::NodeContainers {
            containers: vec![container("b", "renamed"), container("d", "new")],
            removed_container_ids: vec!["a".to_owned()],
            stale: true,
            ..Default::default()
        };
        merge(&mut known, news);
        let names: Vec<_> = known.containers.iter().map(|one| one.name.as_str()).collect();
        assert_eq!((names, known.stale), (vec!["three", "renamed", "new"], true));
        merge(
            &mut known,
            v1::NodeContainers {
                complete: true,
                ..Default::default()
            },
        );
        assert!(known.containers.is_empty());
    }
}
