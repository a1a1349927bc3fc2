//! What a look at a thing makes of its alert.
//!
//! Each look is judged once, by its time. Missing looks neither fire nor resolve anything: after a gap what has
//! to last begins anew.

use std::time::Duration;

use super::alert::{AlertState, Progress};
use super::time::Timestamp;

/// One look, as the rule's condition sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub time: Timestamp,
    pub value: Option<u64>,
    pub bad: bool,
    /// Far enough from bad for a firing alert to end: never together with `bad`.
    pub over: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How long it must be bad.
    pub duration: Duration,
    /// How long it must be over.
    pub clear_duration: Duration,
    /// A longer gap between two looks is one of which nothing is known.
    pub patience: Duration,
    /// How late looks may come: one from longer before the newest one is by a clock that was set back.
    pub lateness: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing is wrong.
    Fine,
    /// A new alert: pending, or firing at once.
    Begins(Progress),
    /// Nothing that needs to be kept for good.
    Stays(Progress),
    Fires(Progress),
    Resolves(Progress),
    /// It was pending and is over.
    Passes,
    LosesData(Progress),
    /// It has data again and is as it was.
    FindsData(Progress),
}

/// `before` is an alert that is not resolved.
pub fn step(timing: &Timing, before: Option<&Progress>, look: Option<Look>, now: Timestamp) -> Step {
    match (before, look) {
        (None, Some(look)) if look.bad => Step::Begins(begin(timing, look)),
        (None, Some(_) | None) => Step::Fine,
        (Some(before), Some(look)) if is_news(timing, before, look) => judge(timing, *before, look),
        (Some(before), Some(_) | None) => unseen(timing, *before, now),
    }
}

fn begin(timing: &Timing, look: Look) -> Progress {
    let at_once = timing.duration.is_zero();
    Progress {
        state: if at_once {
            AlertState::Firing
        } else {
            AlertState::Pending
        },
        no_data: false,
        value: look.value,
        begin_time: look.time,
        fire_time: at_once.then_some(look.time),
        resolve_time: None,
        clear_since: None,
        seen_time: look.time,
    }
}

/// A look from before the newest one is late, unless the clock was set back.
fn is_news(timing: &Timing, before: &Progress, look: Look) -> bool {
    look.time > before.seen_time || before.seen_time.since(look.time) > timing.lateness
}

fn unseen(timing: &Timing, before: Progress, now: Timestamp) -> Step {
    if before.no_data || now.apart(before.seen_time) <= timing.patience {
        return Step::Stays(before);
    }
    Step::LosesData(Progress {
        no_data: true,
        ..before
    })
}

fn judge(timing: &Timing, before: Progress, look: Look) -> Step {
    let set_back = look.time < before.seen_time;
    let gap = set_back || before.no_data || look.time.since(before.seen_time) > timing.patience;
    let mut after = Progress {
        no_data: false,
        value: look.value,
        seen_time: look.time,
        ..before
    };
    if gap {
        after.clear_since = None;
    }
    let stays = |after| {
        if before.no_data {
            Step::FindsData(after)
        } else {
            Step::Stays(after)
        }
    };
    match before.state {
        AlertState::Pending if !look.bad => Step::Passes,
        AlertState::Pending => {
            if gap {
                after.begin_time = look.time;
            }
            if look.time.since(after.begin_time) < timing.duration {
                return stays(after);
            }
            after.state = AlertState::Firing;
            after.fire_time = Some(look.time);
            Step::Fires(after)
        }
        AlertState::Firing if look.over => {
            let since = *after.clear_since.get_or_insert(look.time);
            if look.time.since(since) < timing.clear_duration {
                return stays(after);
            }
            after.state = AlertState::Resolved;
            after.resolve_time = Some(look.time);
            Step::Resolves(after)
        }
        AlertState::Firing => {
            after.clear_since = None;
            stays(after)
        }
        AlertState::Resolved => Step::Stays(before),
    }
}

/// What becomes of an alert that nobody has judged for a while, by looks that were stored meanwhile, oldest first. None of
/// them ends it or makes it fire: the next look does, and what has to last has lasted as long as they say.
pub fn recollect(timing: &Timing, before: &Progress, looks: impl IntoIterator<Item = Look>) -> Progress {
    let mut after = *before;
    for look in looks {
        if look.time <= after.seen_time {
            continue;
        }
        let gap = look.time.since(after.seen_time) > timing.patience;
        after.seen_time = look.time;
        match after.state {
            AlertState::Pending if gap || !look.bad => after.begin_time = look.time,
            AlertState::Firing => {
                if gap || !look.over {
                    after.clear_since = None;
                }
                if look.over {
                    after.clear_since.get_or_insert(look.time);
                }
            }
            AlertState::Pending | AlertState::Resolved => {}
        }
    }
    after
}

#[cfg(test)]
#[path = "alert_machine_tests.rs"]
mod tests;
