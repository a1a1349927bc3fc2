//! Does what is said to `hostler rules`.

use hostler_client::v1;
use v1::alert_condition::Condition;
use v1::alert_subjects::Subjects;

use super::args::{About, Create, Delete, One, Rules, Update};
use super::condition::{condition, lost_clear, wire, without_clear};
use super::dry_run;
use crate::context::Context;
use crate::errors::Failure;
use crate::mask::Mask;
use crate::views::RuleView;
use crate::{lookup, names, namesakes, prompt};

pub(crate) async fn run(context: &mut Context<'_>, command: Rules) -> Result<(), Failure> {
    match command {
        Rules::List(args) => {
            let owner_id = match &args.owner {
                Some(wanted) => lookup::user(&context.client, wanted).await?.id,
                None => String::new(),
            };
            let filter = v1::ListAlertRulesRequest {
                owner_id,
                ..Default::default()
            };
            let all = context.client.alert_rules().list_all(filter);
            let rules = lookup::collect(all, usize::MAX).await?;
            let views = rules.into_iter().map(RuleView::from).collect();
            let views = named(context, views, false).await;
            Ok(context.output.list(&views)?)
        }
        Rules::Get(One { rule }) => {
            let rule = lookup::rule(&context.client, &rule).await?;
            for view in named(context, vec![RuleView::from(rule)], true).await {
                let hidden = view.is_installation() && view.channel_ids().is_empty();
                let shown = if hidden && context.output.is_for_people() && is_staff(context).await {
                    view.for_staff()
                } else {
                    view
                };
                context.output.item(&shown)?;
            }
            Ok(())
        }
        Rules::Create(args) => create(context, args).await,
        Rules::Update(args) => update(context, args).await,
        Rules::Delete(args) => delete(context, args).await,
        Rules::DryRun(args) => dry_run::run(context, args).await,
    }
}

/// For people, with names in the place of ids; those of channels where they are shown.
async fn named(context: &Context<'_>, views: Vec<RuleView>, channels: bool) -> Vec<RuleView> {
    if !context.output.is_for_people() {
        return views;
    }
    let client = &context.client;
    let shown = views.iter().filter(|_| channels);
    let channel_ids = shown.flat_map(RuleView::channel_ids).map(String::as_str);
    let mut names = names::channels(client, channel_ids).await;
    names.extend(names::servers(client, views.iter().map(RuleView::server_id)).await);
    names.extend(names::nodes(client, views.iter().map(RuleView::node_id)).await);
    names.extend(names::accounts(client, views.iter().map(RuleView::owner_id)).await);
    views.into_iter().map(|view| view.with_names(&names)).collect()
}

/// False where it cannot be told, as by an API token that may not read the account.
async fn is_staff(context: &Context<'_>) -> bool {
    let me = context.client.users().me().await;
    me.is_ok_and(|me| matches!(me.role(), v1::UserRole::Support | v1::UserRole::Operator))
}

/// Rules are looked up among all that the caller sees.
async fn tell_namesakes(context: &mut Context<'_>, rule: &RuleView) -> Result<(), Failure> {
    let all = context
        .client
        .alert_rules()
        .list_all(v1::ListAlertRulesRequest::default());
    let made = (rule.id.as_str(), rule.display_name.as_str());
    namesakes::tell(context.output, "rule", made, all, |rule| {
        (rule.id, rule.display_name)
    })
    .await
}

async fn create(context: &mut Context<'_>, args: Create) -> Result<(), Failure> {
    let Some(condition) = condition(&args.when, None)? else {
        let problem = "say when it fires: --metric with --above or --below, --failed, --down or --stuck; of nodes \
                       --offline or --full-within; of containers --crashed, --exited, --unhealthy or --restarts";
        return Err(Failure::Usage(problem.to_owned()));
    };
    let said = subjects(context, &args.besides.about).await?;
    let subjects = said.or_else(|| usual_subjects(&condition));
    // Nobody else's can be about nodes.
    let installation = args.installation || subjects.as_ref().is_some_and(is_about_nodes);
    let channel_ids = channel_ids(context, &args.besides.channel, installation).await?;
    let rule = v1::AlertRule {
        display_name: args.name,
        installation,
        subjects,
        condition: Some(condition),
        severity: args.besides.severity.map(i32::from).unwrap_or_default(),
        channel_ids,
        repeat_interval: args.besides.repeat.map(wire).transpose()?,
        clear_duration: args.besides.clear_for.map(wire).transpose()?,
        ..Default::default()
    };
    let request = v1::CreateAlertRuleRequest {
        rule: Some(rule),
        ..Default::default()
    };
    let rule = RuleView::from(context.client.alert_rules().create(request).await?);
    let sentence = format!("Created the rule {} ({}).", rule.display_name, rule.id);
    context.output.done(&sentence, &rule)?;
    tell_namesakes(context, &rule).await
}

