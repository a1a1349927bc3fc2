//! What a rule would have done over stored history: the same machine, fed from the store.

use std::time::Duration;

use super::looking::{look_at, timing};
use super::rules::AlertRules;
use crate::domain::alert::{AlertState, Progress};
use crate::domain::alert_condition::{Comparison, Condition, MetricCondition};
use crate::domain::alert_machine::{Step, Timing, step};
use crate::domain::alert_rule::{AlertRule, AlertSeverity};
use crate::domain::alert_subject::{NodeSelector, RuleSubjects, TargetKind};
use crate::domain::bin::{Bin, Summary};
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{AlertRuleId, NodeId, ServerId};
use crate::domain::metric::Metric;
use crate::domain::node::Node;
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::sample::{Subject, Values};
use crate::domain::server::ServerFilter;
use crate::domain::tier::{Retention, Tier};
use crate::domain::time::Timestamp;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};

const LONGEST_RANGE: Duration = Duration::from_hours(30 * 24);
/// Servers or nodes that one answer is about.
pub const MAX_SUBJECTS: u32 = 20;
/// Nodes that are looked through for those with the right labels.
const MAX_SOUGHT: u32 = 10_000;
/// Alerts of one subject that are told one by one.
const SHOWN_ALERTS: usize = 100;
/// Looks that are read of one subject.
const MAX_LOOKS: u128 = 25_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    pub subjects: RuleSubjects,
    pub condition: Condition,
    pub clear_duration: Duration,
    pub from: Timestamp,
    /// Not included; `None` is now.
    pub to: Option<Timestamp>,
    /// Empty is what the rule is about.
    pub servers: Vec<ServerId>,
    /// The same of a rule about nodes.
    pub nodes: Vec<NodeId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRunReport {
    pub tier: Tier,
    pub condition: MetricCondition,
    pub subjects: Vec<(Subject, WouldFire)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WouldFire {
    pub count: u32,
    /// Oldest first; the newest ones when there are more than can be told.
    pub alerts: Vec<DryRunAlert>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DryRunAlert {
    pub begin_time: Timestamp,
    pub fire_time: Timestamp,
    /// `None` when it still fires at the end.
    pub resolve_time: Option<Timestamp>,
    pub worst: u64,
}

impl AlertRules {
    pub async fn dry_run(&self, caller: &Caller, run: DryRun) -> Result<DryRunReport> {
        let now = self.ports.clock.now();
        let to = run.to.unwrap_or(now);
        let condition = check(&run, to)?;
        let rule = imagined(caller, &run)?;
        self.check(caller, &rule).await?;
        let (patience, tried) = if rule.subjects.nodes().is_some() {
            (self.node_patience, self.tried_nodes(&rule, run.nodes).await?)
        } else {
            (self.patience, self.tried(caller, &rule, run.servers).await?)
        };
        let retention = self.ports.store.stats_retention().await?.retention;
        let tier = tier(&retention, patience / 3, now, run.from, to);
        let timing = timing(&rule, patience.max(tier.width().unwrap_or_default() * 3));
        let mut report = DryRunReport {
            tier,
            condition,
            subjects: Vec::with_capacity(tried.len()),
        };
        for Tried { subject, cores } in tried {
            let bins = self.ports.store.stats_bins(subject, tier, run.from, to).await?;
            let bins = bins.iter().filter(|bin| (run.from..to).contains(&bin.start));
            let value = |bin: &Bin| match subject {
                Subject::Server(_) => condition.metric.of(&averages(bin)),
                Subject::Node(_) => condition.metric.of_node(&averages(bin), cores),
            };
            let fires = replay(&condition, &timing, bins.map(|bin| (bin.start, value(bin))));
            report.subjects.push((subject, fires));
        }
        Ok(report)
    }

    /// The nodes that are asked for, or else those that the rule is about.
    async fn tried_nodes(&self, rule: &AlertRule, asked: Vec<NodeId>) -> Result<Vec<Tried>> {
        let named = match &rule.subjects {
            _ if !asked.is_empty() => asked,
            RuleSubjects::Nodes(NodeSelector::One(id)) => vec![*id],
            RuleSubjects::AllServers
            | RuleSubjects::Server(_)
            | RuleSubjects::Nodes(_)
            | RuleSubjects::Containers { .. } => Vec::new(),
        };
        if !named.is_empty() {
            let mut tried: Vec<Tried> = Vec::with_capacity(named.len());
            for id in named {
                let node = self.ports.store.node_get(id).await;
                let node = Tried::node(&node.map_err(Error::of(Noun::Node))?);
                if tried.iter().all(|other| other.subject != node.subject) {
                    tried.push(node);
                }
            }
            return Ok(tried);
        }
        let (mut tried, mut page) = (Vec::new(), PageRequest::first(MAX_PAGE_SIZE));
        for _ in 0..MAX_SOUGHT / MAX_PAGE_SIZE {
            let read = self.ports.store.node_list(None, page).await?;
            let covered = read.items.iter();
            tried.extend(
                covered
                    .filter(|node| rule.covers_node(node.id, &node.labels))
                    .map(Tried::node),
            );
            match read.next {
                Some(after) if tried.len() < MAX_SUBJECTS as usize => page.after = Some(after),
                Some(_) | None => break,
            }
        }
        tried.truncate(MAX_SUBJECTS as usize);
        Ok(tried)
    }

    /// The servers that are asked for, or else those that the rule is about.
    async fn tried(&self, caller: &Caller, rule: &AlertRule, asked: Vec<ServerId>) -> Result<Vec<Tried>> {
        if !asked.is_empty() {
            let mut servers = Vec::with_capacity(asked.len());
            for id in asked {
                self.servers.get(caller, id).await?;
                let server = Tried::server(id);
                if !servers.contains(&server) {
                    servers.push(server);
                }
            }
            return Ok(servers);
        }
        if let RuleSubjects::Server(id) = rule.subjects {
            return Ok(vec![Tried::server(id)]);
        }
        let filter = ServerFilter {
            owner_id: rule.owner_id,
            ..ServerFilter::default()
        };
        let newest = self
            .servers
            .list(caller, filter, PageRequest::first(MAX_SUBJECTS))
            .await?;
        Ok(newest
            .items
            .into_iter()
            .map(|server| Tried::server(server.id))
            .collect())
    }
}

/// Something that a rule is tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tried {
    subject: Subject,
    /// Of a node; 0 when it is not known.
    cores: u64,
}

impl Tried {
    const fn server(id: ServerId) -> Self {
        Self {
            subject: Subject::Server(id),
            cores: 0,
        }
    }

    fn node(node: &Node) -> Self {
        Self {
            subject: Subject::Node(node.id),
            cores: node.facts.as_ref().map_or(0, |facts| facts.cpu_count.into()),
        }
    }
}

/// The finest that reaches back far enough and is not too much to read; samples are `sample` apart.
fn tier(retention: &Retention, sample: Duration, now: Timestamp, from: Timestamp, to: Timestamp) -> Tier {
    let range = to.since(from).as_micros();
    let fits = |tier: &&Tier| {
        let width = tier.width().unwrap_or(sample).as_micros().max(1);
        retention.reaches(**tier, now, from) && range / width <= MAX_LOOKS
    };
    let longest = || Tier::ALL.iter().max_by_key(|tier| retention.of(**tier));
    Tier::ALL
        .iter()
        .find(fits)
        .or_else(longest)
        .copied()
        .unwrap_or(Tier::Hour)
}

fn check(run: &DryRun, to: Timestamp) -> Result<MetricCondition> {
    let mut errors = FieldErrors::default();
    if run.from >= to {
        errors.push("start_time", "must be before end_time, which is now unless given");
    } else if to.since(run.from) > LONGEST_RANGE {
        errors.push("start_time", "must be at most 30 days before end_time");
    }
    let target = run.subjects.target();
    for (field, asked, wanted) in [
        ("server_ids", !run.servers.is_empty(), TargetKind::Server),
        ("node_ids", !run.nodes.is_empty(), TargetKind::Node),
    ] {
        if asked && target != wanted {
            errors.push(field, "must be empty: the rule is about something else");
        }
    }
    let condition = match run.condition {
        Condition::Metric(condition) => Some(condition),
        Condition::ServerState { .. }
        | Condition::OperationStuck { .. }
        | Condition::NodeOffline { .. }
        | Condition::ContainerState { .. }
        | Condition::ContainerRestarts { .. }
        | Condition::DiskForecast { .. } => {
            errors.push(
                "rule.condition",
                "must be of a metric: of nothing else there is a history",
            );
            None
        }
    };
    if target == TargetKind::Container {
        errors.push(
            "rule.subjects",
            "must be servers or nodes: of containers there is no history",
        );
    } else if condition.is_some_and(|one| one.metric.is_of(target) && !one.metric.is_kept(target)) {
        errors.push(
            "rule.condition.metric.metric",
            "must be one of which there is a history",
        );
    }
    match condition {
        Some(condition) => errors.check().map(|()| condition).map_err(Into::into),
        None => Err(errors.into()),
    }
}

/// A rule as the caller could make it, of which only that matters which is tried.
fn imagined(caller: &Caller, run: &DryRun) -> Result<AlertRule> {
    let principal = caller.signed_in()?;
    Ok(AlertRule {
        id: AlertRuleId::generate(),
        owner_id: principal.sees_only(),
        name: String::new(),
        disabled: false,
        subjects: run.subjects.clone(),
        condition: run.condition,
        severity: AlertSeverity::Warning,
        channels: Vec::new(),
        repeat_interval: None,
        clear_duration: run.clear_duration,
        create_time: Timestamp::default(),
        update_time: Timestamp::default(),
        generation: Generation::FIRST,
    })
}

/// Runs the machine over figures, oldest first.
fn replay(
    condition: &MetricCondition,
    timing: &Timing,
    figures: impl IntoIterator<Item = (Timestamp, Option<u64>)>,
) -> WouldFire {
    let mut fires = WouldFire::default();
    let mut open: Option<(Progress, u64)> = None;
    for (time, value) in figures {
        let look = look_at(condition, value, time);
        let before = open.take();
        let worst = |value: Option<u64>| match (before, value) {
            (Some((_, worst)), Some(value)) => worse(condition, worst, value),
            (Some((_, worst)), None) => worst,
            (None, value) => value.unwrap_or_default(),
        };
        let progress = before.map(|(progress, _)| progress);
        match step(timing, progress.as_ref(), look, time) {
            Step::Fine | Step::Passes => {}
            Step::Begins(after)
            | Step::Stays(after)
            | Step::Fires(after)
            | Step::LosesData(after)
            | Step::FindsData(after) => open = Some((after, worst(value))),
            Step::Resolves(after) => fires.add(&after, worst(None)),
        }
    }
    if let Some((progress, worst)) = open
        && progress.state == AlertState::Firing
    {
        fires.add(&progress, worst);
    }
    fires
}

impl WouldFire {
    fn add(&mut self, progress: &Progress, worst: u64) {
        self.count += 1;
        if self.alerts.len() == SHOWN_ALERTS {
            self.alerts.remove(0);
        }
        self.alerts.push(DryRunAlert {
            begin_time: progress.begin_time,
            fire_time: progress.fire_time.unwrap_or(progress.begin_time),
            resolve_time: progress.resolve_time,
            worst,
        });
    }
}

fn worse(condition: &MetricCondition, a: u64, b: u64) -> u64 {
    match condition.comparison {
        Comparison::Above => a.max(b),
        Comparison::Below => a.min(b),
    }
}

fn averages(bin: &Bin) -> Values {
    let mut values = Values::NONE;
    for metric in Metric::ALL {
        values.set(*metric, bin.get(*metric).map(Summary::average));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert_metric::AlertMetric;

    /// The night in which clocks are set back in Berlin: 2026-10-25, 00:00 UTC.
    const DST: Timestamp = Timestamp::from_micros(1_792_886_400_000_000);

    const CONDITION: MetricCondition = MetricCondition {
        metric: AlertMetric::CpuRatio,
        comparison: Comparison::Above,
        threshold: 9000,
        clear_threshold: Some(8000),
        duration: Duration::from_mins(5),
    };

    const TIMING: Timing = Timing {
        duration: Duration::from_mins(5),
        clear_duration: Duration::ZERO,
        patience: Duration::from_mins(3),
        lateness: Duration::from_mins(3),
    };

    fn minutes(values: &[Option<u64>]) -> Vec<(Timestamp, Option<u64>)> {
        let known = values.iter().zip(0..).filter_map(|(value, minute)| {
            let time = DST + Duration::from_mins(minute);
            value.map(|value| (time, Some(value)))
        });
        known.collect()
    }

    #[test]
    fn a_range_as_long_as_its_tier_is_kept_is_read_from_it_although_the_clock_goes_on() {
        let now = DST + Duration::from_hours(14 * 24);
        let tier = |late| {
            let sample = Duration::from_secs(30);
            tier(&Retention::default(), sample, now + late, DST, now)
        };
        assert_eq!(tier(Duration::from_secs(5)), Tier::Minute);
        assert_eq!(tier(Duration::from_mins(2)), Tier::TenMinutes);
    }

    #[test]
    fn each_time_that_it_would_have_fired_is_told() {
        let mut values = vec![Some(100); 10];
        values.extend([Some(9500); 8]);
        values.extend([Some(100); 5]);
        values.extend([Some(9900); 70]);
        let fires = replay(&CONDITION, &TIMING, minutes(&values));
        let at = |minute| DST + Duration::from_mins(minute);
        let expected = vec![
            DryRunAlert {
                begin_time: at(10),
                fire_time: at(15),
                resolve_time: Some(at(18)),
                worst: 9500,
            },
            DryRunAlert {
                begin_time: at(23),
                fire_time: at(28),
                resolve_time: None,
                worst: 9900,
            },
        ];
        assert_eq!((fires.count, fires.alerts), (2, expected));
    }

    #[test]
    fn the_hour_that_comes_twice_is_two_hours() {
        let fires = replay(&CONDITION, &TIMING, minutes(&[Some(9500); 180]));
        assert_eq!(fires.count, 1);
        let fired = fires.alerts[0].fire_time;
        assert_eq!(fired.since(DST), Duration::from_mins(5));
    }

    #[test]
    fn a_gap_neither_fires_nor_resolves() {
        let mut values = vec![Some(9500); 3];
        values.extend([None; 20]);
        values.extend([Some(9500); 4]);
        assert_eq!(replay(&CONDITION, &TIMING, minutes(&values)).count, 0);
        values.extend([Some(9500); 4]);
        values.extend([None; 20]);
        values.extend([Some(9500); 4]);
        let fires = replay(&CONDITION, &TIMING, minutes(&values));
        assert_eq!((fires.count, fires.alerts[0].resolve_time), (1, None));
    }

    #[test]
    fn more_alerts_than_can_be_told_are_counted_all_the_same() {
        let quick = MetricCondition {
            duration: Duration::ZERO,
            ..CONDITION
        };
        let timing = Timing {
            duration: Duration::ZERO,
            ..TIMING
        };
        let values: Vec<_> = (0..300)
            .map(|i| Some(if i % 2 == 0 { 9500 } else { 10 }))
            .collect();
        let fires = replay(&quick, &timing, minutes(&values));
        assert_eq!((fires.count, fires.alerts.len()), (150, SHOWN_ALERTS));
        assert_eq!(fires.alerts[99].begin_time, DST + Duration::from_mins(298));
    }
}
