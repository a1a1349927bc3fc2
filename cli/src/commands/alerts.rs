//! `hostler alerts`.

use std::time::Duration;

use clap::{Args, Subcommand};
use futures_util::StreamExt as _;
use hostler_client::{AlertEvent, v1};
use serde::Serialize;

use crate::context::Context;
use crate::errors::Failure;
use crate::output::View as _;
use crate::units::time;
use crate::views::{AlertChangeView, AlertView, SilenceView, parse_enum};
use crate::{lookup, names, table};

/// See what is wrong with servers and nodes, and say who looks after it
#[derive(Debug, Subcommand)]
pub(crate) enum Alerts {
    /// List alerts that are open, newest first
    #[command(alias = "ls")]
    List(List),
    /// Show one alert and what has happened to it
    Get(One),
    /// Go on showing alerts as they change, until interrupted
    Watch(Watch),
    /// Say that you look after a firing alert: it is not told again
    #[command(alias = "ack")]
    Acknowledge(One),
    /// Take that back
    Unacknowledge(One),
    /// Keep alerts from being told of for a while
    Silence(NewSilence),
    /// List silences, newest first
    Silences(ListSilences),
    /// End a silence
    Unsilence(OneSilence),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only on this server, by name or id
    #[arg(value_name = "SERVER")]
    server: Option<String>,
    /// Only in this state: pending, firing or resolved; may be given more than once
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Vec<v1::AlertState>,
    /// Only on this node and its containers, by name or id; for staff
    #[arg(long, value_name = "NODE", conflicts_with = "server")]
    node: Option<String>,
    /// Only of this severity: info, warning or critical
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    severity: Option<v1::AlertSeverity>,
    /// Those that are resolved, too
    #[arg(long, conflicts_with = "state")]
    all: bool,
    /// Only on servers of this account, by address or id; for staff
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    /// Show at most so many entries
    #[arg(long, value_name = "N", default_value_t = 50, allow_hyphen_values = true)]
    limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Id, or its beginning
    #[arg(value_name = "ALERT")]
    alert: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
With -o json each change has a cursor; begin with the last one that was read, and nothing is lost:
  hostler alerts watch -o json --cursor CURSOR")]
pub(crate) struct Watch {
    /// Go on behind this cursor of an earlier watch
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    group = clap::ArgGroup::new("matcher").required(true).multiple(true).args(["rule", "on", "node", "severity"]),
    after_help = "\
Examples:
  hostler alerts silence --on web-1 --for 2h --comment \"upkeep\"
  hostler alerts silence --rule \"CPU hot\" --severity warning --in 12h --for 4h"
)]
pub(crate) struct NewSilence {
    /// Alerts of this rule, by name or id
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Alerts of this server, by name or id
    #[arg(long, value_name = "SERVER", conflicts_with = "node")]
    on: Option<String>,
    /// Alerts of this node and its containers, by name or id; for operators
    #[arg(long, value_name = "NODE")]
    node: Option<String>,
    /// Alerts of this severity: info, warning or critical
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    severity: Option<v1::AlertSeverity>,
    /// For so long, such as 2h or 30d, up to 365d
    #[arg(
        long = "for",
        value_name = "TIME",
        value_parser = time::within(Duration::from_secs(1), Duration::from_hours(365 * 24)),
        allow_hyphen_values = true
    )]
    span: Duration,
    /// Begin only then, such as 12h from now
    #[arg(long = "in", value_name = "TIME", value_parser = time::parse, allow_hyphen_values = true)]
    delay: Option<Duration>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    comment: String,
}

