//! Takes commands in, has them done, and tells how they ended until the server knows.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::NodeCommandState;
use hostler_proto::v1::attach_request::Message;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::journal::{End, Journal};
use super::means::Means;
use super::needs::needs;
use super::running::{Command, News};
use crate::config::Grant;

/// Commands at a time; more wait.
const MOST_RUNNING: usize = 32;
/// Commands that wait; more are told to the agent again later.
const MOST_WAITING: usize = 200;
const LONGEST_ID: usize = 64;
const LONGEST_TIMEOUT: Duration = Duration::from_hours(24);
const USUAL_TIMEOUT: Duration = Duration::from_mins(1);

/// All commands of this agent, over its sessions.
#[derive(Debug)]
pub(crate) struct Orders {
    journal: Journal,
    grants: Vec<Grant>,
    means: Means,
    tasks: JoinSet<()>,
    /// How each is broken off, once.
    running: BTreeMap<String, Option<oneshot::Sender<()>>>,
    waiting: VecDeque<Wanted>,
    /// What the session has not taken yet.
    due: VecDeque<Message>,
    tell: mpsc::Sender<News>,
    told: mpsc::Receiver<News>,
}

#[derive(Debug)]
struct Wanted {
    id: String,
    action: v1::node_action::Action,
    deadline: Instant,
}

impl Orders {
    pub(crate) fn open(path: PathBuf, grants: Vec<Grant>, means: Means, now: Duration) -> io::Result<Self> {
        let (tell, told) = mpsc::channel(8);
        Ok(Self {
            journal: Journal::open(path, now)?,
            grants,
            means,
            tasks: JoinSet::new(),
            running: BTreeMap::new(),
            waiting: VecDeque::new(),
            due: VecDeque::new(),
            tell,
            told,
        })
    }

    /// A session begins: what the server may not know is told again. What was put out and not told is lost.
    pub(crate) fn begin_session(&mut self) {
        self.due.clear();
        let ends = self.journal.unsettled().map(|(id, end)| ended(id, end));
        self.due.extend(ends);
    }

    /// What is to be told next. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> Message {
        loop {
            if let Some(message) = self.due.pop_front() {
                return message;
            }
            // This holds the other end, too.
            match self.told.recv().await {
                Some(News::Say(message)) => return message,
                Some(News::Ended { id, end }) => self.end(&id, &end),
                None => std::future::pending().await,
            }
        }
    }

    /// Does it, unless it was begun before, or the machine's owner has not granted it.
    pub(crate) fn take(&mut self, order: &v1::NodeCommandOrder, now: Duration) {
        let id = order.node_command_id.as_str();
        if !is_id(id) || self.waiting.iter().any(|one| one.id == id) {
            return;
        }
        if let Some(known) = self.journal.get(id) {
            self.due.push_back(match &known.end {
                Some(end) => ended(id, end),
                None => begun(id),
            });
            return;
        }
        let action = order.action.as_ref().and_then(|action| action.action.clone());
        let known = action.and_then(|action| needs(&action).map(|needed| (action, needed)));
        let Some((action, needed)) = known else {
            let problem = "this agent does not know how; update it".to_owned();
            return self.refuse(id, NodeCommandState::Failed, problem);
        };
        if !self.grants.contains(&needed) {
            tracing::warn!(command = id, grant = %needed, "refused: the configuration does not grant it");
            let problem = format!("the configuration of this machine's agent does not grant {needed}");
            return self.refuse(id, NodeCommandState::Refused, problem);
        }
        if self.waiting.len() >= MOST_WAITING {
            return;
        }
        let timeout = order.timeout.and_then(|timeout| Duration::try_from(timeout).ok());
        let timeout = timeout.unwrap_or(USUAL_TIMEOUT).min(LONGEST_TIMEOUT);
        self.waiting.push_back(Wanted {
            id: id.to_owned(),
            action,
            deadline: Instant::now() + timeout,
        });
        self.start(now);
    }

    /// Breaks it off. One that has not begun never begins, also when it is told only now.
    pub(crate) fn cancel(&mut self, id: &str, now: Duration) {
        if !is_id(id) {
            return;
        }
        self.waiting.retain(|one| one.id != id);
        match self.journal.get(id).map(|known| known.end.clone()) {
            Some(Some(end)) => self.due.push_back(ended(id, &end)),
            Some(None) => {
                let running = self.running.get_mut(id);
                if let Some(cancel) = running.and_then(Option::take) {
                    cancel.send(()).ok();
                }
            }
            None => {
                let end = End {
                    state: NodeCommandState::Cancelled,
                    problem: String::new(),
                };
                let written = self.journal.begin(id, now, LONGEST_TIMEOUT);
                match written.and_then(|()| self.journal.end(id, &end)) {
                    Ok(()) => self.due.push_back(ended(id, &end)),
                    Err(error) => tracing::warn!(%error, "the journal of commands cannot be written"),
                }
            }
        }
    }

    /// The server knows how it ended.
    pub(crate) fn settled(&mut self, id: &str) {
        if let Err(error) = self.journal.settle(id) {
            tracing::warn!(%error, "the journal of commands cannot be written");
        }
    }

    fn start(&mut self, now: Duration) {
        while self.running.len() < MOST_RUNNING
            && let Some(wanted) = self.waiting.pop_front()
        {
            let Wanted { id, action, deadline } = wanted;
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                self.refuse(&id, NodeCommandState::Expired, "others took too long".to_owned());
                continue;
            }
            if let Err(error) = self.journal.begin(&id, now, left) {
                // Done without a trace it could be done twice.
                let problem = format!("the agent cannot write its journal: {error}");
                self.refuse(&id, NodeCommandState::Failed, problem);
                continue;
            }
            tracing::info!(command = id, "begins");
            let (cancel, cancelled) = oneshot::channel();
            let command = Command {
                id: id.clone(),
                action,
                deadline,
                means: self.means.clone(),
            };
            self.running.insert(id, Some(cancel));
            self.tasks.spawn(command.run(cancelled, self.tell.clone()));
        }
    }

    fn end(&mut self, id: &str, end: &End) {
        self.running.remove(id);
        while self.tasks.try_join_next().is_some() {}
        if let Err(error) = self.journal.end(id, end) {
            tracing::warn!(%error, "the journal of commands cannot be written");
        }
        tracing::info!(
            command = id,
            state = end.state.as_str_name(),
            problem = end.problem,
            "has ended"
        );
        self.due.push_back(ended(id, end));
    }

    /// Ends what has not begun: told again it would end like that again.
    fn refuse(&mut self, id: &str, state: NodeCommandState, problem: String) {
        self.due.push_back(ended(id, &End { state, problem }));
    }
}

fn begun(id: &str) -> Message {
    Message::CommandBegun(v1::NodeCommandBegun {
        node_command_id: id.to_owned(),
    })
}

fn ended(id: &str, end: &End) -> Message {
    Message::CommandEnded(v1::NodeCommandEnded {
        node_command_id: id.to_owned(),
        state: end.state.into(),
        problem: end.problem.clone(),
    })
}

/// It becomes part of a line on disk.
fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_ID
        && text
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
}
