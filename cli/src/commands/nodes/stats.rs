//! `hostler nodes stats`: now, as it changes, or over time.

use std::collections::BTreeMap;
use std::time::Duration;

use hostler_client::{NodeStatsEvent, v1};

use super::args::Stats;
use crate::context::Context;
use crate::errors::Failure;
use crate::live::{Live, Turn};
use crate::lookup;
use crate::table::Growing;
use crate::units::time;
use crate::views::{HistoryView, NodeDetailsView, NodeStatsView};

/// Points that fit beside their names on a usual terminal.
const USUAL_POINTS: i32 = 60;

type Names = BTreeMap<String, String>;

pub(super) async fn run(context: &mut Context<'_>, args: Stats) -> Result<(), Failure> {
    let mut nodes = Vec::with_capacity(args.nodes.len());
    for wanted in &args.nodes {
        nodes.push(lookup::node(&context.client, wanted).await?);
    }
    if let Some(since) = args.since {
        return history(context, &nodes, since, args.points.unwrap_or(USUAL_POINTS)).await;
    }
    let ids: Vec<String> = nodes.iter().map(|node| node.id.clone()).collect();
    if args.watch {
        return watch(context, ids).await;
    }
    let request = v1::GetNodeStatsRequest {
        details: ids.len() == 1,
        node_ids: ids,
    };
    let stats = context.client.nodes().stats(request).await?;
    if let ([node], [stats]) = (nodes.as_slice(), stats.as_slice()) {
        let view = NodeDetailsView::new(&node.display_name, stats);
        return Ok(view.show(context.output)?);
    }
    let names = names(context).await?;
    let views: Vec<_> = stats.iter().map(|stats| view(&names, stats)).collect();
    Ok(context.output.list(&views)?)
}

async fn names(context: &Context<'_>) -> Result<Names, Failure> {
    let all = context.client.nodes().list_all(v1::ListNodesRequest::default());
    let nodes = lookup::collect(all, usize::MAX).await?;
    Ok(nodes
        .into_iter()
        .map(|node| (node.id, node.display_name))
        .collect())
}

fn view(names: &Names, stats: &v1::NodeStats) -> NodeStatsView {
    let name = names.get(&stats.node_id).unwrap_or(&stats.node_id);
    NodeStatsView::new(name, stats)
}

async fn history(
    context: &mut Context<'_>,
    nodes: &[v1::Node],
    since: Duration,
    points: i32,
) -> Result<(), Failure> {
    // Both ends by this clock, so that the longest range is not a moment too long when it arrives.
    let (start, end) =
        time::last(since).ok_or_else(|| Failure::Usage("--since is too long ago".to_owned()))?;
    let mut histories = Vec::with_capacity(nodes.len());
    for node in nodes {
        let request = v1::QueryNodeStatsRequest {
            node_id: node.id.clone(),
            start_time: Some(start),
            end_time: Some(end),
            max_points: points,
            ..Default::default()
        };
        let answer = context.client.nodes().history(request).await?;
        histories.push(HistoryView::of_node(node, answer, (start, end)));
    }
    let tables = histories.iter().map(|history| (history.title(), history.rows()));
    Ok(context.output.tables(tables, &histories)?)
}

async fn watch(context: &mut Context<'_>, ids: Vec<String>) -> Result<(), Failure> {
    let mut names = names(context).await?;
    let in_place = context.output.can_redraw();
    let mut shown: Vec<v1::NodeStats> = Vec::new();
    let request = v1::WatchNodeStatsRequest {
        node_ids: ids,
        details: false,
    };
    let mut live = Live::new(context.client.nodes().watch_stats(request), in_place);
    let mut lines = 0;
    let mut table = Growing::default();
    loop {
        let event = match live.next().await? {
            Turn::News(event) => Some(event),
            Turn::Redraw => None,
            Turn::End => return Ok(()),
        };
        let news = match event {
            None => Vec::new(),
            Some(NodeStatsEvent::All(stats)) => {
                shown.clone_from(&stats);
                stats
            }
            Some(NodeStatsEvent::Changed(stats)) => {
                for one in &stats {
                    match shown.iter_mut().find(|old| old.node_id == one.node_id) {
                        Some(old) => old.clone_from(one),
                        None => shown.push(one.clone()),
                    }
                }
                stats
            }
            Some(NodeStatsEvent::Removed(id)) => {
                shown.retain(|stats| stats.node_id != id);
                let name = names.get(&id).unwrap_or(&id);
                context.output.note(&format!("{name} is deleted"))?;
                lines = 0;
                Vec::new()
            }
            Some(NodeStatsEvent::Reconnecting { after, error }) => {
                context.output.connection_lost(after, &error)?;
                lines = 0;
                Vec::new()
            }
        };
        if news.iter().any(|stats| !names.contains_key(&stats.node_id)) {
            names = self::names(context).await?;
        }
        if in_place {
            let views: Vec<_> = shown.iter().map(|stats| view(&names, stats)).collect();
            lines = context.output.redraw(&views, lines)?;
            continue;
        }
        let views: Vec<_> = news.iter().map(|stats| view(&names, stats)).collect();
        context.output.list_more(&mut table, &views)?;
    }
}
