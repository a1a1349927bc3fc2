//! Who is told what, and when not.

use std::time::Duration;

use super::*;
use crate::domain::alert::Acknowledgement;
use crate::domain::alert_condition::{Comparison, Condition, MetricCondition};
use crate::domain::alert_metric::AlertMetric;
use crate::domain::alert_rule::AlertSeverity;
use crate::domain::alert_subject::RuleSubjects;
use crate::domain::ids::{AlertRuleId, ServerId, UserId};

const NOW: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

fn rule() -> AlertRule {
    AlertRule {
        id: AlertRuleId::generate(),
        owner_id: None,
        name: "CPU hot".to_owned(),
        disabled: false,
        subjects: RuleSubjects::AllServers,
        condition: Condition::Metric(MetricCondition {
            metric: AlertMetric::CpuRatio,
            comparison: Comparison::Above,
            threshold: 9000,
            clear_threshold: None,
            duration: Duration::ZERO,
        }),
        severity: AlertSeverity::Critical,
        channels: Vec::new(),
        repeat_interval: Some(Duration::from_hours(1)),
        clear_duration: Duration::ZERO,
        create_time: NOW,
        update_time: NOW,
        generation: Generation::FIRST,
    }
}

fn subject() -> Subject {
    Subject {
        about: AlertSubject::Server {
            server_id: ServerId::generate(),
            server_name: "web-1".to_owned(),
            owner_id: UserId::generate(),
        },
        operation_id: None,
    }
}

const fn firing() -> Progress {
    Progress {
        state: AlertState::Firing,
        no_data: false,
        value: Some(9500),
        begin_time: NOW,
        fire_time: Some(NOW),
        resolve_time: None,
        clear_since: None,
        seen_time: NOW,
    }
}

fn resolved() -> Progress {
    Progress {
        state: AlertState::Resolved,
        resolve_time: Some(NOW),
        ..firing()
    }
}

/// What became of it: the kind, whether people are told, and the alert.
fn outcome(judgement: Judgement) -> (Option<TransitionKind>, bool, Alert) {
    match judgement {
        Judgement::Remember(alert) => (None, false, alert),
        Judgement::Write(write) => {
            let kind = write.transition.map(|transition| transition.kind);
            (kind, write.message.is_some(), write.alert)
        }
    }
}

fn judge(rule: &AlertRule, before: &Alert, step: Step, silenced: bool, now: Timestamp) -> Judgement {
    let subject = Subject {
        about: before.subject.clone(),
        operation_id: None,
    };
    judged(rule, &subject, before, step, |_| silenced, now)
}

#[test]
fn who_is_told_that_it_fires_is_told_that_it_is_over() {
    let rule = rule();
    let fired = begun(&rule, &subject(), firing(), |_| false, NOW);
    assert_eq!(fired.change, AlertRowChange::Insert);
    assert_eq!(fired.alert.told_time, Some(NOW));
    assert!(fired.message.is_some());
    let over = outcome(judge(&rule, &fired.alert, Step::Resolves(resolved()), false, NOW));
    assert_eq!((over.0, over.1), (Some(TransitionKind::Resolved), true));
}

#[test]
fn a_silence_is_kept_and_at_its_end_people_are_told_once() {
    let rule = rule();
    let fired = begun(&rule, &subject(), firing(), |_| true, NOW);
    assert!(fired.message.is_none() && fired.alert.silenced);
    let over = outcome(judge(&rule, &fired.alert, Step::Resolves(resolved()), true, NOW));
    assert_eq!((over.0, over.1), (Some(TransitionKind::Resolved), false));
    let (kind, told, after) = outcome(judge(&rule, &fired.alert, Step::Stays(firing()), false, NOW));
    assert_eq!((kind, told), (Some(TransitionKind::Unsilenced), true));
    let (kind, told, _) = outcome(judge(&rule, &after, Step::Stays(firing()), false, NOW));
    assert_eq!((kind, told), (None, false));
}

#[test]
fn whether_people_are_told_that_it_is_over_goes_by_the_silence_of_then() {
    let rule = rule();
    let fired = begun(&rule, &subject(), firing(), |_| false, NOW);
    // A silence that has begun since the last look, and one that is over since.
    let over = outcome(judge(&rule, &fired.alert, Step::Resolves(resolved()), true, NOW));
    assert_eq!(
        (over.0, over.1, over.2.silenced),
        (Some(TransitionKind::Resolved), false, true)
    );
    let before = Alert {
        silenced: true,
        ..fired.alert
    };
    let over = outcome(judge(&rule, &before, Step::Resolves(resolved()), false, NOW));
    assert_eq!(
        (over.0, over.1, over.2.silenced),
        (Some(TransitionKind::Resolved), true, false)
    );
}

#[test]
fn a_silence_that_begins_later_is_in_the_log_and_nobody_is_told() {
    let rule = rule();
    let fired = begun(&rule, &subject(), firing(), |_| false, NOW);
    let (kind, told, after) = outcome(judge(&rule, &fired.alert, Step::Stays(firing()), true, NOW));
    assert_eq!((kind, told), (Some(TransitionKind::Silenced), false));
    assert!(after.silenced);
}

