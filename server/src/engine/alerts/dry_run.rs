//! What a rule would have done over stored history: the same machine, fed from the store.

use std::time::Duration;

use super::guests::{look_at, timing};
use super::rules::AlertRules;
use crate::domain::alert::{AlertState, Progress};
use crate::domain::alert_condition::{Comparison, Condition, MetricCondition};
use crate::domain::alert_machine::{Step, Timing, step};
use crate::domain::alert_rule::{AlertRule, AlertSeverity, RuleSubjects};
use crate::domain::bin::{Bin, Summary};
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{AlertRuleId, ServerId};
use crate::domain::metric::Metric;
use crate::domain::page::PageRequest;
use crate::domain::sample::{Subject, Values};
use crate::domain::server::ServerFilter;
use crate::domain::tier::{Retention, Tier};
use crate::domain::time::Timestamp;
use crate::engine::caller::Caller;
use crate::engine::error::Result;

const LONGEST_RANGE: Duration = Duration::from_hours(30 * 24);
/// Servers that one answer is about.
pub const MAX_SERVERS: u32 = 20;
/// Alerts of one server that are told one by one.
const SHOWN_ALERTS: usize = 100;
/// Looks that are read of one server.
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
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRunReport {
    pub tier: Tier,
    pub condition: MetricCondition,
    pub servers: Vec<DryRunServer>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WouldFire {
    pub count: u32,
    /// Oldest first; the newest ones when there are more than can be told.
    pub alerts: Vec<DryRunAlert>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRunServer {
    pub server_id: ServerId,
    pub fires: WouldFire,
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
        let servers = self.tried(caller, &rule, run.servers).await?;
        let retention = self.ports.store.stats_retention().await?.retention;
        let tier = tier(&retention, self.patience / 3, now, run.from, to);
        let mut report = DryRunReport {
            tier,
            condition,
            servers: Vec::with_capacity(servers.len()),
        };
        for server_id in servers {
            let subject = Subject::Server(server_id);
            let bins = self.ports.store.stats_bins(subject, tier, run.from, to).await?;
            let bins = bins.iter().filter(|bin| (run.from..to).contains(&bin.start));
            let patience = self.patience.max(tier.width().unwrap_or_default() * 3);
            let fires = replay(&condition, &timing(&rule, patience), bins);
            report.servers.push(DryRunServer { server_id, fires });
        }
        Ok(report)
    }

    /// The servers that are asked for, or else those that the rule is about.
    async fn tried(&self, caller: &Caller, rule: &AlertRule, asked: Vec<ServerId>) -> Result<Vec<ServerId>> {
        if !asked.is_empty() {
            let mut servers = Vec::with_capacity(asked.len());
            for id in asked {
                self.servers.get(caller, id).await?;
                if !servers.contains(&id) {
                    servers.push(id);
                }
            }
            return Ok(servers);
        }
        if let RuleSubjects::Server(id) = rule.subjects {
            return Ok(vec![id]);
        }
        let filter = ServerFilter {
            owner_id: rule.owner_id,
            ..ServerFilter::default()
        };
        let newest = self
            .servers
            .list(caller, filter, PageRequest::first(MAX_SERVERS))
            .await?;
        Ok(newest.items.into_iter().map(|server| server.id).collect())
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
    let condition = match run.condition {
        Condition::Metric(condition) => Some(condition),
        Condition::ServerState { .. } | Condition::OperationStuck { .. } => {
            errors.push(
                "rule.condition",
                "must be of a metric: of nothing else there is a history",
            );
            None
        }
    };
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
        subjects: run.subjects,
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

/// Runs the machine over bins, oldest first.
fn replay<'a>(
    condition: &MetricCondition,
    timing: &Timing,
    bins: impl IntoIterator<Item = &'a Bin>,
) -> WouldFire {
    let mut fires = WouldFire::default();
    let mut open: Option<(Progress, u64)> = None;
    for bin in bins {
        let look = look_at(condition, &averages(bin), bin.start);
        let value = look.and_then(|look| look.value);
        let before = open.take();
        let worst = |value: Option<u64>| match (before, value) {
            (Some((_, worst)), Some(value)) => worse(condition, worst, value),
            (Some((_, worst)), None) => worst,
            (None, value) => value.unwrap_or_default(),
        };
        let progress = before.map(|(progress, _)| progress);
        match step(timing, progress.as_ref(), look, bin.start) {
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
    use crate::domain::alert_condition::AlertMetric;

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

    fn minutes(values: &[Option<u64>]) -> Vec<Bin> {
        let known = values.iter().zip(0..).filter_map(|(value, minute)| {
            let time = DST + Duration::from_mins(minute);
            value.map(|value| Bin::of(time, &Values::NONE.with(Metric::CpuRatio, value)))
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
        let fires = replay(&CONDITION, &TIMING, &minutes(&values));
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
        let fires = replay(&CONDITION, &TIMING, &minutes(&[Some(9500); 180]));
        assert_eq!(fires.count, 1);
        let fired = fires.alerts[0].fire_time;
        assert_eq!(fired.since(DST), Duration::from_mins(5));
    }

    #[test]
    fn a_gap_neither_fires_nor_resolves() {
        let mut values = vec![Some(9500); 3];
        values.extend([None; 20]);
        values.extend([Some(9500); 4]);
        assert_eq!(replay(&CONDITION, &TIMING, &minutes(&values)).count, 0);
        values.extend([Some(9500); 4]);
        values.extend([None; 20]);
        values.extend([Some(9500); 4]);
        let fires = replay(&CONDITION, &TIMING, &minutes(&values));
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
        let fires = replay(&quick, &timing, &minutes(&values));
        assert_eq!((fires.count, fires.alerts.len()), (150, SHOWN_ALERTS));
        assert_eq!(fires.alerts[99].begin_time, DST + Duration::from_mins(298));
    }
}
