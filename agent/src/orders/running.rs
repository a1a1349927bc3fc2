//! One command while it is done: a task that tells what it puts out, and ends with its work, its deadline, or when it is
//! broken off.

use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::NodeCommandState;
use hostler_proto::v1::attach_request::Message;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};
use v1::node_action::Action;

use super::journal::End;
use super::means::Means;
use crate::containers::{self, Output};
use crate::guests;

/// What lasts shorter is told by its end alone.
const WORTH_TELLING: Duration = Duration::from_millis(250);

/// From a task to the session.
#[derive(Debug)]
pub(super) enum News {
    Say(Message),
    Ended { id: String, end: End },
}

pub(super) struct Command {
    pub(super) id: String,
    pub(super) action: Action,
    pub(super) deadline: Instant,
    pub(super) means: Means,
}

impl Command {
    /// Until it has ended, which is told last.
    pub(super) async fn run(self, mut cancelled: oneshot::Receiver<()>, news: mpsc::Sender<News>) {
        let (output, mut pieces) = mpsc::channel(1);
        let (id, deadline) = (self.id, self.deadline);
        let breaks_off = may_break_off(&self.action);
        let work = act(&self.means, self.action, deadline, output);
        tokio::pin!(work);
        let mut tell_at = Some(Instant::now() + WORTH_TELLING);
        let end = loop {
            tokio::select! {
                biased;
                // All that it has put out goes before its end.
                Some(piece) = pieces.recv() => {
                    news.send(News::Say(said(&id, piece))).await.ok();
                }
                done = &mut work => break match done {
                    Ok(()) => End { state: NodeCommandState::Succeeded, problem: String::new() },
                    Err(problem) => End { state: NodeCommandState::Failed, problem },
                },
                Ok(()) = &mut cancelled, if breaks_off => break End {
                    state: NodeCommandState::Cancelled,
                    problem: String::new(),
                },
                () = sleep_until(deadline) => break End {
                    state: NodeCommandState::Expired,
                    problem: "it was not done by the deadline".to_owned(),
                },
                () = sleep_until(tell_at.unwrap_or(deadline)), if tell_at.is_some() => {
                    tell_at = None;
                    let begun = v1::NodeCommandBegun { node_command_id: id.clone() };
                    news.send(News::Say(Message::CommandBegun(begun))).await.ok();
                }
            }
        };
        while let Ok(piece) = pieces.try_recv() {
            news.send(News::Say(said(&id, piece))).await.ok();
        }
        news.send(News::Ended { id, end }).await.ok();
    }
}

async fn act(
    means: &Means,
    action: Action,
    deadline: Instant,
    output: mpsc::Sender<Output>,
) -> Result<(), String> {
    match action {
        Action::Container(_) | Action::Logs(_) | Action::Inspection(_) | Action::Pull(_) => {
            containers::act(&means.engines, action, deadline, output).await
        }
        Action::GuestPassword(wanted) => guests::set_password(&means.guests, &wanted).await,
    }
}

fn said(id: &str, piece: Output) -> Message {
    Message::CommandOutput(v1::NodeCommandOutput {
        node_command_id: id.to_owned(),
        kind: piece.kind.into(),
        data: piece.data.into(),
        dropped_bytes: 0,
    })
}

/// What changes a container or a guest is done or not: who was asked for it cannot be asked back.
const fn may_break_off(action: &Action) -> bool {
    match action {
        Action::Logs(_) | Action::Inspection(_) | Action::Pull(_) => true,
        Action::Container(_) | Action::GuestPassword(_) => false,
    }
}