/// The etag keeps a change that somebody else has just made.
async fn update(context: &mut Context<'_>, args: Update) -> Result<(), Failure> {
    let found = lookup::rule(&context.client, &args.one.rule).await?;
    let mut rule = v1::AlertRule {
        id: found.id,
        ..Default::default()
    };
    let mut mask = Mask::default();
    let renamed = args.name.is_some();
    mask.set(&mut rule.display_name, args.name, "display_name");
    let before = match &found.condition {
        Some(before) if args.no_clear => Some(without_clear(before)?),
        before => *before,
    };
    let condition = condition(&args.when, before.as_ref())?.or(before.filter(|_| args.no_clear));
    let lost_clear = condition
        .filter(|_| !args.no_clear)
        .and_then(|condition| lost_clear(before.as_ref(), &condition));
    mask.set(&mut rule.condition, condition.map(Some), "condition");
    let disabled = (args.disable || args.enable).then_some(args.disable);
    mask.set(&mut rule.disabled, disabled, "disabled");
    let all = args.all_servers.then_some(v1::AlertSubjects {
        subjects: Some(Subjects::AllServers(v1::AllServers {})),
    });
    let subjects = subjects(context, &args.besides.about).await?.or(all);
    mask.set(&mut rule.subjects, subjects.map(Some), "subjects");
    let severity = args.besides.severity.map(i32::from);
    mask.set(&mut rule.severity, severity, "severity");
    let repeat = args.besides.repeat.map(wire).transpose()?;
    let repeat = (args.no_repeat || repeat.is_some()).then_some(repeat);
    mask.set(&mut rule.repeat_interval, repeat, "repeat_interval");
    let clear_for = args.besides.clear_for.map(wire).transpose()?;
    mask.set(&mut rule.clear_duration, clear_for.map(Some), "clear_duration");
    let channels = channel_ids(context, &args.besides.channel, found.installation).await?;
    let channels = (args.all_channels || !channels.is_empty()).then_some(channels);
    mask.set(&mut rule.channel_ids, channels, "channel_ids");
    let request = v1::UpdateAlertRuleRequest {
        rule: Some(rule),
        update_mask: Some(mask.into()),
        etag: found.etag,
        ..Default::default()
    };
    let rule = RuleView::from(context.client.alert_rules().update(request).await?);
    let sentence = format!("Changed the rule {}.", rule.display_name);
    context.output.done(&sentence, &rule)?;
    if let Some(clear) = lost_clear {
        context.output.note(&format!(
            "The rule was over at {clear}, which does not fit any more; --clear says where it is over now."
        ))?;
    }
    if renamed {
        tell_namesakes(context, &rule).await?;
    }
    Ok(())
}

async fn delete(context: &mut Context<'_>, args: Delete) -> Result<(), Failure> {
    let rule = lookup::rule(&context.client, &args.one.rule).await?;
    let warning = format!("This deletes the rule {}; its open alerts end", rule.display_name);
    prompt::confirm(context.output, &warning, &rule.display_name, args.confirm.yes)?;
    let request = v1::DeleteAlertRuleRequest {
        alert_rule_id: rule.id.clone(),
        etag: rule.etag.clone(),
        ..Default::default()
    };
    context.client.alert_rules().delete(request).await?;
    let rule = RuleView::from(rule);
    let sentence = format!("Deleted the rule {}.", rule.display_name);
    Ok(context.output.done(&sentence, &rule)?)
}

/// `None` when nothing is said about it.
async fn subjects(context: &mut Context<'_>, about: &About) -> Result<Option<v1::AlertSubjects>, Failure> {
    let client = &context.client;
    let node_id = match &about.node {
        Some(wanted) => Some(lookup::node(client, wanted).await?.id),
        None => None,
    };
    let labels = about.node_label.iter().cloned();
    let subjects = if let Some(wanted) = &about.on {
        Subjects::ServerId(lookup::server(client, wanted).await?.id)
    } else if let Some(pattern) = &about.containers {
        Subjects::Containers(v1::ContainerSubjects {
            name_pattern: pattern.clone(),
            node_id: node_id.unwrap_or_default(),
            node_labels: labels.collect(),
        })
    } else if let Some(node_id) = node_id {
        Subjects::NodeId(node_id)
    } else if !about.node_label.is_empty() {
        Subjects::NodeLabels(v1::NodeLabels {
            labels: labels.collect(),
        })
    } else if about.all_nodes {
        Subjects::AllNodes(v1::AllNodes {})
    } else {
        return Ok(None);
    };
    Ok(Some(v1::AlertSubjects {
        subjects: Some(subjects),
    }))
}

/// What a condition is about that servers do not have, where nobody says more.
fn usual_subjects(condition: &v1::AlertCondition) -> Option<v1::AlertSubjects> {
    let subjects = match condition.condition.as_ref()? {
        Condition::Metric(_) | Condition::ServerState(_) | Condition::OperationStuck(_) => return None,
        Condition::NodeOffline(_) | Condition::DiskForecast(_) => Subjects::AllNodes(v1::AllNodes {}),
        Condition::ContainerState(_) | Condition::ContainerRestarts(_) => {
            Subjects::Containers(v1::ContainerSubjects {
                name_pattern: "*".to_owned(),
                ..Default::default()
            })
        }
    };
    Some(v1::AlertSubjects {
        subjects: Some(subjects),
    })
}

const fn is_about_nodes(subjects: &v1::AlertSubjects) -> bool {
    match &subjects.subjects {
        Some(
            Subjects::AllNodes(_) | Subjects::NodeId(_) | Subjects::NodeLabels(_) | Subjects::Containers(_),
        ) => true,
        Some(Subjects::AllServers(_) | Subjects::ServerId(_)) | None => false,
    }
}

/// Names are looked up among the channels that the rule can name: the caller's own, or the installation's.
async fn channel_ids(
    context: &Context<'_>,
    named: &[String],
    installation: bool,
) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::with_capacity(named.len());
    for wanted in named {
        ids.push(lookup::channel(&context.client, wanted, installation).await?.id);
    }
    Ok(ids)
}
