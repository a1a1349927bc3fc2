//! `hostler servers watch`.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use hostler_client::{ServerEvent, v1};
use serde::Serialize;

use super::args::Watch;
use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::table;
use crate::views::ServerView;

/// One line or document of the stream.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Server { server: &'a ServerView },
    Removed { server_id: &'a str },
}

pub(super) async fn run(context: &mut Context<'_>, args: Watch) -> Result<(), Failure> {
    let mut ids = Vec::new();
    for wanted in &args.servers {
        ids.push(lookup::server(&context.client, wanted).await?.id);
    }
    let mut names = HashMap::new();
    let mut events = context.client.servers().watch(ids);
    while let Some(event) = events.next().await {
        match event? {
            ServerEvent::All(servers) => {
                names.clear();
                for server in servers {
                    show(context, &mut names, server)?;
                }
            }
            ServerEvent::Changed(server) => show(context, &mut names, *server)?,
            ServerEvent::Removed(id) => {
                let name = names.remove(&id).unwrap_or_else(|| id.clone());
                context
                    .output
                    .event(&format!("{name}  removed"), &Event::Removed { server_id: &id })?;
            }
            ServerEvent::Reconnecting { after, error } => {
                context.output.connection_lost(after, &error)?;
            }
        }
    }
    Ok(())
}

fn show(
    context: &mut Context<'_>,
    names: &mut HashMap<String, String>,
    server: v1::Server,
) -> Result<(), Failure> {
    let server = ServerView::from(server);
    names.insert(server.id.clone(), server.name.clone());
    let cells = [
        server.name.as_str().into(),
        server.state(),
        server.addresses().into(),
    ];
    let line = table::row(&cells, context.output.color());
    Ok(context.output.event(&line, &Event::Server { server: &server })?)
}
