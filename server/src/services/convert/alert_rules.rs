//! Requests and answers of `AlertRules`.

use std::str::FromStr;
use std::time::Duration;

use hostler_proto::v1;

use super::alert_conditions::{condition, duration, severity, wire_condition, wire_figure, wire_severity};
use super::alert_subjects::{subjects, wire_subjects};
use super::alert_viewer::AlertViewer;
use super::reader::Reader;
use super::stats_history::wire_tier;
use super::time::{wire_duration, wire_time};
use super::update::{Guarded, Update};
use crate::domain::alert_rule::{AlertRule, AlertSeverity, LONGEST_REPEAT, MAX_CHANNELS, SHORTEST_REPEAT};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{AlertRuleId, ChannelId, UserId};
use crate::domain::sample::Subject;
use crate::engine::alerts::{
    AlertRulePatch, DryRun, DryRunAlert, DryRunReport, MAX_SUBJECTS, NewAlertRule, WouldFire,
};

const MAX_NAME: usize = 64;
const FIELDS: [&str; 8] = [
    "display_name",
    "disabled",
    "subjects",
    "condition",
    "severity",
    "channel_ids",
    "repeat_interval",
    "clear_duration",
];

/// Whose rules to list.
#[derive(Debug)]
pub(in crate::services) struct RulesOf(pub(in crate::services) Option<UserId>);

impl TryFrom<v1::ListAlertRulesRequest> for RulesOf {
    type Error = FieldErrors;

    fn try_from(request: v1::ListAlertRulesRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let owner = read.optional_id("owner_id", &request.owner_id);
        read.finish(|| Some(Self(owner?)))
    }
}

impl TryFrom<v1::GetAlertRuleRequest> for AlertRuleId {
    type Error = FieldErrors;

