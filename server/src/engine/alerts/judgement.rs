//! From a step of the machine to what is remembered, written and told. Pure.
//!
//! People are told when an alert fires, when a silence ends over one that fires, when the rule repeats it, and when
//! one that they were told of is resolved. Nobody is told twice: the message is written with the change.

use crate::domain::alert::{
    Alert, AlertRowChange, AlertState, AlertWrite, NewTransition, Progress, TransitionKind,
};
use crate::domain::alert_machine::Step;
use crate::domain::alert_rule::AlertRule;
use crate::domain::alert_subject::AlertSubject;
use crate::domain::etag::Generation;
use crate::domain::ids::{AlertId, AlertTransitionId, OperationId};
use crate::domain::outbox::{OutboxBody, OutboxMessage};
use crate::domain::time::Timestamp;

/// What a rule is judged on.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) about: AlertSubject,
    pub(super) operation_id: Option<OperationId>,
}

/// What becomes of one alert.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// To be remembered until the next look.
    Remember(Alert),
    Write(AlertWrite),
}

/// A new alert, from the step that begins it.
pub(super) fn begun(
    rule: &AlertRule,
    subject: &Subject,
    progress: Progress,
    silenced: impl Fn(&Alert) -> bool,
    now: Timestamp,
) -> AlertWrite {
    let mut alert = Alert {
        id: AlertId::generate(),
        rule_id: rule.id,
        rule_owner_id: rule.owner_id,
        rule_name: String::new(),
        condition: rule.condition,
        severity: rule.severity,
        channels: Vec::new(),
        subject: subject.about.clone(),
        operation_id: None,
        progress,
        acknowledgement: None,
        silenced: false,
        told_time: None,
        update_time: now,
        generation: Generation::FIRST,
    };
    refresh(&mut alert, rule, subject);
    let fires = progress.state == AlertState::Firing;
    alert.silenced = fires && silenced(&alert);
    let tell = fires && !alert.silenced;
    let kind = fires.then_some(TransitionKind::Fired);
    write(alert, AlertRowChange::Insert, kind, tell, now)
}

/// What a step makes of an alert that is open.
pub(super) fn judged(
    rule: &AlertRule,
    subject: &Subject,
    before: &Alert,
    step: Step,
    silenced: impl Fn(&Alert) -> bool,
    now: Timestamp,
) -> Judgement {
    let change = AlertRowChange::Update(before.generation);
    let with = |progress| {
        let mut after = Alert {
            progress,
            ..before.clone()
        };
        refresh(&mut after, rule, subject);
        after
    };
    match step {
        Step::Fine | Step::Passes => Judgement::Write(removed(before)),
        Step::Stays(progress) => stayed(rule, before, with(progress), silenced, now),
        // A new look at what is open already.
        Step::Begins(progress) | Step::Fires(progress) => {
            let mut after = with(progress);
            after.silenced = silenced(&after);
            let tell = !after.silenced;
            Judgement::Write(write(after, change, Some(TransitionKind::Fired), tell, now))
        }
        Step::Resolves(progress) => {
            let mut after = with(progress);
            after.silenced = silenced(&after);
            let tell = before.told_time.is_some() && !after.silenced;
            let kind = Some(TransitionKind::Resolved);
            Judgement::Write(write(after, change, kind, tell, now))
        }
        Step::LosesData(progress) => {
            let kind = told_of(before, TransitionKind::DataLost);
            Judgement::Write(write(with(progress), change, kind, false, now))
        }
        Step::FindsData(progress) => {
            let kind = told_of(before, TransitionKind::DataFound);
            Judgement::Write(write(with(progress), change, kind, false, now))
        }
    }
}

