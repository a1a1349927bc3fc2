//! Remembers on disk which commands were begun, and how they ended, so that none is done twice: not when it is told
//! again, and not when the agent was killed in the middle.
//!
//! One line a change, appended. That a command begins is on the disk before it does. A command is remembered until the
//! server knows how it ended and an hour has passed since its deadline, when no server tells of it any more.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hostler_proto::v1::NodeCommandState;
use serde::{Deserialize, Serialize};

use crate::state::private_file;

/// Longer than a command that was sent just before its deadline is on its way.
const KEEP: Duration = Duration::from_hours(1);
/// Lines after which the file is written anew.
const MOST_LINES: usize = 2_000;

/// What is known of a command that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Seconds since 1970.
    pub(super) forget_at: u64,
    /// `None` while it runs.
    pub(super) end: Option<End>,
    /// The server knows the end.
    pub(super) settled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) state: NodeCommandState,
    pub(super) problem: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Change {
    Begun { forget_at: u64 },
    Ended { state: i32, problem: String },
    Settled,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    id: String,
    #[serde(flatten)]
    change: Change,
}

#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    lines: usize,
    known: BTreeMap<String, Known>,
}

impl Journal {
    /// What the agent before has begun and not ended was interrupted.
    pub(super) fn open(path: PathBuf, now: Duration) -> io::Result<Self> {
        let bytes = private_file::read(&path)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let mut known = BTreeMap::new();
        // The last line may be half a line: whoever wrote it was killed, and had not begun.
        for line in text.lines().filter_map(|line| serde_json::from_str(line).ok()) {
            apply(&mut known, line);
        }
        for entry in known.values_mut() {
            entry.end.get_or_insert_with(interrupted);
        }
        let file = append(&path)?;
        let mut journal = Self {
            path,
            file,
            lines: MOST_LINES,
            known,
        };
        journal.shorten(now)?;
        Ok(journal)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Known> {
        self.known.get(id)
    }

    /// Those whose ends the server does not know.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = (&String, &End)> {
        let open = self.known.iter().filter(|(_, known)| !known.settled);
        open.filter_map(|(id, known)| Some((id, known.end.as_ref()?)))
    }

    /// On the disk when this is back.
    pub(super) fn begin(&mut self, id: &str, now: Duration, timeout: Duration) -> io::Result<()> {
        self.shorten(now)?;
        let forget_at = (now + timeout + KEEP).as_secs();
        self.write(id, Change::Begun { forget_at })?;
        self.file.sync_data()
    }

    /// Known whether it can be written or not. What is lost of it with the agent is an interruption.
    pub(super) fn end(&mut self, id: &str, end: &End) -> io::Result<()> {
        if let Some(known) = self.known.get_mut(id) {
            known.end = Some(end.clone());
        }
        let change = Change::Ended {
            state: end.state.into(),
            problem: end.problem.clone(),
        };
        self.write(id, change)
    }

    pub(super) fn settle(&mut self, id: &str) -> io::Result<()> {
        if self.known.get(id).is_some_and(|known| !known.settled) {
            self.write(id, Change::Settled)?;
        }
        Ok(())
    }

    fn write(&mut self, id: &str, change: Change) -> io::Result<()> {
        let line = Line {
            id: id.to_owned(),
            change,
        };
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        if let Err(error) = self.file.write_all(&text) {
            // Half a line would take the next one with it: the file is written anew before a command begins.
            self.lines = MOST_LINES;
            return Err(error);
        }
        self.lines += 1;
        apply(&mut self.known, line);
        Ok(())
    }

    /// Forgets what is long over, once the file has grown.
    fn shorten(&mut self, now: Duration) -> io::Result<()> {
        if self.lines < MOST_LINES {
            return Ok(());
        }
        self.known
            .retain(|_, known| !known.settled || known.forget_at > now.as_secs());
        let mut text = Vec::new();
        for (id, known) in &self.known {
            let mut lines = vec![Change::Begun {
                forget_at: known.forget_at,
            }];
            lines.extend(known.end.as_ref().map(|end| Change::Ended {
                state: end.state.into(),
                problem: end.problem.clone(),
            }));
            lines.extend(known.settled.then_some(Change::Settled));
            for change in lines {
                serde_json::to_writer(
                    &mut text,
                    &Line {
                        id: id.clone(),
                        change,
                    },
                )?;
                text.push(b'\n');
            }
        }
        private_file::write(&self.path, &text)?;
        self.file = append(&self.path)?;
        self.lines = self.known.len();
        Ok(())
    }
}

fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .append(true)
        .create(true)
        .mode(private_file::OWNER_ONLY_FILE);
    options.open(path)
}

fn apply(known: &mut BTreeMap<String, Known>, line: Line) {
    match line.change {
        Change::Begun { forget_at } => {
            let begun = Known {
                forget_at,
                end: None,
                settled: false,
            };
            known.insert(line.id, begun);
        }
        Change::Ended { state, problem } => {
            if let Some(entry) = known.get_mut(&line.id) {
                let state = NodeCommandState::try_from(state).unwrap_or(NodeCommandState::Interrupted);
                entry.end = Some(End { state, problem });
            }
        }
        Change::Settled => {
            if let Some(entry) = known.get_mut(&line.id) {
                entry.settled = true;
            }
        }
    }
}

fn interrupted() -> End {
    End {
        state: NodeCommandState::Interrupted,
        problem: "the agent ended while it ran".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000_000);
    const MINUTE: Duration = Duration::from_mins(1);

    fn done() -> End {
        End {
            state: NodeCommandState::Succeeded,
            problem: String::new(),
        }
    }

    #[test]
    fn what_was_begun_by_an_agent_that_was_killed_is_interrupted_and_never_begun_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders");
        let mut journal = Journal::open(path.clone(), NOW).unwrap();
        journal.begin("a", NOW, MINUTE).unwrap();
        journal.begin("b", NOW, MINUTE).unwrap();
        journal.end("b", &done()).unwrap();
        drop(journal);
        let mut torn = append(&path).unwrap();
        torn.write_all(br#"{"id":"c","begun":{"forg"#).unwrap();

        let mut journal = Journal::open(path.clone(), NOW).unwrap();
        let states: Vec<_> = journal
            .unsettled()
            .map(|(id, end)| (id.as_str(), end.state))
            .collect();
        assert_eq!(
            states,
            [
                ("a", NodeCommandState::Interrupted),
                ("b", NodeCommandState::Succeeded)
            ]
        );
        assert_eq!(journal.get("c"), None, "it had not begun");
        journal.settle("a").unwrap();
        let journal = Journal::open(path, NOW).unwrap();
        assert!(
            journal.get("a").is_some_and(|known| known.settled),
            "remembered all the same"
        );
    }

    #[test]
    fn a_clock_that_jumps_does_not_forget_what_the_server_does_not_know() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders");
        let mut journal = Journal::open(path.clone(), NOW).unwrap();
        for id in ["told", "untold"] {
            journal.begin(id, NOW, MINUTE).unwrap();
            journal.end(id, &done()).unwrap();
        }
        journal.settle("told").unwrap();
        let journal = Journal::open(path, NOW + Duration::from_hours(48)).unwrap();
        assert_eq!(journal.get("told"), None);
        assert!(journal.get("untold").is_some());
    }

    #[test]
    fn a_disk_that_was_full_neither_loses_an_end_nor_the_next_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders");
        let mut journal = Journal::open(path.clone(), NOW).unwrap();
        journal.begin("a", NOW, MINUTE).unwrap();
        journal.file = OpenOptions::new().write(true).open("/dev/full").unwrap();
        journal.end("a", &done()).unwrap_err();
        assert_eq!(journal.get("a").and_then(|known| known.end.clone()), Some(done()));
        journal.begin("b", NOW, MINUTE).unwrap();
        let journal = Journal::open(path, NOW).unwrap();
        assert_eq!(journal.get("a").and_then(|known| known.end.clone()), Some(done()));
        assert!(journal.get("b").is_some());
    }

    #[test]
    fn the_file_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders");
        let mut journal = Journal::open(path.clone(), NOW).unwrap();
        for number in 0..3_000_u32 {
            let id = number.to_string();
            journal.begin(&id, NOW + MINUTE * number, MINUTE).unwrap();
            journal.end(&id, &done()).unwrap();
            journal.settle(&id).unwrap();
        }
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines < 2 * MOST_LINES, "{lines}");
        assert!(journal.get("2999").is_some() && journal.get("0").is_none());
    }
}