    fn try_from(request: v1::GetAlertRuleRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("alert_rule_id", &request.alert_rule_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::CreateAlertRuleRequest> for NewAlertRule {
    type Error = FieldErrors;

    fn try_from(request: v1::CreateAlertRuleRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("rule.");
        let rule = new_rule(&mut read, request.rule.unwrap_or_default());
        read.finish(|| rule)
    }
}

impl TryFrom<v1::DryRunAlertRuleRequest> for DryRun {
    type Error = FieldErrors;

    fn try_from(request: v1::DryRunAlertRuleRequest) -> Result<Self, FieldErrors> {
        let mut inside = Reader::inside("rule.");
        let rule = request.rule.unwrap_or_default();
        let subjects = subjects(&mut inside, rule.subjects);
        let condition = condition(&mut inside, rule.condition);
        let clear_duration = duration(&mut inside, "clear_duration", rule.clear_duration);
        let rule = inside.finish(|| Some((subjects?, condition?, clear_duration?)));
        let mut read = Reader::default();
        let from = read.time("start_time", request.start_time);
        if matches!(from, Some(None)) {
            read.bad("start_time", "must be given");
        }
        let to = read.time("end_time", request.end_time);
        let servers = ids(&mut read, "server_ids", &request.server_ids);
        let nodes = ids(&mut read, "node_ids", &request.node_ids);
        let mut errors = FieldErrors::default();
        let rule = rule.map_err(|bad| errors.0.extend(bad.0)).ok();
        let whole = read.finish(|| Some((from??, to?, servers?, nodes?)));
        let whole = whole.map_err(|bad| errors.0.extend(bad.0)).ok();
        match (rule, whole) {
            (Some((subjects, condition, clear_duration)), Some((from, to, servers, nodes))) => Ok(Self {
                subjects,
                condition,
                clear_duration,
                from,
                to,
                servers,
                nodes,
            }),
            _ => Err(errors),
        }
    }
}

impl TryFrom<v1::UpdateAlertRuleRequest> for Update<AlertRuleId, AlertRulePatch> {
    type Error = FieldErrors;

    fn try_from(request: v1::UpdateAlertRuleRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("rule.");
        let rule = request.rule.unwrap_or_default();
        let id = read.id("id", &rule.id);
        let mask = read.mask(request.update_mask, &FIELDS);
        let mut patch = AlertRulePatch::default();
        if mask.names("display_name", !rule.display_name.is_empty()) {
            patch.name = read.line("display_name", &rule.display_name, 1, MAX_NAME);
        }
        if mask.names("disabled", rule.disabled) {
            patch.disabled = Some(rule.disabled);
        }
        if mask.names("subjects", rule.subjects.is_some()) {
            patch.subjects = subjects(&mut read, rule.subjects);
        }
        if mask.names("condition", rule.condition.is_some()) {
            patch.condition = condition(&mut read, rule.condition);
        }
        if mask.names("severity", rule.severity != 0) {
            patch.severity = severity(&mut read, "severity", rule.severity).map(usual);
        }
        if mask.names("channel_ids", !rule.channel_ids.is_empty()) {
            patch.channels = channels(&mut read, &rule.channel_ids);
        }
        if mask.names("repeat_interval", rule.repeat_interval.is_some()) {
            patch.repeat_interval = repeat(&mut read, rule.repeat_interval);
        }
        if mask.names("clear_duration", rule.clear_duration.is_some()) {
            patch.clear_duration = duration(&mut read, "clear_duration", rule.clear_duration);
        }
        let etag = read.etag(&request.etag);
        read.finish(|| {
            Some(Self {
                id: id?,
                patch,
                etag: etag?,
            })
        })
    }
}

impl TryFrom<v1::DeleteAlertRuleRequest> for Guarded<AlertRuleId> {
    type Error = FieldErrors;

    fn try_from(request: v1::DeleteAlertRuleRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("alert_rule_id", &request.alert_rule_id);
        let etag = read.etag(&request.etag);
        read.finish(|| Some(Self { id: id?, etag: etag? }))
    }
}

fn new_rule(read: &mut Reader, rule: v1::AlertRule) -> Option<NewAlertRule> {
    let name = read.line("display_name", &rule.display_name, 1, MAX_NAME);
    let subjects = subjects(read, rule.subjects);
    let condition = condition(read, rule.condition);
    let severity = severity(read, "severity", rule.severity).map(usual);
    let channels = channels(read, &rule.channel_ids);
    let repeat_interval = repeat(read, rule.repeat_interval);
    let clear_duration = duration(read, "clear_duration", rule.clear_duration);
    Some(NewAlertRule {
        installation: rule.installation,
        name: name?,
        disabled: rule.disabled,
        subjects: subjects?,
        condition: condition?,
        severity: severity?,
        channels: channels?,
        repeat_interval: repeat_interval?,
        clear_duration: clear_duration?,
    })
}

fn ids<T: FromStr>(read: &mut Reader, field: &str, texts: &[String]) -> Option<Vec<T>> {
    let most = usize::try_from(MAX_SUBJECTS).unwrap_or(usize::MAX);
    if texts.len() > most {
        read.bad(field, format!("must be at most {MAX_SUBJECTS} ids"));
    }
    let some = texts.iter().take(most).enumerate();
    // Each of them, so that all that are bad are named.
    let read: Vec<Option<T>> = some
        .map(|(index, id)| read.id(&format!("{field}[{index}]"), id))
        .collect();
    read.into_iter().collect()
}

fn usual(severity: Option<AlertSeverity>) -> AlertSeverity {
    severity.unwrap_or(AlertSeverity::Warning)
}

fn channels(read: &mut Reader, texts: &[String]) -> Option<Vec<ChannelId>> {
    if texts.len() > MAX_CHANNELS {
        read.bad("channel_ids", format!("must be at most {MAX_CHANNELS} ids"));
        return None;
    }
    let ids = texts.iter().enumerate();
    let ids: Vec<_> = ids
        .map(|(index, text)| read.id(&format!("channel_ids[{index}]"), text))
        .collect();
    let ids: Vec<ChannelId> = ids.into_iter().collect::<Option<_>>()?;
    if (1..ids.len()).any(|index| ids[..index].contains(&ids[index])) {
        read.bad("channel_ids", "must name each channel once");
        return None;
    }
    Some(ids)
}

fn repeat(read: &mut Reader, value: Option<prost_types::Duration>) -> Option<Option<Duration>> {
    let repeat = read.duration("repeat_interval", value, LONGEST_REPEAT)?;
    if repeat.is_some_and(|repeat| repeat < SHORTEST_REPEAT) {
        read.bad("repeat_interval", "must be none, or from 5 minutes to 7 days");
        return None;
    }
    Some(repeat)
}

pub(in crate::services) fn wire_alert_rule(rule: AlertRule, viewer: &AlertViewer) -> v1::AlertRule {
    let shows_channels = viewer.is(rule.owner_id);
    let channels = rule.channels.iter().filter(|_| shows_channels);
    v1::AlertRule {
        id: rule.id.to_string(),
        display_name: rule.name,
        installation: rule.owner_id.is_none(),
        owner_id: rule.owner_id.map(|id| id.to_string()).unwrap_or_default(),
        disabled: rule.disabled,
        subjects: Some(wire_subjects(rule.subjects)),
        condition: Some(wire_condition(&rule.condition)),
        severity: wire_severity(rule.severity).into(),
        channel_ids: channels.map(ToString::to_string).collect(),
        repeat_interval: rule.repeat_interval.map(wire_duration),
        clear_duration: (!rule.clear_duration.is_zero()).then(|| wire_duration(rule.clear_duration)),
        create_time: wire_time(rule.create_time),
        update_time: wire_time(rule.update_time),
        etag: rule.generation.to_string(),
    }
}

pub(in crate::services) fn wire_dry_run(report: &DryRunReport) -> v1::DryRunAlertRuleResponse {
    let metric = report.condition.metric;
    let count = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    let alerts = |fires: &WouldFire| {
        let alert = |alert: &DryRunAlert| v1::DryRunAlert {
            begin_time: wire_time(alert.begin_time),
            fire_time: wire_time(alert.fire_time),
            resolve_time: alert.resolve_time.and_then(wire_time),
            worst_value: wire_figure(metric, alert.worst),
        };
        fires.alerts.iter().map(alert).collect()
    };
    let (mut servers, mut nodes) = (Vec::new(), Vec::new());
    for (subject, fires) in &report.subjects {
        match subject {
            Subject::Server(id) => servers.push(v1::DryRunServer {
                server_id: id.to_string(),
                fire_count: count(fires.count),
                alerts: alerts(fires),
            }),
            Subject::Node(id) => nodes.push(v1::DryRunNode {
                node_id: id.to_string(),
                fire_count: count(fires.count),
                alerts: alerts(fires),
            }),
        }
    }
    let all = report.subjects.iter().map(|(_, fires)| fires.count);
    v1::DryRunAlertRuleResponse {
        fire_count: count(all.fold(0, u32::saturating_add)),
        servers,
        nodes,
        tier: wire_tier(report.tier).into(),
        point_width: report.tier.width().map(wire_duration),
    }
}

#[cfg(test)]
mod tests {
    use v1::alert_condition::Condition as Wire;

    use super::*;
    use crate::domain::alert_condition::Condition;
    use crate::domain::alert_subject::RuleSubjects;

    fn cpu(threshold: f64) -> v1::AlertRule {
        let metric = v1::MetricCondition {
            metric: v1::AlertMetric::CpuRatio.into(),
            comparison: v1::AlertComparison::Above.into(),
            threshold,
            ..Default::default()
        };
        v1::AlertRule {
            display_name: "CPU hot".to_owned(),
            condition: Some(v1::AlertCondition {
                condition: Some(Wire::Metric(metric)),
            }),
            ..Default::default()
        }
    }

    fn create(rule: v1::AlertRule) -> Result<NewAlertRule, FieldErrors> {
        NewAlertRule::try_from(v1::CreateAlertRuleRequest {
            rule: Some(rule),
            request_id: String::new(),
        })
    }

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.0.iter().map(|error| error.field.as_str()).collect()
    }

    #[test]
    fn a_rule_needs_a_name_and_a_condition_and_is_a_warning_about_all_servers_at_once() {
        let rule = create(cpu(0.9)).unwrap();
        assert_eq!(rule.severity, AlertSeverity::Warning);
        assert_eq!(rule.subjects, RuleSubjects::AllServers);
        let Condition::Metric(condition) = rule.condition else {
            panic!("{rule:?}");
        };
        assert_eq!(condition.threshold, 9000);
        let errors = create(v1::AlertRule::default()).unwrap_err();
        assert_eq!(fields(&errors), ["rule.display_name", "rule.condition"]);
    }

    #[test]
    fn thresholds_that_no_figure_has_are_bad() {
        for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let errors = create(cpu(bad)).unwrap_err();
            assert_eq!(fields(&errors), ["rule.condition.metric.threshold"], "{bad}");
        }
    }

    #[test]
    fn all_bad_fields_of_a_dry_run_that_matter_are_named_at_once() {
        let request = v1::DryRunAlertRuleRequest {
            rule: Some(v1::AlertRule {
                display_name: "x".repeat(999),
                severity: 9,
                repeat_interval: Some(prost_types::Duration { seconds: 1, nanos: 0 }),
                clear_duration: Some(prost_types::Duration {
                    seconds: -1,
                    nanos: 0,
                }),
                channel_ids: vec!["x".to_owned()],
                ..cpu(2.0)
            }),
            server_ids: vec!["y".to_owned()],
            node_ids: vec!["y".to_owned(), "z".to_owned()],
            ..Default::default()
        };
        let errors = DryRun::try_from(request).unwrap_err();
        assert_eq!(
            fields(&errors),
            [
                "rule.condition.metric.threshold",
                "rule.clear_duration",
                "start_time",
                "server_ids[0]",
                "node_ids[0]",
                "node_ids[1]",
            ]
        );
    }

    #[test]
    fn an_update_changes_what_its_mask_names() {
        let request = v1::UpdateAlertRuleRequest {
            rule: Some(v1::AlertRule {
                id: AlertRuleId::generate().to_string(),
                ..cpu(0.5)
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["disabled".to_owned(), "repeat_interval".to_owned()],
            }),
            ..Default::default()
        };
        let update = Update::<AlertRuleId, AlertRulePatch>::try_from(request).unwrap();
        let expected = AlertRulePatch {
            disabled: Some(false),
            repeat_interval: Some(None),
            ..AlertRulePatch::default()
        };
        assert_eq!(update.patch, expected);
    }
}