#[derive(Debug, Args)]
pub(crate) struct ListSilences {
    /// Those that are over, too
    #[arg(long)]
    all: bool,
    /// Show at most so many entries
    #[arg(long, value_name = "N", default_value_t = 50, allow_hyphen_values = true)]
    limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct OneSilence {
    /// Id, or its beginning
    #[arg(value_name = "SILENCE")]
    silence: String,
}

/// The document of one alert.
#[derive(Serialize)]
struct History {
    alert: AlertView,
    changes: Vec<AlertChangeView>,
}

/// One line or document of the stream.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Firing { alert: &'a AlertView },
    Changed { change: &'a AlertChangeView },
}

pub(crate) async fn run(context: &mut Context<'_>, command: Alerts) -> Result<(), Failure> {
    match command {
        Alerts::List(args) => list(context, args).await,
        Alerts::Get(args) => get(context, args).await,
        Alerts::Watch(args) => watch(context, args).await,
        Alerts::Acknowledge(args) => acknowledge(context, args).await,
        Alerts::Unacknowledge(args) => unacknowledge(context, args).await,
        Alerts::Silence(args) => silence(context, args).await,
        Alerts::Silences(args) => silences(context, args).await,
        Alerts::Unsilence(args) => unsilence(context, args).await,
    }
}

async fn list(context: &mut Context<'_>, args: List) -> Result<(), Failure> {
    let client = &context.client;
    let states = match args.state.as_slice() {
        [] if args.all => Vec::new(),
        [] => vec![v1::AlertState::Pending, v1::AlertState::Firing],
        states => states.to_vec(),
    };
    let filter = v1::ListAlertsRequest {
        states: states.into_iter().map(i32::from).collect(),
        server_id: match &args.server {
            Some(wanted) => lookup::server(client, wanted).await?.id,
            None => String::new(),
        },
        node_id: match &args.node {
            Some(wanted) => lookup::node(client, wanted).await?.id,
            None => String::new(),
        },
        severity: args.severity.map(i32::from).unwrap_or_default(),
        owner_id: match &args.owner {
            Some(wanted) => lookup::user(client, wanted).await?.id,
            None => String::new(),
        },
        ..Default::default()
    };
    let all = client.alerts().list_all(filter);
    context.list_first::<_, AlertView>(all, args.limit).await
}

async fn get(context: &mut Context<'_>, args: One) -> Result<(), Failure> {
    let id = lookup::alert_id(&context.client, &args.alert).await?;
    let found = context.client.alerts().get(&id).await?;
    let mut alert = AlertView::from(found.alert);
    if context.output.is_for_people() {
        let accounts = std::iter::once(alert.acknowledged_by());
        let names = names::accounts(&context.client, accounts).await;
        alert = alert.with_account_names(&names);
    }
    let history = History {
        alert,
        changes: found.changes.into_iter().map(AlertChangeView::from).collect(),
    };
    context
        .output
        .item_with(&history.alert, &history.changes, &history)?;
    Ok(())
}

async fn watch(context: &mut Context<'_>, args: Watch) -> Result<(), Failure> {
    let mut events = context.client.alerts().watch(args.cursor);
    while let Some(event) = events.next().await {
        match event? {
            AlertEvent::All { alerts, .. } => {
                for alert in alerts {
                    let alert = AlertView::from(alert);
                    let line = table::row(&alert.cells(), context.output.color());
                    context.output.event(&line, &Event::Firing { alert: &alert })?;
                }
            }
            AlertEvent::Changed(change) => {
                let change = AlertChangeView::from(*change);
                let line = table::row(&change.cells(), context.output.color());
                context.output.event(&line, &Event::Changed { change: &change })?;
            }
            AlertEvent::Reconnecting { after, error } => {
                context.output.connection_lost(after, &error)?;
            }
        }
    }
    Ok(())
}

async fn acknowledge(context: &mut Context<'_>, args: One) -> Result<(), Failure> {
    let request = v1::AcknowledgeAlertRequest {
        alert_id: lookup::alert_id(&context.client, &args.alert).await?,
        ..Default::default()
    };
    let alert = AlertView::from(context.client.alerts().acknowledge(request).await?);
    let sentence = format!("You look after {} on {}.", alert.rule_name, alert.place());
    Ok(context.output.done(&sentence, &alert)?)
}

async fn unacknowledge(context: &mut Context<'_>, args: One) -> Result<(), Failure> {
    let request = v1::UnacknowledgeAlertRequest {
        alert_id: lookup::alert_id(&context.client, &args.alert).await?,
        ..Default::default()
    };
    let alert = AlertView::from(context.client.alerts().unacknowledge(request).await?);
    let sentence = format!("Nobody looks after {} on {}.", alert.rule_name, alert.place());
    Ok(context.output.done(&sentence, &alert)?)
}

async fn silence(context: &mut Context<'_>, args: NewSilence) -> Result<(), Failure> {
    let client = &context.client;
    let delay = args.delay.unwrap_or_default();
    let too_long = || Failure::Usage("a time is too long".to_owned());
    let end = delay.checked_add(args.span).and_then(time::from_now);
    let silence = v1::Silence {
        rule_id: match &args.rule {
            Some(wanted) => lookup::rule(client, wanted).await?.id,
            None => String::new(),
        },
        server_id: match &args.on {
            Some(wanted) => lookup::server(client, wanted).await?.id,
            None => String::new(),
        },
        node_id: match &args.node {
            Some(wanted) => lookup::node(client, wanted).await?.id,
            None => String::new(),
        },
        severity: args.severity.map(i32::from).unwrap_or_default(),
        start_time: match args.delay {
            Some(delay) => Some(time::from_now(delay).ok_or_else(too_long)?),
            None => None,
        },
        end_time: Some(end.ok_or_else(too_long)?),
        comment: args.comment,
        ..Default::default()
    };
    let request = v1::CreateSilenceRequest {
        silence: Some(silence),
        ..Default::default()
    };
    let silence = SilenceView::from(context.client.alerts().silence(request).await?);
    let sentence = format!("Nobody is told until {} ({}).", silence.end(), silence.id);
    Ok(context.output.done(&sentence, &silence)?)
}

async fn silences(context: &mut Context<'_>, args: ListSilences) -> Result<(), Failure> {
    let filter = v1::ListSilencesRequest {
        with_past: args.all,
        ..Default::default()
    };
    let all = context.client.alerts().list_all_silences(filter);
    let (silences, cut) = context.first(all, args.limit).await?;
    let mut views: Vec<_> = silences.into_iter().map(SilenceView::from).collect();
    if context.output.is_for_people() {
        let rules = names::rules(&context.client).await;
        let client = &context.client;
        let mut places = names::servers(client, views.iter().map(SilenceView::server_id)).await;
        places.extend(names::nodes(client, views.iter().map(SilenceView::node_id)).await);
        views = views
            .into_iter()
            .map(|view| view.with_names(&rules, &places))
            .collect();
    }
    context.output.list(&views)?;
    context.say_more(cut, args.limit)
}

async fn unsilence(context: &mut Context<'_>, args: OneSilence) -> Result<(), Failure> {
    let silence = lookup::silence(&context.client, &args.silence).await?;
    let request = v1::DeleteSilenceRequest {
        silence_id: silence.id.clone(),
        ..Default::default()
    };
    context.client.alerts().delete_silence(request).await?;
    let silence = SilenceView::from(silence);
    let sentence = format!("Ended the silence {}.", silence.id);
    Ok(context.output.done(&sentence, &silence)?)
}

fn state(word: &str) -> Result<v1::AlertState, String> {
    parse_enum(word, "ALERT_STATE_", v1::AlertState::from_str_name)
        .map_err(|_| "write pending, firing or resolved".to_owned())
}

pub(super) fn severity(word: &str) -> Result<v1::AlertSeverity, String> {
    parse_enum(word, "ALERT_SEVERITY_", v1::AlertSeverity::from_str_name)
        .map_err(|_| "write info, warning or critical".to_owned())
}
