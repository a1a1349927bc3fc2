//! How often containers were started again, counted from when they were first heard of.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use uuid::Uuid;

use crate::domain::alert_condition::{LONGEST_DURATION, MOST_RESTARTS};
use crate::domain::time::Timestamp;

/// Moments that are told apart for each container: so many restarts are the most that a rule asks for.
const MOST_STEPS: usize = MOST_RESTARTS as usize;

#[derive(Debug, Default)]
pub(super) struct Restarts {
    seen: HashMap<Uuid, Seen>,
}

#[derive(Debug)]
struct Seen {
    first: Timestamp,
    count: u32,
    /// When there were more, and how many more.
    steps: VecDeque<(Timestamp, u32)>,
}

/// What is known of a container's restarts within a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Restarted {
    pub(super) count: u32,
    /// The container has been followed for the whole window.
    pub(super) complete: bool,
}

impl Restarts {
    /// What the engine says now of a container. The same again changes nothing.
    pub(super) fn note(&mut self, container: Uuid, count: u32, now: Timestamp) {
        let seen = self.seen.entry(container).or_insert_with(|| Seen {
            first: now,
            count,
            steps: VecDeque::new(),
        });
        // It begins anew when somebody starts the container by hand.
        let more = count.saturating_sub(seen.count);
        seen.count = count;
        if more > 0 {
            seen.steps.push_back((now, more));
        }
        let old = |(time, _): &(Timestamp, u32)| now.since(*time) > LONGEST_DURATION;
        while seen.steps.len() > MOST_STEPS || seen.steps.front().is_some_and(old) {
            seen.steps.pop_front();
        }
    }

    pub(super) fn within(&self, container: Uuid, window: Duration, now: Timestamp) -> Option<Restarted> {
        let seen = self.seen.get(&container)?;
        let recent = seen.steps.iter().filter(|(time, _)| now.since(*time) <= window);
        Some(Restarted {
            count: recent.fold(0, |count, (_, more)| count.saturating_add(*more)),
            complete: now.since(seen.first) >= window,
        })
    }

    /// Forgets all others.
    pub(super) fn keep(&mut self, containers: &HashSet<Uuid>) {
        self.seen.retain(|container, _| containers.contains(container));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);
    const WINDOW: Duration = Duration::from_mins(10);

    fn at(minutes: u64) -> Timestamp {
        NOON + Duration::from_mins(minutes)
    }

    #[test]
    fn restarts_from_before_it_was_heard_of_and_from_before_the_window_do_not_count() {
        let (mut restarts, one) = (Restarts::default(), Uuid::now_v7());
        assert_eq!(restarts.within(one, WINDOW, NOON), None);
        let mut note = |minutes, count| {
            restarts.note(one, count, at(minutes));
            let restarted = restarts.within(one, WINDOW, at(minutes)).unwrap();
            (restarted.count, restarted.complete)
        };
        assert_eq!(note(0, 40), (0, false));
        assert_eq!(note(1, 42), (2, false));
        assert_eq!(note(1, 42), (2, false));
        assert_eq!(note(10, 43), (3, true));
        assert_eq!(note(12, 43), (1, true));
        assert_eq!(note(13, 1), (1, true), "counted anew");
        assert_eq!(note(14, 2), (2, true));
        restarts.keep(&HashSet::new());
        assert_eq!(restarts.within(one, WINDOW, at(14)), None);
    }

    #[test]
    fn a_container_that_never_stays_up_fills_no_memory() {
        let (mut restarts, one) = (Restarts::default(), Uuid::now_v7());
        for second in 0..10_000_u32 {
            restarts.note(one, second, NOON + Duration::from_secs(second.into()));
        }
        assert!(restarts.seen[&one].steps.len() <= MOST_STEPS);
        let now = NOON + Duration::from_secs(10_000);
        assert!(restarts.within(one, WINDOW, now).unwrap().count >= MOST_RESTARTS);
    }
}
