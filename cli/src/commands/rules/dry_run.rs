//! `hostler rules dry-run`.

use std::collections::BTreeMap;

use hostler_client::v1;
use prost_types::Timestamp;
use v1::alert_condition::Condition;
use v1::alert_subjects::Subjects;

use super::args::DryRun;
use super::condition::{condition, wire};
use super::known::{known, known_of_node};
use super::verdict::{Tried, verdict};
use crate::context::Context;
use crate::errors::Failure;
use crate::resolve::Unresolved;
use crate::units::time;
use crate::views::{DryRunAlertView, DryRunPlace};
use crate::{lookup, names};

pub(super) async fn run(context: &mut Context<'_>, args: DryRun) -> Result<(), Failure> {
    let mut rule = match &args.rule {
        Some(wanted) => existing(context, wanted, args.figures.metric.is_some()).await?,
        None => v1::AlertRule::default(),
    };
    if let Some(changed) = condition(&args.figures.into(), rule.condition.as_ref())? {
        rule.condition = Some(changed);
    }
    if let Some(clear_for) = args.clear_for {
        rule.clear_duration = Some(wire(clear_for)?);
    }
    let mut node_ids = Vec::with_capacity(args.node.len());
    for wanted in &args.node {
        node_ids.push(lookup::node(&context.client, wanted).await?.id);
    }
    if rule.subjects.is_none() && !node_ids.is_empty() {
        rule.subjects = Some(v1::AlertSubjects {
            subjects: Some(Subjects::AllNodes(v1::AllNodes {})),
        });
    }
    // Channels are not told, and perhaps not ours to name.
    rule.channel_ids.clear();
    let metric = metric(&rule)?;
    let mut server_ids = Vec::with_capacity(args.on.len());
    for wanted in &args.on {
        server_ids.push(lookup::server(&context.client, wanted).await?.id);
    }
    // Both ends by this clock, so that the longest range is not a moment too long when it arrives.
    let (start, end) =
        time::last(args.since).ok_or_else(|| Failure::Usage("--since is too long ago".to_owned()))?;
    let request = v1::DryRunAlertRuleRequest {
        rule: Some(rule),
        start_time: Some(start),
        end_time: Some(end),
        server_ids,
        node_ids,
    };
    let answer = context.client.alert_rules().dry_run(request).await?;
    let ids = answer.servers.iter().map(|server| server.server_id.as_str());
    let mut names = names::servers(&context.client, ids).await;
    let ids = answer.nodes.iter().map(|node| node.node_id.as_str());
    names.extend(names::nodes(&context.client, ids).await);
    let tried = tried(context, &answer, metric, (start, end), &names).await;
    let places = answer.servers.iter().map(|server| {
        let place = DryRunPlace::Server(server.server_id.clone());
        (place, &server.alerts)
    });
    let nodes = answer.nodes.iter().map(|node| {
        let place = DryRunPlace::Node(node.node_id.clone());
        (place, &node.alerts)
    });
    let mut views = Vec::new();
    for ((place, alerts), tried) in places.chain(nodes).zip(&tried) {
        let view = |alert| DryRunAlertView::new(metric, &place, &tried.name, alert, end);
        views.extend(alerts.iter().map(view));
    }
    if !views.is_empty() || !context.output.is_for_people() {
        context.output.list(&views)?;
    }
    for sentence in verdict(&tried, (start, end), answer.point_width) {
        context.output.note(&sentence)?;
    }
    Ok(())
}

/// A rule by its name. Who gives a metric may have meant the name of one that is not there yet.
async fn existing(context: &Context<'_>, wanted: &str, new: bool) -> Result<v1::AlertRule, Failure> {
    match lookup::rule(&context.client, wanted).await {
        Err(Failure::Unresolved(Unresolved::Nothing { .. })) if new => Err(Failure::Missing(format!(
            "there is no rule {wanted:?} to try with another condition\n  next: leave the name out to try a new rule; hostler rules list \
             shows what there is"
        ))),
        other => other,
    }
}

/// What the rule is about; of states and operations no history is kept.
fn metric(rule: &v1::AlertRule) -> Result<v1::AlertMetric, Failure> {
    match rule
        .condition
        .as_ref()
        .and_then(|condition| condition.condition.as_ref())
    {
        Some(Condition::Metric(condition)) => Ok(condition.metric()),
        Some(
            Condition::ServerState(_)
            | Condition::OperationStuck(_)
            | Condition::NodeOffline(_)
            | Condition::ContainerState(_)
            | Condition::ContainerRestarts(_)
            | Condition::DiskForecast(_),
        )
        | None => Err(Failure::Usage(format!(
            "{:?} is not about a metric, and of nothing else there is a history to try it on\n  next: hostler rules list shows the \
             conditions; or try a new one with --metric",
            rule.display_name
        ))),
    }
}

/// What there was to judge by, of each server and node.
async fn tried(
    context: &Context<'_>,
    answer: &v1::DryRunAlertRuleResponse,
    metric: v1::AlertMetric,
    range: (Timestamp, Timestamp),
    names: &BTreeMap<String, String>,
) -> Vec<Tried> {
    let mut tried = Vec::with_capacity(answer.servers.len() + answer.nodes.len());
    for server in &answer.servers {
        let id = &server.server_id;
        tried.push(Tried {
            name: names.get(id).unwrap_or(id).clone(),
            fired: usize::try_from(server.fire_count).unwrap_or_default(),
            shown: server.alerts.len(),
            known: known(&context.client, id, metric, range).await,
        });
    }
    for node in &answer.nodes {
        let id = &node.node_id;
        tried.push(Tried {
            name: names.get(id).unwrap_or(id).clone(),
            fired: usize::try_from(node.fire_count).unwrap_or_default(),
            shown: node.alerts.len(),
            known: known_of_node(&context.client, id, metric, range).await,
        });
    }
    tried
}
