//! `hostler stats` of now, once or as it changes.

use std::collections::BTreeMap;

use hostler_client::{StatsEvent, v1};

use crate::context::Context;
use crate::errors::Failure;
use crate::live::{Live, Turn};
use crate::table::Growing;
use crate::views::StatsView;

pub(super) async fn show(
    context: &mut Context<'_>,
    servers: Vec<v1::Server>,
    follow: bool,
) -> Result<(), Failure> {
    let ids: Vec<String> = servers.iter().map(|server| server.id.clone()).collect();
    let names: BTreeMap<String, String> = servers
        .into_iter()
        .map(|server| (server.id, server.name))
        .collect();
    if follow {
        return watch(context, ids, names).await;
    }
    let stats = context.client.monitoring().stats(ids).await?;
    let views: Vec<_> = stats.iter().map(|stats| view(&names, stats)).collect();
    Ok(context.output.list(&views)?)
}

fn view(names: &BTreeMap<String, String>, stats: &v1::ServerStats) -> StatsView {
    let name = names.get(&stats.server_id).unwrap_or(&stats.server_id);
    StatsView::new(name, stats)
}

async fn watch(
    context: &mut Context<'_>,
    ids: Vec<String>,
    names: BTreeMap<String, String>,
) -> Result<(), Failure> {
    let in_place = context.output.can_redraw();
    let mut shown: Vec<v1::ServerStats> = Vec::new();
    let mut live = Live::new(context.client.monitoring().watch(ids), in_place);
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
            Some(StatsEvent::All(stats)) => {
                shown.clone_from(&stats);
                stats
            }
            Some(StatsEvent::Changed(stats)) => {
                for one in &stats {
                    if let Some(old) = shown.iter_mut().find(|old| old.server_id == one.server_id) {
                        old.clone_from(one);
                    }
                }
                stats
            }
            Some(StatsEvent::Removed(id)) => {
                shown.retain(|stats| stats.server_id != id);
                let name = names.get(&id).unwrap_or(&id);
                context.output.note(&format!("{name} is deleted"))?;
                lines = 0;
                Vec::new()
            }
            Some(StatsEvent::Reconnecting { after, error }) => {
                context.output.connection_lost(after, &error)?;
                lines = 0;
                Vec::new()
            }
        };
        if in_place {
            let views: Vec<_> = shown.iter().map(|stats| view(&names, stats)).collect();
            lines = context.output.redraw(&views, lines)?;
            continue;
        }
        let views: Vec<_> = news.iter().map(|stats| view(&names, stats)).collect();
        context.output.list_more(&mut table, &views)?;
    }
}
