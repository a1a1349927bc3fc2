//! Lets time pass: ends the tasks whose time is over and does what they were to do.

use super::faults::Doom;
use super::guest::{GuestState, Lock};
use super::state::State;
use super::task::{Outcome, Task, Work};
use super::templates;
use crate::domain::time::Timestamp;

impl State {
    /// Brings everything to how it is at `now`.
    pub(super) fn settle(&mut self, now: Timestamp) {
        while let Some(number) = self.next_due(now) {
            let Some(task) = self.task(number).cloned() else {
                return;
            };
            let outcome = match &task.doom {
                None => self.finish(&task),
                Some(Doom::Fail(text)) => {
                    self.undo(&task);
                    failed(text)
                }
                Some(Doom::FailForNow(text)) => {
                    self.undo(&task);
                    Outcome::Failed {
                        text: text.clone(),
                        transient: true,
                    }
                }
                Some(Doom::Kill) => {
                    self.abandon(&task);
                    Outcome::Unknown
                }
            };
            self.end(&task, outcome);
        }
    }

    /// Ends a running task before its time. The worker cleans up after itself.
    pub(super) fn interrupt(&mut self, number: u64, text: &str) {
        let Some(task) = self.running_task(number) else {
            return;
        };
        self.undo(&task);
        self.end(&task, failed(text));
    }

    /// Kills the worker of a running task. Nobody cleans up.
    pub(super) fn kill(&mut self, number: u64) {
        let Some(task) = self.running_task(number) else {
            return;
        };
        self.abandon(&task);
        self.end(&task, Outcome::Unknown);
    }

    fn running_task(&self, number: u64) -> Option<Task> {
        self.task(number).filter(|task| task.outcome.is_none()).cloned()
    }

    fn next_due(&self, now: Timestamp) -> Option<u64> {
        self.running()
            .filter(|task| task.end <= now)
            .min_by_key(|task| (task.end, task.number))
            .map(|task| task.number)
    }

    fn end(&mut self, task: &Task, outcome: Outcome) {
        if let Some(guest) = self.guests.get_mut(&task.vmid)
            && guest.task == Some(task.number)
        {
            guest.task = None;
        }
        if let Some(task) = self.task_mut(task.number) {
            task.outcome = Some(outcome);
        }
    }

    fn finish(&mut self, task: &Task) -> Outcome {
        let Some(guest) = self.guests.get_mut(&task.vmid) else {
            return failed(&format!("Configuration file for CT {} does not exist", task.vmid));
        };
        match &task.work {
            Work::Create => {
                if let Some(content) = guest.coming.take() {
                    guest.content = content;
                }
                guest.marked = true;
                done_with(templates::warning(&guest.content.template, guest.content.nesting))
            }
            Work::Start => {
                guest.running_since = Some(task.end);
                done_with(templates::warning(&guest.content.template, guest.content.nesting))
            }
            Work::Restart => {
                guest.running_since = Some(task.end);
                done()
            }
            Work::Stop => {
                guest.running_since = None;
                done()
            }
            Work::Shutdown { heeded, force } => {
                if !heeded && !force {
                    return failed("container did not stop");
                }
                guest.running_since = None;
                done()
            }
            Work::Delete => {
                self.guests.remove(&task.vmid);
                done()
            }
            Work::Resize { bytes } => {
                guest.content.config.resources.disk_bytes = *bytes;
                done()
            }
            Work::SnapshotCreate { name } => {
                if let Some(snapshot) = guest.snapshot_mut(name) {
                    snapshot.incomplete = false;
                }
                done()
            }
            Work::SnapshotDelete { name } => {
                guest.drop_snapshot(name);
                done()
            }
            Work::SnapshotRollback { name } => roll_back(guest, name),
        }
    }

    /// Takes back what the beginning of a failed task has done.
    fn undo(&mut self, task: &Task) {
        match &task.work {
            Work::Create => {
                self.guests.remove(&task.vmid);
            }
            Work::SnapshotCreate { name } => {
                if let Some(guest) = self.guests.get_mut(&task.vmid) {
                    guest.drop_snapshot(name);
                }
            }
            Work::SnapshotDelete { name } => {
                if let Some(guest) = self.guests.get_mut(&task.vmid)
                    && let Some(snapshot) = guest.snapshot_mut(name)
                {
                    snapshot.incomplete = false;
                }
            }
            Work::Start
            | Work::Stop
            | Work::Shutdown { .. }
            | Work::Restart
            | Work::Delete
            | Work::Resize { .. }
            | Work::SnapshotRollback { .. } => {}
        }
    }

    fn abandon(&mut self, task: &Task) {
        if let Some(guest) = self.guests.get_mut(&task.vmid)
            && let Some(name) = task.work.lock()
        {
            guest.coming = None;
            guest.lock = Some(Lock {
                name: name.to_owned(),
                stuck: true,
            });
        }
    }
}

fn roll_back(guest: &mut GuestState, name: &str) -> Outcome {
    let Some(snapshot) = guest.snapshot(name) else {
        return failed(&format!("snapshot '{name}' does not exist"));
    };
    guest.content.config = snapshot.config.clone();
    done()
}

fn failed(text: &str) -> Outcome {
    Outcome::Failed {
        text: text.to_owned(),
        transient: false,
    }
}

fn done() -> Outcome {
    done_with(None)
}

fn done_with(warnings: Option<String>) -> Outcome {
    Outcome::Succeeded { warnings }
}
