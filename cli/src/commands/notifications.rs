//! `hostler notifications`.

use clap::{Args, Subcommand};
use futures_util::StreamExt as _;
use hostler_client::{InboxEvent, v1};
use serde::Serialize;

use super::preferences::{self, Preferences};
use crate::context::Context;
use crate::errors::Failure;
use crate::flags::Limit;
use crate::output::View as _;
use crate::views::NotificationView;
use crate::{lookup, names, table};

/// Your inbox: what has happened that you should know
#[derive(Debug, Subcommand)]
pub(crate) enum Notifications {
    /// List notifications, newest first
    #[command(alias = "ls")]
    List(List),
    /// Show one notification in full
    Get(One),
    /// Mark notifications as read
    Read(Read),
    /// Show what you want to hear of and how, or change it
    Preferences(Preferences),
    /// Show notifications as they come, until interrupted
    Watch,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those that are not read
    #[arg(long)]
    unread: bool,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Id, or its beginning
    #[arg(value_name = "ID")]
    id: String,
}

#[derive(Debug, Args)]
#[group(id = "which", required = true, args = ["ids", "all"])]
pub(crate) struct Read {
    /// Ids of notifications, or their beginnings
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// All that there are by now
    #[arg(long, conflicts_with = "ids")]
    all: bool,
}

/// What a marking answers with.
#[derive(Serialize)]
struct Marked {
    unread_count: i32,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Notifications) -> Result<(), Failure> {
    match command {
        Notifications::List(args) => {
            let (all, cut) = list(context, args.unread, args.limit.limit).await?;
            let mut views: Vec<_> = all.into_iter().map(NotificationView::from).collect();
            if context.output.is_for_people() {
                let names =
                    names::servers(&context.client, views.iter().map(NotificationView::server_id)).await;
                views = views.into_iter().map(|view| view.with_names(&names)).collect();
            }
            context.output.list(&views)?;
            context.say_more(cut, args.limit.limit)
        }
        Notifications::Get(args) => {
            let found = lookup::notification(&context.client, &args.id).await?;
            let view = named(context, found).await;
            Ok(context.output.item(&view)?)
        }
        Notifications::Preferences(args) => preferences::run(context, args).await,
        Notifications::Read(args) => read(context, args).await,
        Notifications::Watch => watch(context).await,
    }
}

/// With the name of the server that it is about.
async fn named(context: &Context<'_>, notification: v1::Notification) -> NotificationView {
    let view = NotificationView::from(notification);
    if !context.output.is_for_people() {
        return view;
    }
    let names = names::servers(&context.client, std::iter::once(view.server_id())).await;
    view.with_names(&names)
}

/// The newest, and whether there are more.
async fn list(
    context: &Context<'_>,
    unread: bool,
    limit: usize,
) -> Result<(Vec<v1::Notification>, bool), Failure> {
    let filter = v1::ListNotificationsRequest {
        unread,
        ..Default::default()
    };
    let all = context.client.notifications().list_all(filter);
    context.first(all, limit).await
}

async fn read(context: &mut Context<'_>, args: Read) -> Result<(), Failure> {
    let newest = if args.all {
        list(context, false, 1).await?.0.pop()
    } else {
        None
    };
    let unread_count = match (args.all, newest) {
        (true, None) => 0,
        (_, newest) => {
            let mut ids = Vec::with_capacity(args.ids.len());
            for wanted in &args.ids {
                ids.push(lookup::notification_id(&context.client, wanted).await?);
            }
            let request = v1::MarkReadRequest {
                notification_ids: ids,
                up_to: newest.map(|newest| newest.id).unwrap_or_default(),
                ..Default::default()
            };
            context.client.notifications().mark_read(request).await?
        }
    };
    let sentence = format!("Marked as read; {unread_count} unread.");
    Ok(context.output.done(&sentence, &Marked { unread_count })?)
}

async fn watch(context: &mut Context<'_>) -> Result<(), Failure> {
    let mut events = context.client.notifications().watch();
    while let Some(event) = events.next().await {
        match event? {
            InboxEvent::Unread(count) => context.output.note(&format!("{count} unread"))?,
            InboxEvent::Arrived { notification, .. } => {
                let view = named(context, *notification).await;
                let line = table::row(&view.cells(), context.output.color());
                context.output.event(&line, &view)?;
            }
            InboxEvent::Reconnecting { after, error } => {
                context.output.connection_lost(after, &error)?;
            }
        }
    }
    Ok(())
}
