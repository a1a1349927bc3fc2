//! `hostler rules dry-run`.

use std::collections::HashMap;

use hostler_client::v1;
use v1::alert_condition::Condition;

use super::args::DryRun;
use super::condition::{condition, wire};
use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::units::time;
use crate::views::DryRunAlertView;

pub(super) async fn run(context: &mut Context<'_>, args: DryRun) -> Result<(), Failure> {
    let mut rule = match &args.rule {
        Some(wanted) => lookup::rule(&context.client, wanted).await?,
        None => v1::AlertRule::default(),
    };
    if let Some(changed) = condition(&args.when, rule.condition.as_ref())? {
        rule.condition = Some(changed);
    }
    if let Some(clear_for) = args.clear_for {
        rule.clear_duration = Some(wire(clear_for)?);
    }
    // Channels are not told, and perhaps not ours to name.
    rule.channel_ids.clear();
    let metric = metric(&rule);
    let mut names = HashMap::new();
    let mut server_ids = Vec::with_capacity(args.on.len());
    for wanted in &args.on {
        let server = lookup::server(&context.client, wanted).await?;
        server_ids.push(server.id.clone());
        names.insert(server.id, server.name);
    }
    let start = time::ago(args.since).ok_or_else(|| Failure::Usage("--since is too long ago".to_owned()))?;
    let request = v1::DryRunAlertRuleRequest {
        rule: Some(rule),
        start_time: Some(start),
        server_ids,
        ..Default::default()
    };
    let answer = context.client.alert_rules().dry_run(request).await?;
    let mut views = Vec::new();
    for server in &answer.servers {
        let id = &server.server_id;
        if !server.alerts.is_empty() && !names.contains_key(id) {
            let found = context.client.servers().get(id).await?;
            names.insert(id.clone(), found.name);
        }
        let name = names.get(id).unwrap_or(id);
        let alerts = server.alerts.iter();
        views.extend(alerts.map(|alert| DryRunAlertView::new(metric, id, name, alert)));
    }
    context.output.list(&views)?;
    let fired = usize::try_from(answer.fire_count).unwrap_or_default();
    let times = counted(fired, "time");
    let servers = counted(answer.servers.len(), "server");
    let span = time::span(args.since);
    let sentence = format!("would have fired {times} on {servers} in the last {span}");
    Ok(context.output.note(&sentence)?)
}

fn metric(rule: &v1::AlertRule) -> v1::AlertMetric {
    match rule
        .condition
        .as_ref()
        .and_then(|condition| condition.condition.as_ref())
    {
        Some(Condition::Metric(condition)) => condition.metric(),
        Some(Condition::ServerState(_) | Condition::OperationStuck(_)) | None => v1::AlertMetric::Unspecified,
    }
}

fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        let counts = [0, 1, 2].map(|count| counted(count, "server"));
        assert_eq!(counts, ["0 servers", "1 server", "2 servers"]);
    }
}
