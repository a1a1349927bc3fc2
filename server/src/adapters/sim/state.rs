//! All that outlives the program: guests and tasks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::guest::GuestState;
use super::task::{Task, parse};
use crate::domain::guest::TaskRef;

/// Ended tasks beyond this number are forgotten, the oldest first.
const MAX_TASKS: usize = 1000;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) guests: BTreeMap<u32, GuestState>,
    tasks: BTreeMap<u64, Task>,
    last_task: u64,
}

impl State {
    pub(super) fn next_task_number(&mut self) -> u64 {
        self.last_task += 1;
        self.last_task
    }

    pub(super) fn add_task(&mut self, task: Task) {
        self.tasks.insert(task.number, task);
        while self.tasks.len() > MAX_TASKS {
            let ended = self
                .tasks
                .values()
                .find(|task| task.outcome.is_some())
                .map(|task| task.number);
            let Some(number) = ended else { return };
            self.tasks.remove(&number);
        }
    }

    pub(super) fn task(&self, number: u64) -> Option<&Task> {
        self.tasks.get(&number)
    }

    pub(super) fn task_mut(&mut self, number: u64) -> Option<&mut Task> {
        self.tasks.get_mut(&number)
    }

    /// The task that a reference names, unless it was forgotten or belongs to an earlier simulation.
    pub(super) fn find(&self, reference: &TaskRef) -> Option<&Task> {
        let (_, number) = parse(reference)?;
        self.tasks
            .get(&number)
            .filter(|task| task.reference() == *reference)
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values().rev()
    }

    pub(super) fn running(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values().filter(|task| task.outcome.is_none())
    }
}