#[test]
fn it_is_repeated_as_the_rule_says_until_somebody_acknowledges_it() {
    let rule = rule();
    let fired = begun(&rule, &subject(), firing(), |_| false, NOW);
    let soon = NOW + Duration::from_mins(59);
    let (kind, ..) = outcome(judge(&rule, &fired.alert, Step::Stays(firing()), false, soon));
    assert_eq!(kind, None);
    let later = NOW + Duration::from_hours(1);
    let (kind, told, after) = outcome(judge(&rule, &fired.alert, Step::Stays(firing()), false, later));
    assert_eq!((kind, told), (Some(TransitionKind::Repeated), true));
    assert_eq!(after.told_time, Some(later));
    let acknowledged = Alert {
        acknowledgement: Some(Acknowledgement {
            user_id: UserId::generate(),
            time: NOW,
        }),
        ..fired.alert
    };
    let (kind, ..) = outcome(judge(&rule, &acknowledged, Step::Stays(firing()), false, later));
    assert_eq!(kind, None);
}

#[test]
fn what_was_told_under_a_clock_that_was_far_ahead_is_repeated() {
    let fired = begun(
        &rule(),
        &subject(),
        firing(),
        |_| false,
        NOW + Duration::from_hours(24),
    );
    let (kind, _, after) = outcome(judge(&rule(), &fired.alert, Step::Stays(firing()), false, NOW));
    assert_eq!(
        (kind, after.told_time),
        (Some(TransitionKind::Repeated), Some(NOW))
    );
}

#[test]
fn what_begins_anew_after_a_gap_is_written() {
    let rule = rule();
    let fired = begun(&rule, &subject(), firing(), |_| false, NOW);
    let later = NOW + Duration::from_mins(10);
    let clearing = Progress {
        clear_since: Some(NOW),
        ..firing()
    };
    let before = Alert {
        progress: clearing,
        ..fired.alert
    };
    for anew in [
        Progress {
            clear_since: Some(later),
            ..clearing
        },
        Progress {
            begin_time: later,
            ..clearing
        },
    ] {
        let Judgement::Write(write) = judge(&rule, &before, Step::Stays(anew), false, NOW) else {
            panic!("only remembered: {anew:?}");
        };
        assert_eq!((write.alert.progress, write.transition), (anew, None));
    }
    let looked = Progress {
        value: Some(9600),
        seen_time: later,
        ..clearing
    };
    let same = judge(&rule, &before, Step::Stays(looked), false, NOW);
    assert!(matches!(same, Judgement::Remember(_)), "{same:?}");
}

#[test]
fn a_rule_that_is_called_or_weighed_differently_is_written_once() {
    let rule = rule();
    let fired = begun(&rule, &subject(), firing(), |_| false, NOW);
    for changed in [
        AlertRule {
            name: "Processor hot".to_owned(),
            ..rule.clone()
        },
        AlertRule {
            severity: AlertSeverity::Info,
            ..rule.clone()
        },
    ] {
        let Judgement::Write(write) = judge(&changed, &fired.alert, Step::Stays(firing()), false, NOW) else {
            panic!("only remembered: {changed:?}");
        };
        assert_eq!(
            (&write.alert.rule_name, write.alert.severity),
            (&changed.name, changed.severity)
        );
        assert!(write.transition.is_none() && write.message.is_none());
        let again = judge(&changed, &write.alert, Step::Stays(firing()), false, NOW);
        assert!(matches!(again, Judgement::Remember(_)), "{again:?}");
    }
}

#[test]
fn what_never_fired_leaves_nothing_behind() {
    let rule = rule();
    let pending = Progress {
        state: AlertState::Pending,
        fire_time: None,
        ..firing()
    };
    let begun = begun(&rule, &subject(), pending, |_| false, NOW);
    assert!(begun.transition.is_none() && begun.message.is_none());
    for gone in [
        withdrawn(&begun.alert, NOW),
        match judge(&rule, &begun.alert, Step::Passes, false, NOW) {
            Judgement::Write(write) => write,
            Judgement::Remember(alert) => panic!("{alert:?}"),
        },
    ] {
        assert_eq!(gone.change, AlertRowChange::Remove(Generation::FIRST));
        assert!(gone.transition.is_none() && gone.message.is_none());
    }
}

#[test]
fn an_alert_without_its_rule_ends_and_nobody_is_told() {
    let fired = begun(&rule(), &subject(), firing(), |_| false, NOW);
    let ended = withdrawn(&fired.alert, NOW);
    assert_eq!(ended.alert.progress.state, AlertState::Resolved);
    assert_eq!(ended.transition.unwrap().kind, TransitionKind::Withdrawn);
    assert!(ended.message.is_none());
}

#[test]
fn lost_data_are_in_the_log_of_what_fires_and_nobody_is_told() {
    let rule = rule();
    let fired = begun(&rule, &subject(), firing(), |_| false, NOW);
    let lost = Progress {
        no_data: true,
        ..firing()
    };
    let (kind, told, _) = outcome(judge(&rule, &fired.alert, Step::LosesData(lost), false, NOW));
    assert_eq!((kind, told), (Some(TransitionKind::DataLost), false));
}