/// Ends an alert whose rule or subject is gone.
pub(super) fn withdrawn(before: &Alert, now: Timestamp) -> AlertWrite {
    match before.progress.state {
        AlertState::Pending => removed(before),
        AlertState::Firing | AlertState::Resolved => {
            let mut after = before.clone();
            after.progress.state = AlertState::Resolved;
            after.progress.resolve_time = Some(now);
            let change = AlertRowChange::Update(before.generation);
            write(after, change, Some(TransitionKind::Withdrawn), false, now)
        }
    }
}

/// The state is the same: what may have changed is who is told.
fn stayed(
    rule: &AlertRule,
    before: &Alert,
    mut after: Alert,
    silenced: impl Fn(&Alert) -> bool,
    now: Timestamp,
) -> Judgement {
    let change = AlertRowChange::Update(before.generation);
    if after.progress.state == AlertState::Firing {
        after.silenced = silenced(&after);
        let heard = !after.silenced && after.acknowledgement.is_none();
        let kind = match (before.silenced, after.silenced) {
            (false, true) => Some(TransitionKind::Silenced),
            (true, false) => Some(TransitionKind::Unsilenced),
            (true, true) => None,
            (false, false) => (heard && is_due(rule, &after, now)).then_some(TransitionKind::Repeated),
        };
        if kind.is_some() {
            return Judgement::Write(write(after, change, kind, heard, now));
        }
    }
    if !is_only_a_look(before, &after) {
        return Judgement::Write(write(after, change, None, false, now));
    }
    Judgement::Remember(after)
}

/// Whether the newest look is all that differs. Anything else is wanted by those who read, and after a restart: since
/// when it lasts, and what the rule and the subject are called.
fn is_only_a_look(before: &Alert, after: &Alert) -> bool {
    let mut same = after.clone();
    same.progress.value = before.progress.value;
    same.progress.seen_time = before.progress.seen_time;
    same == *before
}

fn is_due(rule: &AlertRule, alert: &Alert, now: Timestamp) -> bool {
    match (rule.repeat_interval, alert.told_time) {
        // Told under a clock that was far ahead, it would stay untold for as long.
        (Some(interval), Some(told)) => now.apart(told) >= interval,
        (Some(_) | None, _) => false,
    }
}

/// What the rule and the subject are called now.
fn refresh(alert: &mut Alert, rule: &AlertRule, subject: &Subject) {
    alert.rule_name.clone_from(&rule.name);
    alert.condition = rule.condition;
    alert.severity = rule.severity;
    alert.channels.clone_from(&rule.channels);
    alert.subject.clone_from(&subject.about);
    alert.operation_id = subject.operation_id.or(alert.operation_id);
}

/// Only what has fired is in the log.
fn told_of(alert: &Alert, kind: TransitionKind) -> Option<TransitionKind> {
    match alert.progress.state {
        AlertState::Pending => None,
        AlertState::Firing | AlertState::Resolved => Some(kind),
    }
}

fn removed(before: &Alert) -> AlertWrite {
    AlertWrite {
        change: AlertRowChange::Remove(before.generation),
        alert: before.clone(),
        transition: None,
        message: None,
    }
}

fn write(
    mut alert: Alert,
    change: AlertRowChange,
    kind: Option<TransitionKind>,
    tell: bool,
    now: Timestamp,
) -> AlertWrite {
    alert.update_time = now;
    alert.generation = match change {
        AlertRowChange::Insert => Generation::FIRST,
        AlertRowChange::Update(guard) | AlertRowChange::Remove(guard) => guard.next(),
    };
    let transition = kind.map(|kind| NewTransition {
        id: AlertTransitionId::generate(),
        kind,
        time: now,
    });
    let message = transition.filter(|_| tell).map(|transition| {
        let transition_id = transition.id;
        OutboxMessage::due(OutboxBody::AlertChanged { transition_id }, now)
    });
    if message.is_some() && alert.progress.state == AlertState::Firing {
        alert.told_time = Some(now);
    }
    AlertWrite {
        change,
        alert,
        transition,
        message,
    }
}

#[cfg(test)]
#[path = "judgement_tests.rs"]
mod tests;
